package dev.recourse.activities.shell.script;

import dev.recourse.activities.shell.terms.Names;
import java.util.Set;

/** The kinds of nodes that the grammar makes, as far as the guard knows them. */
final class Kinds {
    static final Set<String> SUBSTITUTIONS = Names.of("command_substitution process_substitution");
    static final Set<String> REDIRECTS = Names.of("file_redirect heredoc_redirect herestring_redirect");
    static final Set<String> BODIES = Names.of("do_group compound_statement");

    static final Set<String> WORDS = Names.of("""
            word number string raw_string ansi_c_string translated_string concatenation
            simple_expansion expansion command_substitution process_substitution
            arithmetic_expansion brace_expression $ regex extglob_pattern variable_name
            special_variable_name == =~ = test_operator ( )
            """);

    private static final Set<String> TOKENS = Names.of("""
            ; & ;; ;& ;;& ( ) { } && || | |& ! if then else elif fi do done for in while until case
            esac select function (( )) , $( ` <( >( comment
            """);

    private Kinds() {}

    /** Whether it only stands between statements, and runs nothing. */
    static boolean token(Node node) {
        return node.is("\n") || node.isOneOf(TOKENS);
    }

    static boolean word(Node node) {
        return node.isOneOf(WORDS);
    }
}
