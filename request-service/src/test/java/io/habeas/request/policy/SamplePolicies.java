// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The controllers that the quickstart brings along. */
public final class SamplePolicies {

    public static final Path FOLDER = Path.of("../quickstart/src/main/resources/sample/controllers");

    private static final String CONFIRMATION = "        confirmation: WITH_ACCOUNT";

    private static final String HOLD = "        hold: {window: 3 days}\n" + CONFIRMATION;

    private SamplePolicies() {}

    /** The same with a hold window of three days before an erasure, which no sample has by default. */
    public static Policies withHold() {
        try {
            var folder = Files.createTempDirectory(Path.of("target"), "hold-");
            writeWithHold(folder);
            return new Policies(folder, null);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Writes them as a folder of controllers. */
    public static void writeWithHold(Path folder) throws IOException {
        var place = Files.createDirectories(folder.resolve("smallrig/profiles"));
        Files.copy(FOLDER.resolve("smallrig/controller.yaml"), folder.resolve("smallrig/controller.yaml"));
        var sample = Files.readString(FOLDER.resolve("smallrig/profiles/2021-06.yaml"));
        var held = sample.replaceFirst(CONFIRMATION, HOLD)
                .replace("identity: {from: RECEIPT, within: 30 days}", "identity: {from: RECEIPT, within: 20 days}");
        if (held.equals(sample)) {
            throw new IllegalStateException("the sample asks for no confirmation any more");
        }
        Files.writeString(place.resolve("2021-06.yaml"), held);
    }

    /** The same with grounds on which no answer is owed, and one that counts only after a fee, which the sample for California has not. */
    public static Policies withNoAnswerGrounds() {
        try {
            var folder = Files.createTempDirectory(Path.of("target"), "no-answer-");
            var place = Files.createDirectories(folder.resolve("smallrig/profiles"));
            Files.copy(FOLDER.resolve("smallrig/controller.yaml"), folder.resolve("smallrig/controller.yaml"));
            var sample = Files.readString(FOLDER.resolve("smallrig/profiles/2021-06.yaml"));
            var more = sample.replaceFirst(
                    "    withholdingGrounds:",
                    "    - {ground: REPEATED_WITHOUT_REASON, onlyAfterFee: true}\n"
                            + "    noAnswerGrounds:\n"
                            + "    - {ground: NATIONAL_SECURITY, shown: UNLESS_SECRET}\n"
                            + "    - {ground: MALICE, evidence: REQUIRED}\n"
                            + "    - {ground: BUSINESS_SECRET}\n"
                            + "    withholdingGrounds:");
            if (more.equals(sample)) {
                throw new IllegalStateException("the sample withholds nothing any more");
            }
            Files.writeString(place.resolve("2021-06.yaml"), more);
            return new Policies(folder, null);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public static Policies load() {
        return new Policies(FOLDER, null);
    }
}
