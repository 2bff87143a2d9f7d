package dev.recourse.activities.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MediaLinkTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/a.png",
                "https://cdn.shop.example.co/catalogo/2026/foto%20uno.jpg?w=800&h=600#x",
                "HTTPS://Example.COM/a.png",
                "https://example.com:8443/a",
                "https://xn--caf-dma.com/men%C3%BA.pdf",
                "https://a.b-c.d1.io",
                "https://example.com?file=1",
                "https://example.com/user@home",
                "https://1.example.com/10.0.0.1/localhost",
                "https://10.0.0.1.example.com/a.png"
            })
    void a_link_to_a_public_name_can_be_sent(String link) {
        assertThat(MediaLink.broken(link)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/a.png",
                "file:///etc/passwd",
                "ftp://example.com/a",
                "data:image/png;base64,AAAA",
                "javascript:alert(1)",
                "//example.com/a.png",
                "example.com/a.png",
                "https:/example.com/a.png",
                " https://example.com/a.png",
                "gopher://example.com/",
                "https:example.com",
                ""
            })
    void anything_but_https_is_refused(String link) {
        assertThat(MediaLink.broken(link)).isEqualTo("LINK_NOT_HTTPS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/a",
                "https://127.1/a",
                "https://127.0.1/a",
                "https://2130706433/a",
                "https://0177.0.0.1/a",
                "https://017700000001/a",
                "https://0x7f.0.0.1/a",
                "https://0x7f000001/a",
                "https://0X7F000001/a",
                "https://0/a",
                "https://0.0.0.0/a",
                "https://10.0.0.1/a",
                "https://172.16.0.1/a",
                "https://192.168.1.1/a",
                "https://169.254.169.254/latest/meta-data",
                "https://100.64.0.1/a",
                "https://224.0.0.1/a",
                "https://255.255.255.255/a",
                "https://8.8.8.8/a",
                "https://1.2.3.0x4/a",
                "https://example.1/a",
                "https://localhost/a",
                "https://LOCALHOST/a",
                "https://localhost:443/a",
                "https://localhost./a",
                "https://printer.local/a",
                "https://db.internal/a",
                "https://metadata.google.internal/a",
                "https://www.corp/a",
                "https://nas.lan/a",
                "https://router.home.arpa/a",
                "https://1.0.0.127.in-addr.arpa/a",
                "https://foo.localhost/a",
                "https://a.localdomain/a",
                "https://hidden.onion/a",
                "https://intranet/a",
                "https://example.com./a",
                "https://.example.com/a",
                "https://exa..mple.com/a",
                "https://-a.example.com/a",
                "https://a-.example.com/a"
            })
    void addresses_and_names_that_only_some_network_knows_are_refused(String link) {
        assertThat(MediaLink.broken(link)).isEqualTo("LINK_NOT_PUBLIC");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://[::1]/a",
                "https://[::ffff:127.0.0.1]/a",
                "https://[64:ff9b::7f00:1]/a",
                "https://[fe80::1%25eth0]/a",
                "https://[fc00::1]/a",
                "https://[ff02::1]/a",
                "https://ana:secret@example.com/a",
                "https://ana@example.com/a",
                "https://example.com@127.0.0.1/a",
                "https://example.com\\@127.0.0.1/a",
                "https://127.0.0.1\\.example.com/a",
                "https://%31%32%37.0.0.1/a",
                "https://127。0。0。1/a",
                "https://１２７.0.0.1/a",
                "https://ⓛocalhost/a",
                "https://exämple.com/a",
                "https://example.com/ñ.png",
                "https://example.com/a b.png",
                "https://example.com/a\nHost:x",
                "https://example.com/\ta",
                "https://exam\u200Bple.com/a",
                "https://example.com/%zz",
                "https://example.com/100%",
                "https://example.com:0/a",
                "https://example.com:99999/a",
                "https://example.com:/a",
                "https://example.com:443:80/a",
                "https:///a",
                "https://",
                "https://example.com/\"onerror",
                "https://example.com/<a>",
                "https://exa_mple.com/a"
            })
    void what_two_readers_could_read_differently_is_refused(String link) {
        assertThat(MediaLink.broken(link)).isEqualTo("LINK_INVALID");
    }

    @ParameterizedTest
    @ValueSource(ints = {2049, 100_000, 5_000_000})
    void endless_links_are_refused_at_once(int length) {
        assertThat(MediaLink.broken("https://example.com/" + "a".repeat(length)))
                .isEqualTo("LINK_INVALID");
        assertThat(MediaLink.broken("https://" + "a.".repeat(length / 2) + "com"))
                .isNotNull();
    }
}
