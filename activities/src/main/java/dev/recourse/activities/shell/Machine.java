package dev.recourse.activities.shell;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Programs that act on the machine: power, disks, permissions, processes, users, services, schedules. */
final class Machine {
    private static final Set<String> QUIET_UNITS = Set.of(
            "status",
            "show",
            "cat",
            "is-active",
            "is-enabled",
            "is-failed",
            "list-units",
            "list-unit-files",
            "list-timers",
            "list-sockets",
            "list-dependencies",
            "list-jobs",
            "get-default",
            "show-environment",
            "help",
            "is-system-running",
            "--version",
            "--help",
            "list-machines",
            "");
    private static final Set<String> POWER_UNITS = Set.of(
            "poweroff",
            "reboot",
            "halt",
            "kexec",
            "suspend",
            "hibernate",
            "hybrid-sleep",
            "suspend-then-hibernate",
            "rescue",
            "emergency",
            "default",
            "isolate",
            "exit",
            "soft-reboot",
            "switch-root",
            "start-poweroff");
    private static final Set<String> MILD_UNITS =
            Set.of("start", "restart", "reload", "try-restart", "reset-failed", "daemon-reload");
    private static final Set<String> VITAL = Set.of(
            "systemd",
            "init",
            "sshd",
            "dockerd",
            "containerd",
            "postgres",
            "postgresql",
            "mysqld",
            "mysql",
            "nginx",
            "httpd",
            "apache2",
            "redis-server",
            "cron",
            "crond",
            "dbus-daemon",
            "xorg",
            "gnome-shell",
            "kubelet",
            "networkmanager",
            "systemd-logind",
            "bash",
            "sh",
            "zsh",
            "login",
            "java",
            "explorer.exe",
            "explorer",
            "csrss.exe",
            "lsass.exe",
            "svchost.exe",
            "mongod");
    private static final Pattern RAISING = Pattern.compile(
            "[0-7]?[0-7]?[0-7][2367]|[ugoa,=+rwxX]*([oa]|^)[+=][rwxX]*w[rwxXst]*|0?[4-7][0-7]{3}|[ugoa]*[+=][rwx]*s[rwx]*|\\+w|777|0?000|a-[rwx]+");

    private Machine() {}

    static void rules(Map<String, Rule> rules) {
        Rule.put(
                rules,
                Rule.deny(Reason.POWER),
                "shutdown",
                "reboot",
                "poweroff",
                "halt",
                "telinit",
                "kexec",
                "rtcwake",
                "pm-suspend",
                "pm-hibernate",
                "uadmin",
                "systemd-poweroff",
                "restart-computer",
                "stop-computer",
                "ipmitool",
                "grub-reboot",
                "sysreset");
        Rule.put(
                rules,
                call -> call.args().isEmpty() || call.onlyHelp()
                        ? Verdict.ask(Reason.UNKNOWN_PROGRAM)
                        : Verdict.deny(Reason.POWER),
                "init");
        Rule.put(rules, Machine::units, "systemctl");
        Rule.put(rules, Machine::login, "loginctl", "busctl", "dbus-send", "gdbus", "qdbus");
        Rule.put(rules, Machine::service, "service", "rc-service", "invoke-rc.d");
        Rule.put(
                rules,
                Rule.deny(Reason.DISK),
                "mke2fs",
                "mkswap",
                "sfdisk",
                "cfdisk",
                "gdisk",
                "sgdisk",
                "parted",
                "wipefs",
                "blkdiscard",
                "hdparm",
                "badblocks",
                "cryptsetup",
                "lvremove",
                "vgremove",
                "pvremove",
                "lvreduce",
                "pvcreate",
                "vgcreate",
                "mdadm",
                "zpool",
                "zfs",
                "btrfs",
                "tune2fs",
                "debugfs",
                "resize2fs",
                "e2fsck",
                "fsck",
                "xfs_repair",
                "losetup",
                "dmsetup",
                "partprobe",
                "umount",
                "swapoff",
                "swapon",
                "diskpart",
                "diskutil",
                "nvme",
                "sg_format",
                "sdparm",
                "vssadmin",
                "cipher",
                "bcdedit",
                "efibootmgr",
                "grub-install",
                "update-grub",
                "flashrom",
                "hdiutil",
                "mkdosfs",
                "newfs",
                "fdformat",
                "partx",
                "kpartx",
                "format-volume",
                "clear-disk",
                "initialize-disk");
        Rule.put(rules, Machine::format, "format");
        Rule.put(rules, Machine::modes, "chmod", "gchmod");
        Rule.put(rules, Machine::owners, "chown", "chgrp", "setfacl", "gchown");
        Rule.put(
                rules,
                Rule.deny(Reason.PERMISSIONS),
                "chattr",
                "setcap",
                "visudo",
                "icacls",
                "takeown",
                "cacls",
                "setenforce",
                "chcon",
                "restorecon",
                "attrib");
        Rule.put(rules, Machine::kill, "kill");
        Rule.put(rules, Machine::killNamed, "pkill", "killall", "skill", "taskkill", "xkill", "stop-process");
        Rule.put(rules, Rule.deny(Reason.KILLS), "killall5", "fuser");
        Rule.put(
                rules,
                Rule.deny(Reason.SYSTEM),
                "useradd",
                "adduser",
                "userdel",
                "deluser",
                "usermod",
                "groupadd",
                "groupdel",
                "groupmod",
                "gpasswd",
                "passwd",
                "chpasswd",
                "newusers",
                "vipw",
                "vigr",
                "chsh",
                "chfn",
                "modprobe",
                "insmod",
                "rmmod",
                "depmod",
                "iptables",
                "ip6tables",
                "nft",
                "ufw",
                "firewall-cmd",
                "ebtables",
                "route",
                "hwclock",
                "timedatectl",
                "hostnamectl",
                "localectl",
                "sysrc",
                "ldconfig",
                "update-alternatives",
                "dpkg-reconfigure",
                "auditctl",
                "aa-disable",
                "aa-teardown",
                "apparmor_parser",
                "grpck",
                "pwck",
                "netsh",
                "reg",
                "regedit",
                "sc",
                "wevtutil",
                "wmic",
                "net",
                "logrotate",
                "update-initramfs",
                "dracut",
                "pivot_root",
                "switch_root",
                "setterm",
                "nvram",
                "csrutil",
                "spctl",
                "defaults",
                "dscl",
                "ifdown",
                "nmcli",
                "rfkill");
        Rule.put(
                rules,
                Rule.deny(Reason.PERSISTS),
                "at",
                "batch",
                "atd",
                "launchctl",
                "update-rc.d",
                "chkconfig",
                "rc-update",
                "schtasks",
                "systemd-run",
                "systemd-tmpfiles",
                "ssh-copy-id",
                "incrontab",
                "anacron",
                "ssh-add",
                "authselect",
                "pam-auth-update");
        Rule.put(rules, Machine::crontab, "crontab", "fcrontab");
        Rule.put(rules, Rule.ask(Reason.ENDLESS), "yes");
    }

    /** Programs whose name begins with that: one per file system. */
    static boolean makesFileSystem(String program) {
        return program.equals("mkfs")
                || program.startsWith("mkfs.")
                || program.startsWith("fsck.")
                || program.startsWith("newfs_")
                || program.startsWith("mkfs_");
    }

    private static Verdict units(Invocation call) {
        List<Word> words =
                call.operands(Set.of("-H", "-M", "-p", "-t", "-n", "-o", "--type", "--state", "--host", "--machine"));
        String verb = words.isEmpty() ? "" : words.get(0).text();
        if (POWER_UNITS.contains(verb)
                || call.line().matches(".*\\b(poweroff|reboot|halt|shutdown|kexec|rescue|emergency)\\.target.*")) {
            return Verdict.deny(Reason.POWER);
        }
        if (QUIET_UNITS.contains(verb)) {
            return Verdict.ALLOW;
        }
        if (MILD_UNITS.contains(verb) || (!words.isEmpty() && !words.get(0).known())) {
            return Verdict.ask(Reason.SYSTEM_ASK);
        }
        return Set.of("enable", "link", "edit", "preset", "add-wants", "add-requires", "set-default", "reenable")
                        .contains(verb)
                ? Verdict.deny(Reason.PERSISTS)
                : Verdict.deny(Reason.SYSTEM);
    }

    private static Verdict login(Invocation call) {
        String line = call.line().toLowerCase(Locale.ROOT);
        if (line.matches(".*(poweroff|reboot|halt|suspend|hibernate|shutdown).*")) {
            return Verdict.deny(Reason.POWER);
        }
        return line.matches(".*(terminate|kill).*") ? Verdict.deny(Reason.KILLS) : Verdict.ask(Reason.SYSTEM_ASK);
    }

    private static Verdict service(Invocation call) {
        return switch (call.arg(1)) {
            case "status" -> Verdict.ALLOW;
            case "stop" -> Verdict.deny(Reason.SYSTEM);
            default -> call.arg(0).equals("--status-all") ? Verdict.ALLOW : Verdict.ask(Reason.SYSTEM_ASK);
        };
    }

    private static Verdict format(Invocation call) {
        boolean drive = call.args().stream().anyMatch(arg -> arg.text().matches("(?i)[a-z]:.*"));
        return drive ? Verdict.deny(Reason.DISK) : Verdict.ask(Reason.UNKNOWN_PROGRAM);
    }

    // Permissions

    private static Verdict modes(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        List<Word> words = call.args().stream()
                .filter(arg -> !arg.text().startsWith("--") && !arg.text().matches("-[Rcfvh]+"))
                .toList();
        String mode = words.isEmpty() ? "" : words.get(0).text();
        boolean reference = call.option("--reference");
        List<Word> files = reference || words.isEmpty() ? words : words.subList(1, words.size());
        boolean everything = call.flag('R') || call.option("--recursive");
        Place worst = call.worst(files);
        if (worst.outside() || (everything && worst == Place.WORK_ALL && widens(mode)) || setsId(mode)) {
            return Verdict.deny(Reason.PERMISSIONS);
        }
        if (everything && raises(mode)) {
            return Verdict.deny(Reason.PERMISSIONS);
        }
        if (call.scene().hasFetched() && mode.matches(".*x.*|[0-7]*[1357][0-7]*")) {
            return Verdict.deny(Reason.FETCHED_CODE);
        }
        boolean plain = worst.inside()
                && !everything
                && !raises(mode)
                && !words.isEmpty()
                && words.get(0).known();
        return plain ? Verdict.ALLOW : Verdict.ask(Reason.PERMISSIONS_HERE);
    }

    private static boolean widens(String mode) {
        return raises(mode) || mode.matches("0*|[0-7]?0[0-7]{2}|[ugoa]*-.*|[ugoa]*=");
    }

    private static boolean setsId(String mode) {
        return mode.matches("0?[2-7][0-7]{3}|[ugoa,rwx+=-]*[+=][rwx]*s.*");
    }

    /** A mode that lets everybody write, nobody read, or a file run as its owner. */
    static boolean raises(String mode) {
        return RAISING.matcher(mode).matches() || setsId(mode);
    }

    private static Verdict owners(Invocation call) {
        if (call.onlyHelp()) {
            return Verdict.ALLOW;
        }
        List<Word> words = call.operands(Set.of("-m", "-x", "--modify", "--from"));
        boolean acl = call.program().equals("setfacl");
        List<Word> files = acl || words.isEmpty() ? words : words.subList(1, words.size());
        boolean everything = call.flag('R') || call.option("--recursive");
        Place worst = call.worst(files);
        boolean deny = worst.outside() || (everything && (worst == Place.WORK_ALL || acl));
        return deny ? Verdict.deny(Reason.PERMISSIONS) : Verdict.ask(Reason.PERMISSIONS_HERE);
    }

    // Processes

    private static Verdict kill(Invocation call) {
        if (call.arg(0).matches("-l|-L|--list|--table|--help")) {
            return Verdict.ALLOW;
        }
        boolean probe = call.arg(0).equals("-0");
        Verdict verdict = probe ? Verdict.ALLOW : Verdict.ask(Reason.KILLS_SOME);
        List<Word> args = call.args();
        boolean signalled = false;
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i).text();
            boolean first = !signalled
                    && arg.matches("-[0-9]+|-[A-Za-z]{3,}[0-9+-]*")
                    && !(arg.equals("-1") && args.size() == 1);
            if (first) {
                signalled = true;
            } else if (arg.matches("-s|-n|--signal|-q")) {
                signalled = true;
                i++;
            } else if (arg.matches("-1|1|0+1|-0*1")) {
                return Verdict.deny(Reason.KILLS);
            }
        }
        return verdict.and(everyProcess(call));
    }

    /** kill $(ps …): what is listed is everything unless somebody looked for a name. */
    private static Verdict everyProcess(Invocation call) {
        boolean fetched = call.args().stream().anyMatch(arg -> !arg.known());
        return fetched ? Verdict.ask(Reason.KILLS_SOME) : Verdict.ALLOW;
    }

    private static Verdict killNamed(Invocation call) {
        if (call.arg(0).matches("-l|--list|--help|--version|-V")) {
            return Verdict.ALLOW;
        }
        boolean everybody = call.line()
                .matches("(?i).*(^| )(-u|-U|-g|--euid|--user|-t|-G|/f /im|-s [0-9]|-v|--inverse|-P 1)( .*|$)");
        boolean broad = call.operands(Set.of("-s", "--signal")).stream()
                .anyMatch(word -> word.text().matches("[.*^$]*") || word.text().length() < 2);
        boolean vital =
                call.args().stream().anyMatch(arg -> VITAL.contains(arg.text().toLowerCase(Locale.ROOT)));
        return everybody || broad || vital ? Verdict.deny(Reason.KILLS) : Verdict.ask(Reason.KILLS_SOME);
    }

    private static Verdict crontab(Invocation call) {
        boolean lists = call.args().size() == 1 && call.arg(0).equals("-l");
        return lists || call.onlyHelp() ? Verdict.ALLOW : Verdict.deny(Reason.PERSISTS);
    }
}
