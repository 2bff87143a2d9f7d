-- The first table arrives with the ledger.
select 1;
