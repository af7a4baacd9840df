// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import io.habeas.contracts.DirectoryLookup.Match;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.fault.FaultPoints;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.messaging.RequestTraces;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import io.habeas.service.ProblemException;
import io.habeas.verification.cases.VerificationCase.State;
import io.habeas.verification.codes.CodeBook;
import io.habeas.verification.codes.CodeBook.Purpose;
import io.habeas.verification.directory.Directory;
import io.habeas.verification.directory.DirectoryUnavailableException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Does what a case waits for: asks who is on file, and lets a code leave. */
class CaseWorker {

    private static final Logger LOG = LoggerFactory.getLogger(CaseWorker.class);
    private static final String ACTOR = "verification-service";
    private static final int MOST_DOUBLINGS = 20;

    /** Some five minutes with the pauses as they are. */
    private static final int MOST_FAULTS = 10;

    /** As long as most addresses are; what is sealed for nobody is thrown away. */
    private static final Sealed.Challenge NOBODY = new Sealed.Challenge("nobody@on.file.example", "0000-0000");

    private final CaseStore cases;
    private final Directory directory;
    private final CodeBook codes;
    private final CodeRules rules;
    private final Sealer sealer;
    private final Announcements announcements;
    private final RepeatedTransaction transactions;
    private final RequestTraces traces;
    private final LegalClock clock;

    CaseWorker(
            CaseStore cases,
            Directory directory,
            CodeBook codes,
            CodeRules rules,
            Sealer sealer,
            Announcements announcements,
            RepeatedTransaction transactions,
            RequestTraces traces,
            LegalClock clock) {
        this.cases = cases;
        this.directory = directory;
        this.codes = codes;
        this.rules = rules;
        this.sealer = sealer;
        this.announcements = announcements;
        this.transactions = transactions;
        this.traces = traces;
        this.clock = clock;
    }

    void work(VerificationCase it) {
        try (var _ = traces.working("work on a case", it.requestId())) {
            switch (Objects.requireNonNull(it.work())) {
                case LOOK_UP -> lookUp(it);
                case ISSUE -> issue(it);
            }
        } catch (DirectoryUnavailableException away) {
            later(it, "directory-" + away.getMessage());
        } catch (KeyUnavailableException | ProblemException _) {
            later(it, "key-unavailable");
        } catch (KeyDestroyedException _) {
            // the request was decided while its code was being made, or a code is asked for after the retention
            transactions.run(() -> cases.endUnreadable(it));
        } catch (DataAccessException | TransactionException trouble) {
            // nothing can be written down now; the lease ends by itself
            throw trouble;
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
            failed(it, trouble);
        }
    }

    private void lookUp(VerificationCase it) {
        var claims = Objects.requireNonNull(it.claims(), "claims of an open case");
        var answer = directory.lookUp(it.controller(), it.requestId(), claims);
        if (answer.match() == Match.MANY) {
            LOG.atWarn()
                    .addKeyValue("requestId", it.requestId())
                    .log("the claims lead to more than one person; nothing is sent");
        }
        var person = answer.person();
        if (person == null) {
            transactions.run(() -> cases.lookedUp(it, answer.match(), null, null, false));
            return;
        }
        var found = sealer.open(it.controller(), it.requestId(), "person", person, Sealed.DirectoryPerson.class);
        var proved = seal(it, "proved", it.caseKey(), new Sealed.Proved(found.identifiers()));
        var contact = seal(it, "contact", it.caseKey(), new Sealed.Contact(null, found.email()));
        transactions.run(() -> cases.lookedUp(it, Match.ONE, proved, contact, found.account()));
    }

    /** The same steps are taken where there is nobody to send a code to. */
    private void issue(VerificationCase it) {
        var purpose = it.purpose();
        var key = purpose == Purpose.IDENTITY ? it.identityKey() : it.caseKey();
        var code = codes.draw();
        var contact = it.match() == Match.ONE ? it.contact() : null;
        var challenge = contact == null
                ? NOBODY
                : new Sealed.Challenge(
                        sealer.open(it.controller(), it.requestId(), "contact", contact, Sealed.Contact.class)
                                .email(),
                        code.written());
        var sealed = seal(it, "challenge", key, challenge);
        var hash = contact == null ? codes.decoy(it.requestId(), purpose) : codes.hash(it.requestId(), purpose, code);
        var expiresAt = clock.instant().plus(rules.lifetime());
        var announcement = contact == null
                ? new VerificationAnnouncement.Noted(it.requestId())
                : new VerificationAnnouncement.ChallengeIssued(it.requestId(), sealed, expiresAt, it.drawn() + 1);
        transactions.run(() -> {
            if (cases.issued(it, purpose, hash, expiresAt, rules.tries())) {
                announcements.announce(announcement, new Cause(null, it.controller(), ACTOR, null));
                FaultPoints.pass("verification.after-issue-before-commit");
            }
        });
    }

    private SealedField seal(VerificationCase it, String field, UUID key, Object value) {
        return sealer.seal(it.controller(), it.requestId(), field, key, value);
    }

    private void later(VerificationCase it, String reason) {
        var pause = pauseAfter(it.attempts());
        LOG.atWarn()
                .addKeyValue("reason", reason)
                .addKeyValue("attempt", it.attempts() + 1)
                .addKeyValue("pause", pause)
                .addKeyValue("requestId", it.requestId())
                .log("a case waits");
        transactions.run(() -> cases.tryAgain(it, pause));
    }

    /** Waiting may not cure it: after some tries the work is dropped, so that a new code can be asked for when it is mended. */
    private void failed(VerificationCase it, Throwable trouble) {
        var pause = pauseAfter(it.attempts());
        boolean dropped = transactions.result(() -> cases.failed(it, pause, MOST_FAULTS));
        var trace = trouble.getStackTrace();
        // without the exception: what it says may hold what was opened
        LOG.atError()
                .addKeyValue("failure", trouble.getClass().getName())
                .addKeyValue("place", trace.length == 0 ? "unknown" : trace[0])
                .addKeyValue("givenUp", dropped)
                .addKeyValue("requestId", it.requestId())
                .log("a case can not be worked on, a person must look");
    }

    private Duration pauseAfter(int failures) {
        long doubled = rules.firstPause().toMillis() << Math.min(failures, MOST_DOUBLINGS);
        long bounded = Math.clamp(doubled, 1L, rules.longestPause().toMillis());
        return Duration.ofMillis(bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1));
    }

    /** Ends cases whose time to prove identity is over. */
    void expire() {
        for (var requestId : cases.overdue(clock.instant(), 100)) {
            transactions.run(() -> {
                var it = cases.locked(requestId).orElseThrow();
                if (it.state() != State.OPEN) {
                    return;
                }
                cases.end(requestId, State.FAILED);
                announcements.announce(
                        new VerificationAnnouncement.Failed(requestId, VerificationAnnouncement.Failed.Reason.EXPIRED),
                        new Cause(null, it.controller(), ACTOR, null));
            });
        }
    }
}
