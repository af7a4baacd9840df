// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was found when everything had come to rest, from every side. Plain records, so that the judge can be judged.
 *
 * @param ledger of this run
 * @param asked what clients set out to do
 * @param shown what the public door says of each accepted request
 * @param journal rows of all services about the requests of this run, and of requests that began in it
 * @param records of the topics of announcements, as they lie there, about the same
 * @param trail ids of the events that are on the audit topic
 * @param logged ids of the events that are entries of the audit log
 * @param inbox how far each service has taken in each topic
 * @param log how the verifier judges a copy of the audit log; null if it was not asked
 * @param leaks where something personal was found; a place and a sort, never the text
 */
record Evidence(
        List<LedgerEntry> ledger,
        List<Asked> asked,
        Map<UUID, Shown> shown,
        List<Row> journal,
        List<Announced> records,
        Set<UUID> trail,
        Set<UUID> logged,
        List<Taken> inbox,
        @Nullable Verdict log,
        List<String> leaks) {

    /**
     * @param request null while no call was answered with one
     * @param heldBefore what an erasure had to take away, by place
     * @param leftAfter what is there now
     * @param keptBefore orders that the law keeps
     */
    record Asked(
            String key,
            Journey.Wish wish,
            @Nullable UUID request,
            @Nullable String reference,
            Map<String, Long> heldBefore,
            Map<String, Long> leftAfter,
            long keptBefore,
            long keptAfter) {}

    /** @param tasks of the plan @param outcomes as announced @param parked whether it says that an operator must act */
    record Shown(String state, Set<String> tasks, List<Outcome> outcomes, boolean parked) {}

    /** @param grade of the evidence @param unreconciled collections in which what was found is not what was dealt with */
    record Outcome(String task, String store, String grade, List<String> unreconciled) {}

    record Row(String service, UUID request, long sequence, UUID event, String type, Instant time) {}

    record Announced(String topic, int partition, long offset, UUID request, long sequence, UUID event) {}

    record Taken(String service, String source, UUID request, long sequence, boolean parked) {}

    /** @param good whether it fits together @param said its first line */
    record Verdict(boolean good, String said) {}
}
