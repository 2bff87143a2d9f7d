package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.rules.Programs;
import dev.recourse.activities.shell.terms.Names;
import dev.recourse.activities.shell.terms.Word;
import java.util.Set;

/** Where the output of commands comes from: from elsewhere, or taken apart and put together. */
final class Origins {
    private static final Set<String> DECODERS = Names.of("""
            base64 base32 basenc xxd openssl rev tr uudecode gunzip zcat gzip od hexdump sed awk
            perl python python3 tac gpg printf cut dd
            """);
    private static final Set<String> FETCHERS = Names.of("""
            curl wget fetch nc ncat netcat socat telnet aria2c lynx w3m http https ftp tftp scp sftp
            rsync dig nslookup axel links lwp-request GET ssh
            """);

    private Origins() {}

    /** The worst origin of all commands in a node. */
    static Word.Origin of(Node node) {
        Word.Origin[] worst = {Word.Origin.PLAIN};
        node.each(Set.of("command_name"), name -> worst[0] = worst[0].and(of(name.text())));
        return worst[0];
    }

    private static Word.Origin of(String name) {
        String program = Programs.baseName(name);
        if (FETCHERS.contains(program)) {
            return Word.Origin.FETCHED;
        }
        return DECODERS.contains(program) ? Word.Origin.DECODED : Word.Origin.PLAIN;
    }
}
