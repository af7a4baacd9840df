// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.fault.FaultPoints;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.service.LegalClock;
import io.habeas.verification.cases.VerificationCase.State;
import io.habeas.verification.codes.Code;
import io.habeas.verification.codes.CodeBook;
import io.habeas.verification.codes.CodeBook.Purpose;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes codes, and asks for new ones. Whether anybody is on file changes nothing here but whether a code can be right: a case
 * without anybody has a hash that no code has, and its tries, pauses and end are counted all the same.
 */
class Proving {

    /** What a code is for a proof by contact: the contact that the controller had before. */
    static final ProofLevel LEVEL = ProofLevel.STANDARD;

    private static final Logger LOG = LoggerFactory.getLogger(Proving.class);
    private static final String ACTOR = "requester";

    /** What became of a code. */
    sealed interface Attempt {

        record Right(String controller, Instant provedAt) implements Attempt {}

        /** @param triesLeft with the code that holds; zero means that a new one is needed */
        record Wrong(int triesLeft) implements Attempt {}

        /** The request has ended. */
        record Ended() implements Attempt {}

        /** The request has not arrived here yet. */
        record Unknown() implements Attempt {}
    }

    /** What became of asking for a new code. */
    sealed interface NewCode {

        /** @param left how many more may be asked for, before the proof or on that day */
        record OnItsWay(Instant nextCodeAt, int left) implements NewCode {}

        record TooSoon(Duration pause) implements NewCode {}

        record Ended() implements NewCode {}

        record Unknown() implements NewCode {}
    }

    private final CaseStore cases;
    private final CodeBook codes;
    private final CodeRules rules;
    private final Announcements announcements;
    private final RepeatedTransaction transactions;
    private final LegalClock clock;

    Proving(
            CaseStore cases,
            CodeBook codes,
            CodeRules rules,
            Announcements announcements,
            RepeatedTransaction transactions,
            LegalClock clock) {
        this.cases = cases;
        this.codes = codes;
        this.rules = rules;
        this.announcements = announcements;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** @param key under which the client sends the call, and sends it again; without one, nothing is a repeat */
    Attempt attempt(UUID requestId, Code code, @Nullable String key) {
        var mark = key == null ? null : codes.mark(requestId, key);
        return transactions.result(() -> cases.locked(requestId)
                .map(it -> attempt(it, code, mark, clock.instant()))
                .orElseGet(Attempt.Unknown::new));
    }

    private Attempt attempt(VerificationCase it, Code code, @Nullable String mark, Instant now) {
        boolean matches = codes.matches(it.codeHash(), it.requestId(), it.purpose(), code);
        if (it.state() == State.FAILED || it.state() == State.ENDED) {
            return new Attempt.Ended();
        }
        if (matches && it.hasLiveCode(now)) {
            return accept(it, mark, now);
        }
        if (isRepeat(it, code, mark, now)) {
            return new Attempt.Right(it.controller(), Objects.requireNonNull(it.provedAt()));
        }
        if (it.state() == State.OPEN && it.codeHash() == null && it.codeExpiresAt() == null) {
            // no code has left yet, so nothing can be guessed and nothing is counted
            return new Attempt.Wrong(it.triesLeft());
        }
        if (!it.hasLiveCode(now)) {
            return new Attempt.Wrong(0);
        }
        return refuse(it);
    }

    /**
     * A client whose answer was lost sends the call again, under its key; it is answered as before, for a moment, and has no other effect. Under any other
     * key the code is used up.
     */
    private boolean isRepeat(VerificationCase it, Code code, @Nullable String mark, Instant now) {
        var until = it.repeatUntil();
        return mark != null
                && mark.equals(it.repeatKey())
                && until != null
                && !now.isAfter(until)
                && it.provedAt() != null
                && codes.matches(
                        it.repeatHash(),
                        it.requestId(),
                        it.repeatPurpose() == null ? Purpose.IDENTITY : it.repeatPurpose(),
                        code);
    }

    private Attempt accept(VerificationCase it, @Nullable String mark, Instant now) {
        // tokens carry whole seconds
        var provedAt = now.truncatedTo(ChronoUnit.SECONDS);
        cases.proved(it, provedAt, now.plus(rules.repeat()), mark);
        if (it.state() == State.OPEN) {
            announcements.announce(
                    new VerificationAnnouncement.Passed(
                            it.requestId(),
                            ProofMethod.CONTACT_ON_FILE,
                            LEVEL,
                            Objects.requireNonNull(it.proved()),
                            Objects.requireNonNull(it.contact()),
                            it.account(),
                            provedAt),
                    new Cause(null, it.controller(), ACTOR, null));
        }
        FaultPoints.pass("verification.after-accept-before-commit");
        return new Attempt.Right(it.controller(), provedAt);
    }

    /**
     * The last try of the last code ends the case at once, whoever is on file: who may enter codes holds the token of this request
     * and harms no other, and a new request can be made at any time.
     */
    private Attempt refuse(VerificationCase it) {
        int left = it.triesLeft() - 1;
        cases.triesLeft(it.requestId(), left);
        if (left == 0 && it.state() == State.OPEN && it.codes() >= rules.codes() && it.work() == null) {
            cases.end(it.requestId(), State.FAILED);
            announcements.announce(
                    new VerificationAnnouncement.Failed(it.requestId(), Reason.TRIES_EXHAUSTED),
                    new Cause(null, it.controller(), ACTOR, null));
            LOG.atInfo().addKeyValue("requestId", it.requestId()).log("no tries and no codes are left");
        }
        return new Attempt.Wrong(left);
    }

    /** Whether the request has arrived here, and its policy asks for no proof of it. */
    boolean isWithoutProof(UUID requestId) {
        return cases.isWithoutProof(requestId);
    }

    NewCode newCode(UUID requestId) {
        return transactions.result(() ->
                cases.locked(requestId).map(it -> newCode(it, clock.instant())).orElseGet(NewCode.Unknown::new));
    }

    private NewCode newCode(VerificationCase it, Instant now) {
        return switch (it.state()) {
            case OPEN -> firstProof(it, now);
            case PASSED -> freshProof(it, now);
            case FAILED, ENDED -> new NewCode.Ended();
        };
    }

    private NewCode firstProof(VerificationCase it, Instant now) {
        if (it.work() != null) {
            return new NewCode.OnItsWay(it.nextCodeAt(), rules.codes() - it.codes());
        }
        if (it.codes() >= rules.codes()) {
            return new NewCode.TooSoon(Duration.between(now, it.identityBy()));
        }
        if (now.isBefore(it.nextCodeAt())) {
            return new NewCode.TooSoon(Duration.between(now, it.nextCodeAt()));
        }
        int count = it.codes() + 1;
        var next = now.plus(rules.pauseAfter(count));
        cases.askForCode(it.requestId(), count, it.freshCodes(), it.freshDay(), next);
        return new NewCode.OnItsWay(next, rules.codes() - count);
    }

    private NewCode freshProof(VerificationCase it, Instant now) {
        var today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        int count = today.equals(it.freshDay()) ? it.freshCodes() : 0;
        if (it.work() != null) {
            return new NewCode.OnItsWay(it.nextCodeAt(), rules.freshCodes() - count);
        }
        if (count >= rules.freshCodes()) {
            return new NewCode.TooSoon(Duration.between(
                    now, today.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant()));
        }
        if (now.isBefore(it.nextCodeAt())) {
            return new NewCode.TooSoon(Duration.between(now, it.nextCodeAt()));
        }
        var next = now.plus(rules.freshPause());
        cases.askForCode(it.requestId(), it.codes(), count + 1, today, next);
        return new NewCode.OnItsWay(next, rules.freshCodes() - count - 1);
    }
}
