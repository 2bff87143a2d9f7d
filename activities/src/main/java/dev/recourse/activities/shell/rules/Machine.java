package dev.recourse.activities.shell.rules;

import dev.recourse.activities.shell.terms.Reason;
import dev.recourse.activities.shell.terms.Verdict;

/** Programs that act on the machine itself: power, disks, users, the kernel and its network. */
final class Machine {

    private Machine() {}

    static void rules(Rules rules) {
        rules.put("""
                shutdown reboot poweroff halt telinit kexec rtcwake pm-suspend pm-hibernate uadmin
                systemd-poweroff restart-computer stop-computer ipmitool grub-reboot sysreset
                """, Rule.deny(Reason.POWER));
        rules.put("init", Machine::init);
        rules.put("""
                mke2fs mkswap sfdisk cfdisk gdisk sgdisk parted wipefs blkdiscard hdparm badblocks
                cryptsetup lvremove vgremove pvremove lvreduce pvcreate vgcreate mdadm zpool zfs
                btrfs tune2fs debugfs resize2fs e2fsck fsck xfs_repair losetup dmsetup partprobe
                umount swapoff swapon diskpart diskutil nvme sg_format sdparm vssadmin cipher
                bcdedit efibootmgr grub-install update-grub flashrom hdiutil mkdosfs newfs fdformat
                partx kpartx format-volume clear-disk initialize-disk
                """, Rule.deny(Reason.DISK));
        rules.put("format", Machine::format);
        rules.put("""
                useradd adduser userdel deluser usermod groupadd groupdel groupmod gpasswd passwd
                chpasswd newusers vipw vigr chsh chfn modprobe insmod rmmod depmod iptables
                ip6tables nft ufw firewall-cmd ebtables route hwclock timedatectl hostnamectl
                localectl sysrc ldconfig update-alternatives dpkg-reconfigure auditctl aa-disable
                aa-teardown apparmor_parser grpck pwck netsh reg regedit sc wevtutil wmic net
                logrotate update-initramfs dracut pivot_root switch_root setterm nvram csrutil spctl
                defaults dscl ifdown nmcli rfkill
                """, Rule.deny(Reason.SYSTEM));
        rules.put("yes", Rule.ask(Reason.ENDLESS));
    }

    /** Programs whose name begins with that: one per file system. */
    static boolean makesFileSystem(String program) {
        return program.matches("(?s)mkfs|(mkfs\\.|fsck\\.|newfs_|mkfs_).*");
    }

    private static Verdict init(Invocation call) {
        return call.args().isEmpty() || call.onlyHelp()
                ? Verdict.ask(Reason.UNKNOWN_PROGRAM)
                : Verdict.deny(Reason.POWER);
    }

    private static Verdict format(Invocation call) {
        return call.given("(?i)[a-z]:.*") ? Verdict.deny(Reason.DISK) : Verdict.ask(Reason.UNKNOWN_PROGRAM);
    }
}
