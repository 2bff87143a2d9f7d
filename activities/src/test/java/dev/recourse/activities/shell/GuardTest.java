package dev.recourse.activities.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.recourse.activities.shell.terms.Decision;
import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GuardTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rm -rf /",
                "rm -rf ~",
                "sudo rm -rf /var",
                "rm -r /var/lib",
                "rm -fr ~/x",
                "format C:",
                "mkfs.ext4 /dev/sda",
                "diskpart",
                "dd if=/dev/zero of=/dev/sda",
                "dd of=/dev/sda if=/dev/zero",
                "cat /dev/sdb",
                ":(){ :|:& };:",
                "shutdown -h now",
                "reboot",
                "poweroff",
                "del /f C:\\x",
                "rmdir /s C:\\x"
            })
    void the_classic_patterns_are_denied(String command) {
        assertThat(Guard.judge(command, "").decision()).isEqualTo(Decision.DENY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rm -rf /", "rm -rf ~", "sudo rm -rf /var", "rm --recursive --force /"})
    void the_reason_for_rm_rf_says_rm_rf(String command) {
        Reason reason = Guard.judge(command, "").reason();

        assertThat(reason.text(Locale.ENGLISH)).contains("rm -rf");
        assertThat(reason.text(Locale.forLanguageTag("es-CO"))).contains("rm -rf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ls -la",
                "cat README.md",
                "bun test",
                "git status",
                "echo hello",
                "bun run check",
                "npm install",
                "git commit -m 'reboot the server at night'",
                "grep shutdown app.log",
                "echo 'rm -rf / is dangerous'",
                "man mkfs",
                "prettier --format a:"
            })
    void everyday_commands_and_words_that_only_look_dangerous_are_allowed(String command) {
        assertThat(Guard.judge(command, "").decision()).isEqualTo(Decision.ALLOW);
    }

    @Test
    void deleting_a_folder_of_the_folder_is_for_a_person_to_decide() {
        assertThat(Guard.judge("rm -rf node_modules", "")).isEqualTo(Verdict.ask(Reason.RM_RF_HERE));
        assertThat(Guard.judge("rm -rf ../..", "a/b")).isEqualTo(Verdict.deny(Reason.RM_RF));
        assertThat(Guard.judge("rm -rf ../x", "a/b")).isEqualTo(Verdict.ask(Reason.RM_RF_HERE));
        assertThat(Guard.judge("cd a && rm -rf ../x", "")).isEqualTo(Verdict.ask(Reason.RM_RF_HERE));
        assertThat(Guard.judge("cd /etc && rm x", "")).isEqualTo(Verdict.deny(Reason.DELETES));
    }

    @Test
    void a_program_with_its_arguments_is_judged_like_a_line_but_nothing_in_it_is_expanded() {
        assertThat(Guard.judge(List.of("rm", "-rf", "/"), "").decision()).isEqualTo(Decision.DENY);
        assertThat(Guard.judge(List.of("bash", "-c", "rm -rf /"), "").decision())
                .isEqualTo(Decision.DENY);
        assertThat(Guard.judge(List.of("echo", "$(rm -rf /)"), "").decision()).isEqualTo(Decision.ALLOW);
        assertThat(Guard.judge(List.of("ls", "; rm -rf /"), "").decision()).isEqualTo(Decision.ALLOW);
        assertThat(Guard.judge(List.of("git", "status"), "").decision()).isEqualTo(Decision.ALLOW);
        assertThat(Guard.judge(List.of("frobnicate"), "")).isEqualTo(Verdict.ask(Reason.UNKNOWN_PROGRAM));
        assertThat(Guard.judge(List.of(), "").decision()).isEqualTo(Decision.DENY);
        assertThat(Guard.judge(List.of(" "), "").decision()).isEqualTo(Decision.DENY);
    }

    static Stream<String> odd() {
        return Stream.of(
                "ls\0",
                "ls\r",
                "echo \u202erm",
                "ls \u2066x",
                "echo \ud800",
                "echo \uffff",
                "ls\u001b[2J",
                "echo \u2028");
    }

    @ParameterizedTest
    @MethodSource("odd")
    void control_characters_and_those_that_turn_writing_around_are_denied(String command) {
        assertThat(Guard.judge(command, "")).isEqualTo(Verdict.deny(Reason.CONTROL_CHARACTERS));
    }

    @Test
    void ordinary_text_in_other_scripts_is_allowed() {
        assertThat(Guard.judge("echo 'años, 日本, \ud83d\ude80'; ls", "").decision())
                .isEqualTo(Decision.ALLOW);
        assertThat(Guard.judge("echo 'ñ'; rm -rf /", "").decision()).isEqualTo(Decision.DENY);
    }

    static Stream<String> large() {
        return Stream.of(
                "echo " + "a".repeat(64 * 1024),
                "rm -rf /".repeat(8_000),
                ":;".repeat(5_001),
                "ls;".repeat(2_700) + "rm -rf /",
                "a|".repeat(4_000) + "a",
                "$(".repeat(3_000) + "ls" + ")".repeat(3_000),
                "$(".repeat(1_000) + "ls" + ")".repeat(1_000),
                "(".repeat(4_000),
                "{".repeat(4_000),
                "'".repeat(4_001),
                "\"$(".repeat(1_000),
                "sudo ".repeat(1_500) + "ls",
                "sh -c ".repeat(1_000) + "ls",
                "{a,b}".repeat(200),
                "for i in 1 2 3 4 5 6 7 8 9; do ".repeat(30) + "ls" + "; done".repeat(30),
                "<<A ".repeat(1_000),
                "`".repeat(4_001),
                "${x:-".repeat(1_000) + "}".repeat(1_000));
    }

    @ParameterizedTest
    @MethodSource("large")
    void what_is_too_large_or_too_deep_ends_and_is_not_allowed(String command) {
        assertThat(Guard.judge(command, "").decision()).isNotEqualTo(Decision.ALLOW);
    }

    @Test
    void many_parts_are_all_judged_and_the_last_one_counts() {
        assertThat(Guard.judge("ls;".repeat(2_000) + "ls", "").decision()).isEqualTo(Decision.ALLOW);
        assertThat(Guard.judge("ls;".repeat(2_000) + "reboot", "").decision()).isEqualTo(Decision.DENY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "if",
                "((",
                "a b)",
                "case",
                "{rm,x}",
                "echo @(a|b)",
                "ls <>x",
                "'",
                "\"",
                "$(",
                "x=(",
                "for",
                "function",
                "}",
                "fi",
                ";;",
                "[[ a",
                "<<",
                "&&"
            })
    void what_cannot_be_parsed_is_not_allowed(String command) {
        assertThat(Guard.judge(command, "").decision()).isNotEqualTo(Decision.ALLOW);
    }

    @ParameterizedTest
    @EnumSource
    void every_reason_has_a_sentence_in_both_languages(Reason reason) {
        String english = reason.text(Locale.ENGLISH);
        String spanish = reason.text(Locale.forLanguageTag("es"));

        assertThat(english).isNotEqualTo("guard." + reason.wire()).endsWith(".");
        assertThat(spanish).isNotEqualTo("guard." + reason.wire()).endsWith(".").isNotEqualTo(english);
    }
}
