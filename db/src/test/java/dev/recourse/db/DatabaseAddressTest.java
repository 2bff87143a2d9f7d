package dev.recourse.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as people write them; the password is read and never shown. */
final class DatabaseAddressTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            postgresql://ana:secret@db.example.org:5433/crm,           jdbc:postgresql://db.example.org:5433/crm,      ana, secret
            postgres://ana:secret@localhost/crm,                       jdbc:postgresql://localhost/crm,                ana, secret
            postgresql://ana:p%40s%3As%2F%25+%C3%B1@localhost/crm,     jdbc:postgresql://localhost/crm,                ana, p@s:s/%+ñ
            postgresql://ana:a:b@localhost/crm,                        jdbc:postgresql://localhost/crm,                ana, a:b
            postgresql://ana@my_host/crm?sslmode=require,              jdbc:postgresql://my_host/crm?sslmode=require,  ana,
            postgresql://[::1]:5432/crm,                               jdbc:postgresql://[::1]:5432/crm,               ,
            'postgresql://ana:x@one:5432,two:5433/crm',                'jdbc:postgresql://one:5432,two:5433/crm',      ana, x
            postgresql:///crm,                                         jdbc:postgresql://localhost/crm,                ,
            postgresql://localhost,                                    jdbc:postgresql://localhost/,                   ,
            jdbc:postgresql://localhost:5432/crm,                      jdbc:postgresql://localhost:5432/crm,           ,
            jdbc:postgresql://ana:secret@localhost/crm,                jdbc:postgresql://localhost/crm,                ana, secret
            jdbc:postgresql://h/crm?user=ana&ssl=true&password=a%26b,  jdbc:postgresql://h/crm?ssl=true,               ana, a&b
            """)
    void an_address_is_taken_apart(String url, String jdbcUrl, String user, String password) {
        DatabaseAddress address = DatabaseAddress.parse(url);

        assertThat(address).isEqualTo(new DatabaseAddress(jdbcUrl, user, password));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "mysql://ana:secret@localhost/crm",
                "postgresql:crm",
                "postgresql://ana:se@cret@localhost/crm",
                "postgresql://ana:secret#1@localhost/crm",
                "postgresql://ana:secret?1@localhost/crm",
                "postgresql://ana:12?secret@localhost/crm",
                "postgresql://ana:12/secret@localhost/crm",
                "postgresql://ana:secret%zz@localhost/crm",
                "postgresql://ana:secret@localhost:port/crm",
                "postgresql://ana:secret@localhost/crm?sslmode",
                "jdbc:postgresql://ana:se@cret@localhost/crm"
            })
    void what_cannot_be_read_is_refused_without_its_password(String garbage) {
        assertThatThrownBy(() -> DatabaseAddress.parse(garbage))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("URL")
                .hasNoCause()
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("secret", "cret@"));
    }

    @Test
    void no_text_made_of_an_address_shows_its_password() {
        assertThat(DatabaseAddress.parse("postgresql://ana:secret@h:1/crm?sslmode=require&password=secret"))
                .hasToString("postgresql://h:1/crm");
        assertThat(new DatabaseAddress("jdbc:postgresql://ana:secret@h/crm?password=secret", "ana", "secret"))
                .hasToString("postgresql://h/crm");
    }
}
