package dev.recourse.db;

/** Stand-in until the real transaction is here. */
public final class Tx {}
