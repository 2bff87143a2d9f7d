package dev.recourse.worker.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once into a cache folder from the archive that is on the classpath. */
record PostgresBinaries(Path folder) {
    private static final int OWNER_MAY_RUN = 0100;
    private static final String DRAFT = ".draft";

    /** Unpacks them if nobody has; a half-unpacked folder is never seen. */
    static PostgresBinaries unpacked(Path cache, Consumer<String> progress) throws IOException {
        String archive = archiveName();
        URL packed = PostgresBinaries.class.getClassLoader().getResource(archive);
        if (packed == null) {
            throw new EmbeddedFailure(Texts.say("postgres.no_binaries", archive));
        }
        Path folder = cache.resolve(archive.replace(".txz", "-") + checksum(packed));
        if (!Files.isDirectory(folder)) {
            new OneAtATime(cache.resolve("unpacking.lock")).run(() -> unpack(packed, folder, progress));
        }
        return new PostgresBinaries(folder);
    }

    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    /** Its name in the jars, which differs by system and processor. */
    static String archiveName() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : "linux";
        String arch = System.getProperty("os.arch", "");
        String processor = arch.equals("amd64") ? "x86_64" : arch.equals("aarch64") ? "arm_64" : arch;
        String library = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
        return "postgres-" + system + "-" + processor + library + ".txz";
    }

    // A jar knows the checksum of its entries: nothing is read at an ordinary start.
    private static String checksum(URL packed) throws IOException {
        URLConnection connection = packed.openConnection();
        connection.setUseCaches(false);
        if (connection instanceof JarURLConnection inJar) {
            try (var jar = inJar.getJarFile()) {
                return Long.toHexString(jar.getJarEntry(inJar.getEntryName()).getCrc());
            }
        }
        CRC32 sum = new CRC32();
        try (InputStream in = packed.openStream()) {
            sum.update(in.readAllBytes());
        }
        return Long.toHexString(sum.getValue());
    }

    private static Path unpack(URL packed, Path folder, Consumer<String> progress) throws IOException {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        progress.accept(Texts.say("postgres.unpacking"));
        Path draft = folder.resolveSibling(folder.getFileName() + DRAFT);
        OwnerOnly.delete(draft);
        OwnerOnly.folder(draft);
        try (InputStream in = packed.openStream();
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, draft);
            }
        }
        OwnerOnly.rename(draft, folder);
        return folder;
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder) throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("An entry outside of the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.resolveSibling("."));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        if ((entry.getMode() & OWNER_MAY_RUN) != 0 && !target.toFile().setExecutable(true, false)) {
            throw new IOException("Can't make executable: " + target);
        }
        OwnerOnly.force(target);
    }
}
