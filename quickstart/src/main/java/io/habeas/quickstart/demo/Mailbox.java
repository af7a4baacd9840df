// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** The mails of one person, read from the sink. */
final class Mailbox {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Mails mails;
    private final String address;

    Mailbox(Mails mails, String address) {
        this.mails = mails;
        this.address = address;
    }

    /** What has arrived until now, for {@link #await}. */
    Set<String> arrived() throws IOException, InterruptedException {
        Set<String> arrived = new HashSet<>();
        for (Mails.Arrived mail : mails.list()) {
            arrived.add(mail.id());
        }
        return arrived;
    }

    /** @return the text of the first mail that was not there before, is to this person, and fits */
    String await(Set<String> before, String what, Predicate<String> fits) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Set<String> seen = new HashSet<>(before);
        while (System.nanoTime() < end) {
            for (Mails.Arrived mail : mails.list()) {
                if (seen.add(mail.id()) && mail.to().stream().anyMatch(address::equalsIgnoreCase)) {
                    String text = mails.read(mail);
                    if (fits.test(text)) {
                        return text;
                    }
                }
            }
            Thread.sleep(PAUSE);
        }
        throw new DemoException("no " + what + " came within " + PATIENCE.toSeconds() + " s; see " + mails.page());
    }
}
