// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** Every mail that came in, as a numbered .eml file; what lists need of it is kept in memory. */
final class MailStore {

    private static final Session SESSION = Session.getInstance(new Properties());

    private final Path folder;
    private final Clock clock;
    private final ConcurrentSkipListMap<Integer, Mail> mails = new ConcurrentSkipListMap<>();

    MailStore(Path folder, Clock clock) throws IOException {
        this.folder = folder;
        this.clock = clock;
        Files.createDirectories(folder);
        List<Path> kept;
        try (Stream<Path> files = Files.list(folder)) {
            kept = files.filter(it -> it.getFileName().toString().matches("\\d+\\.eml"))
                    .toList();
        }
        for (Path file : kept) {
            int number = Integer.parseInt(file.getFileName().toString().replace(".eml", ""));
            mails.put(
                    number,
                    Mail.of(number, Files.getLastModifiedTime(file).toInstant(), parsed(Files.readAllBytes(file))));
        }
    }

    /** Returns when the mail is on disk. */
    synchronized void add(MimeMessage message, String recipient) {
        int number = mails.isEmpty() ? 1 : mails.lastKey() + 1;
        try {
            var bytes = new ByteArrayOutputStream();
            bytes.writeBytes(("X-Envelope-To: " + recipient + "\r\n").getBytes(StandardCharsets.UTF_8));
            message.writeTo(bytes);
            Path fresh = folder.resolve(number + ".new");
            Files.write(
                    fresh,
                    bytes.toByteArray(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            Files.move(fresh, folder.resolve(number + ".eml"), StandardCopyOption.ATOMIC_MOVE);
            mails.put(number, Mail.of(number, clock.instant(), parsed(bytes.toByteArray())));
        } catch (IOException | MessagingException failure) {
            throw new IllegalStateException("a mail could not be kept", failure);
        }
    }

    /** Oldest first. */
    List<Mail> after(int number) {
        return List.copyOf(mails.tailMap(number, false).values());
    }

    Optional<Mail> find(int number) {
        return Optional.ofNullable(mails.get(number));
    }

    byte[] raw(int number) throws IOException {
        return Files.readAllBytes(folder.resolve(number + ".eml"));
    }

    MimeMessage parsed(int number) throws IOException {
        return parsed(raw(number));
    }

    private static MimeMessage parsed(byte[] bytes) throws IOException {
        try {
            return new MimeMessage(SESSION, new ByteArrayInputStream(bytes));
        } catch (MessagingException unreadable) {
            throw new IOException("a kept mail cannot be read", unreadable);
        }
    }
}
