// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.evidence;

import io.habeas.auditlog.LogEntry;
import io.habeas.auditlog.LogProof;
import io.habeas.auditlog.NoteVerifier;
import io.habeas.auditlog.ProofException;
import io.habeas.fulfillment.plan.Order;
import io.habeas.fulfillment.plan.Orders;
import io.habeas.fulfillment.plan.Orders.Evidence;
import io.habeas.sealeddata.KeyService;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/**
 * No proof, no deletion. Lets an erasure through when its approval, byte by byte as it came and is carried out, is committed in
 * an entry of the audit log, under a checkpoint signed by the log's key. The proof is kept with the plan, and verified again
 * each time: a changed row of the database lets nothing through.
 */
public final class ApprovalGate {

    /** There is no proof yet. Nothing is wrong so far. */
    public static final class NotProvedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final boolean answered;
        private final Duration waiting;

        NotProvedException(boolean answered, Duration waiting) {
            super("audit-proof", null, false, false);
            this.answered = answered;
            this.waiting = waiting;
        }

        /** Whether the log answers, and does not have it. */
        public boolean answered() {
            return answered;
        }

        /** Since when the order lies here. */
        public Duration waiting() {
            return waiting;
        }
    }

    /** The proof shows something else than this approval; the detail is a slug. */
    public static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String detail;

        RefusedException(String detail) {
            super(detail, null, false, false);
            this.detail = detail;
        }

        public String detail() {
            return detail;
        }
    }

    private final ProofSource source;
    private final NoteVerifier verifier;
    private final String origin;
    private final Orders orders;
    private final KeyService keys;
    private final LongAdder refused = new LongAdder();

    /**
     * @param verifier knows the log's key, which came here by another way than the log
     * @param origin of that log
     */
    public ApprovalGate(ProofSource source, NoteVerifier verifier, String origin, Orders orders, KeyService keys) {
        this.source = source;
        this.verifier = verifier;
        this.origin = origin;
        this.orders = orders;
        this.keys = keys;
    }

    /** @throws RefusedException if there is a proof, and it contradicts */
    public void require(Order order) throws NotProvedException, RefusedException {
        try {
            var event = order.source().event();
            if (event == null) {
                throw new RefusedException("approval-without-event");
            }
            var known = orders.evidence(order.requestId());
            if (known.isPresent()) {
                verify(order, event, known.get());
            } else {
                var fetched = fetch(order, event);
                verify(order, event, fetched);
                orders.evidence(order.requestId(), fetched);
            }
        } catch (RefusedException contradiction) {
            refused.increment();
            throw contradiction;
        }
    }

    /** How often a proof contradicted, since the start. */
    public long refused() {
        return refused.sum();
    }

    private Evidence fetch(Order order, UUID event) throws NotProvedException {
        try {
            var found = source.of(order.requestId(), event);
            if (found.isPresent()) {
                return found.get();
            }
        } catch (IOException away) {
            throw new NotProvedException(false, orders.age(order.requestId()));
        }
        throw new NotProvedException(true, orders.age(order.requestId()));
    }

    private void verify(Order order, UUID event, Evidence evidence) throws RefusedException {
        LogEntry entry;
        try {
            var checkpoint = LogProof.parse(evidence.proof()).verify(evidence.entry(), verifier);
            if (!checkpoint.origin().equals(origin)) {
                throw new RefusedException("other-log");
            }
            entry = LogEntry.parse(evidence.entry());
        } catch (ProofException | IllegalArgumentException unproved) {
            throw new RefusedException("proof-does-not-verify");
        }
        require(entry.service().equals("request"), "other-service");
        require(entry.type().equals("request.approved"), "other-type");
        require(entry.event().equals(event), "other-event");
        require(entry.request().equals(order.requestId()), "other-request");
        require(order.approval().requestId().equals(order.requestId()), "other-request");
        require(entry.controller().equals(order.controller()), "other-controller");
        require(entry.sequence() == order.source().sequence(), "other-sequence");
        var expected = keys.key(order.controller(), order.requestId(), order.caseKey())
                .auditCommitment(event, sha256(order.source().payload()));
        var commitment = entry.commitment();
        require(commitment != null && MessageDigest.isEqual(commitment, expected), "other-commitment");
    }

    private static void require(boolean holds, String otherwise) throws RefusedException {
        if (!holds) {
            throw new RefusedException(otherwise);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
