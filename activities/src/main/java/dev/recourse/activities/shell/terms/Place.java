package dev.recourse.activities.shell.terms;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Where a path leads, seen from the working folder; the later, the more precious. */
public enum Place {
    SINK,
    TEMPORARY,
    WORK,
    WORK_ALL,
    UNKNOWN,
    ELSEWHERE,
    PRECIOUS,
    HOME,
    SYSTEM,
    ENDLESS,
    DEVICE,
    NETWORK,
    ROOT;

    /** The working folder, as the command sees it. */
    public static final String FOLDER = "/work";

    /** Stands for the home of whoever runs it. */
    public static final String HOME_PATH = "/home/~";

    /** Stands for a folder that nobody can know beforehand. */
    public static final String SOMEWHERE = "?";

    private static final Set<String> SINKS = Set.of("null", "stdin", "stdout", "stderr", "tty", "fd");
    private static final Set<String> ENDLESS_DEVICES = Set.of("zero", "random", "urandom", "full");
    private static final Set<String> SYSTEM_FOLDERS = Names.of("""
            applications bin boot etc home lib lib32 lib64 libx32 library lost+found opt private
            proc root run sbin snap sys system users usr var volumes
            """);
    private static final Set<String> TEMPORARY_FOLDERS = Set.of("/tmp", "/var/tmp", "/dev/shm");

    /** What shells, git and editors run by themselves, or what says who may come in. */
    private static final Set<String> RUN_BY_THEMSELVES = Names.of("""
            .bashrc .bash_profile .bash_login .bash_logout .profile .zshrc .zshenv .zprofile .zlogin
            .kshrc .cshrc .tcshrc .login .envrc .ssh authorized_keys .gitconfig .xinitrc .xprofile
            .xsession .vimrc .exrc .inputrc .pam_environment .npmrc .pypirc .netrc .pgpass .aws
            .gnupg .kube sudoers crontab sitecustomize.py .git
            """);

    private static final Pattern SECRET = Pattern.compile("(^|/)(shadow|gshadow|sudoers|\\.ssh|\\.aws|\\.gnupg|\\.kube"
            + "|\\.netrc|\\.pgpass|\\.git-credentials|\\.npmrc|\\.pypirc|id_(rsa|dsa|ecdsa|ed25519)|kcore|environ|mem"
            + "|kmem|\\.docker/config\\.json|\\.bash_history|credentials)($|/)");
    private static final Pattern WINDOWS = Pattern.compile("(?i)[a-z]:([\\\\/*].*)?|\\\\\\\\.*|%\\w+%.*");
    private static final Pattern ONLY_GLOB = Pattern.compile("[*?.\\[\\]!^]*[*?\\[][*?.\\[\\]!^]*");

    /** The worst place it may lead to from any of these folders. */
    public static Place of(Word word, Collection<String> folders) {
        return folders.stream().map(folder -> of(word, folder)).reduce(SINK, Place::worse);
    }

    /** The more precious of the two. */
    public Place worse(Place other) {
        return other.compareTo(this) > 0 ? other : this;
    }

    /** Whether something may be written there. */
    public Verdict written() {
        return switch (this) {
            case SINK, TEMPORARY, WORK -> Verdict.ALLOW;
            case WORK_ALL, UNKNOWN, ENDLESS -> Verdict.ask(Reason.WRITES_SOMEWHERE);
            case ELSEWHERE -> Verdict.ask(Reason.WRITES_OUTSIDE);
            case PRECIOUS -> Verdict.deny(Reason.PERSISTS);
            case HOME, SYSTEM, ROOT -> Verdict.deny(Reason.WRITES_OUTSIDE);
            case DEVICE -> Verdict.deny(Reason.DISK);
            case NETWORK -> Verdict.deny(Reason.REMOTE_SHELL);
        };
    }

    /** Reading it would tell a secret. */
    public static boolean secret(Word word) {
        return SECRET.matcher(word.collapsed()).find();
    }

    /** Whether it is surely not in the working folder, or not for commands to write. */
    public boolean outside() {
        return compareTo(ELSEWHERE) >= 0;
    }

    /** Whether it is one file or folder that commands may write. */
    public boolean inside() {
        return compareTo(WORK) <= 0;
    }

    private static Place of(Word word, String folder) {
        if (word.known()) {
            return literal(word.text(), word.glob(), folder);
        }
        int unknown = word.text().indexOf(Word.UNKNOWN);
        String before = word.text().substring(0, unknown);
        Place collapsed = literal(word.collapsed(), word.glob(), folder);
        if (collapsed == ROOT || collapsed == DEVICE || collapsed == NETWORK) {
            return collapsed;
        }
        Place start = before.startsWith("/") || before.startsWith("..") ? literal(before, false, folder) : UNKNOWN;
        return start.outside() && start != ROOT ? start : UNKNOWN;
    }

    private static Place literal(String text, boolean glob, String folder) {
        if (WINDOWS.matcher(text).matches()) {
            return SYSTEM;
        }
        String path = text.startsWith("/") ? text : folder + "/" + text;
        if (path.startsWith(SOMEWHERE)) {
            return UNKNOWN;
        }
        return absolute(normal(path), glob);
    }

    private static Place absolute(List<String> parts, boolean glob) {
        if (parts.isEmpty()) {
            return ROOT;
        }
        String path = "/" + String.join("/", parts);
        if (glob && globbed(parts.get(0))) {
            return ROOT;
        }
        if (parts.get(0).equals("dev")) {
            return device(parts, path);
        }
        if (TEMPORARY_FOLDERS.contains(path)) {
            return SYSTEM;
        }
        if (TEMPORARY_FOLDERS.stream().anyMatch(folder -> path.startsWith(folder + "/"))) {
            return TEMPORARY;
        }
        if (path.equals(FOLDER) || path.startsWith(FOLDER + "/")) {
            return work(parts.subList(1, parts.size()), glob);
        }
        if (path.equals(HOME_PATH) || path.startsWith(HOME_PATH + "/")) {
            return HOME;
        }
        return SYSTEM_FOLDERS.contains(parts.get(0).toLowerCase(Locale.ROOT)) ? SYSTEM : ELSEWHERE;
    }

    private static Place device(List<String> parts, String path) {
        if (parts.size() == 1) {
            return DEVICE;
        }
        String name = parts.get(1);
        if (name.equals("tcp") || name.equals("udp")) {
            return NETWORK;
        }
        if (name.equals("shm") && parts.size() > 2) {
            return TEMPORARY;
        }
        if (SINKS.contains(name)) {
            return SINK;
        }
        return ENDLESS_DEVICES.contains(name) && path.indexOf('*') < 0 ? ENDLESS : DEVICE;
    }

    private static Place work(List<String> parts, boolean glob) {
        if (parts.isEmpty() || (glob && ONLY_GLOB.matcher(parts.get(0)).matches())) {
            return WORK_ALL;
        }
        return parts.stream().anyMatch(part -> RUN_BY_THEMSELVES.contains(part.toLowerCase(Locale.ROOT)))
                ? PRECIOUS
                : WORK;
    }

    private static boolean globbed(String part) {
        return part.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
    }

    private static List<String> normal(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/+", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return List.copyOf(parts);
    }

    /** That path as one that begins at the root; {@link #SOMEWHERE} where nobody can know. */
    static String absolute(Word word, String folder) {
        if (!word.known() || word.glob() || word.is("-")) {
            return SOMEWHERE;
        }
        if (!word.text().startsWith("/") && folder.equals(SOMEWHERE)) {
            return SOMEWHERE;
        }
        String path = word.text().startsWith("/") ? word.text() : folder + "/" + word.text();
        return "/" + String.join("/", normal(path));
    }
}
