// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.RequestKeys;
import io.habeas.fault.FaultPoints;
import io.habeas.journal.EventJournal;
import io.habeas.request.lifecycle.AlreadyReceivedException;
import io.habeas.request.lifecycle.Declared;
import io.habeas.request.lifecycle.Entry;
import io.habeas.request.lifecycle.KeyBindings;
import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.lifecycle.StoredEvents;
import io.habeas.request.policy.Controller;
import io.habeas.request.policy.Terms;
import io.habeas.request.standing.StandingOrders;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one request in, with one commit; the same request again under the same key is the same request. */
final class Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    /** @param terms of the right that is asked for */
    private record Holding(BoundVersion.Bound bound, Terms terms) {}

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final EventJournal journal;
    private final Requests requests;
    private final IdempotencyKeys idempotency;
    private final KeyStore keys;
    private final KeyBindings bindings;
    private final Sealer sealer;
    private final LegalClock clock;
    private final StandingOrders standing;
    private final StoredEvents events = new StoredEvents();

    Intake(
            EventJournal journal,
            Requests requests,
            IdempotencyKeys idempotency,
            KeyStore keys,
            KeyBindings bindings,
            Sealer sealer,
            LegalClock clock,
            StandingOrders standing) {
        this.journal = journal;
        this.requests = requests;
        this.idempotency = idempotency;
        this.keys = keys;
        this.bindings = bindings;
        this.sealer = sealer;
        this.clock = clock;
        this.standing = standing;
    }

    /** @throws ProblemException if the profile does not offer it, something does not fit, or the key was used for another body */
    IdempotencyKeys.Receipt accept(Controller controller, String key, Submission submission) {
        return accept(controller, key, submission, clock.instant().truncatedTo(ChronoUnit.MICROS), null);
    }

    /**
     * What staff enter for somebody.
     *
     * @param receivedAt the true receipt: the version of the policy in force then holds, and the clocks run from it
     * @throws ProblemException as for one that the person files
     */
    IdempotencyKeys.Receipt enter(
            Controller controller,
            String key,
            Submission submission,
            Instant receivedAt,
            Entry.Channel channel,
            String actor) {
        var entry = new Entry(channel, actor, clock.instant().truncatedTo(ChronoUnit.MICROS));
        return accept(controller, key, submission, receivedAt, entry);
    }

    private IdempotencyKeys.Receipt accept(
            Controller controller, String key, Submission submission, Instant receivedAt, @Nullable Entry entry) {
        var receipt = idempotency.receipt(controller.id(), key);
        var fingerprint = idempotency.fingerprint(submission);
        try {
            receive(controller, receipt, submission, fingerprint, receivedAt, entry);
            return receipt;
        } catch (AlreadyReceivedException repeated) {
            return replay(receipt.requestId(), fingerprint)
                    .orElseThrow(() -> new ProblemException(
                            Problem.IDEMPOTENCY_KEY_REUSED, "take a fresh Idempotency-Key for another request"));
        } catch (ProblemException refused) {
            // what was accepted stays accepted, even if a newer version of the policy would refuse it today
            return replay(receipt.requestId(), fingerprint).orElseThrow(() -> refused);
        }
    }

    private void receive(
            Controller controller,
            IdempotencyKeys.Receipt receipt,
            Submission submission,
            String fingerprint,
            Instant receivedAt,
            @Nullable Entry entry) {
        var inForce = controller.profileAt(receivedAt).orElseThrow(() -> noPolicyYet(controller));
        var declared = Places.named(inForce, submission.jurisdiction(), submission.jurisdictions());
        var holding = submission
                .rightNamed()
                .flatMap(right -> BoundVersion.atReceipt(controller, submission.asking(right, declared), receivedAt)
                        .map(it -> new Holding(it, it.terms(right))))
                .orElseThrow(() -> Offers.notGiven(inForce, declared, "/right"));
        var checked = IntakeCheck.check(holding.bound().profile(), holding.terms(), submission);
        var id = receipt.requestId();
        var pair = keys.allotRequestKeys(controller.id());
        var command = new Receive(
                id,
                controller.id(),
                receipt.reference(),
                checked.terms().profile(),
                checked.terms().jurisdiction(),
                checked.terms().right(),
                checked.scope(),
                checked.capacity(),
                checked.language(),
                pair,
                sealer.seal(controller.id(), id, "claims", pair.identity(), checked.claims()),
                sealer.seal(controller.id(), id, "replyTo", pair.caseKey(), checked.replyTo()),
                receivedAt,
                fingerprint,
                checked.asked(),
                entry,
                Declared.of(
                        declared,
                        checked.terms().jurisdiction(),
                        holding.bound().favoured().because()));
        FaultPoints.pass("intake.before-append");
        try {
            requests.receive(
                    command, new Requests.Order(controller.id(), entry == null ? "requester" : entry.actor(), id));
        } catch (AlreadyReceivedException repeated) {
            giveBackUnlessUsed(controller.id(), id, pair);
            throw repeated;
        }
        FaultPoints.pass("intake.after-commit");
        bindings.onAccepted(controller.id(), id, pair);
        if (checked.terms().effects().makeStand()) {
            makeStand(id);
        }
    }

    /** Else each repeat would use up a pair. Where the answer to a commit was lost, what is there already may have been sealed under this very pair. */
    private void giveBackUnlessUsed(String controller, UUID requestId, RequestKeys pair) {
        try {
            boolean isOfAnother = received(requestId)
                    .filter(first -> !first.keys().equals(pair))
                    .isPresent();
            if (isOfAnother) {
                keys.giveBack(controller, pair);
            }
        } catch (RuntimeException trouble) {
            LOG.atInfo()
                    .addKeyValue("requestId", requestId)
                    .addKeyValue("trouble", trouble.getClass().getSimpleName())
                    .log("two unused keys stay behind until they are swept");
        }
    }

    /** At once, so that whoever asks after the 202 hears of it; where that fails, whoever follows the feed does it a moment later. */
    private void makeStand(UUID requestId) {
        try {
            standing.carryOut(requestId);
        } catch (RuntimeException trouble) {
            LOG.atWarn()
                    .addKeyValue("requestId", requestId)
                    .addKeyValue("trouble", trouble.getClass().getSimpleName())
                    .log("what a request orders to stand waits for a moment");
        }
    }

    private Optional<IdempotencyKeys.Receipt> replay(UUID requestId, String fingerprint) {
        return received(requestId)
                .filter(first -> first.fingerprint().equals(fingerprint))
                .map(first -> new IdempotencyKeys.Receipt(requestId, first.reference()));
    }

    private Optional<RequestReceived> received(UUID requestId) {
        return journal.readStream(requestId, 0, 1).stream()
                .map(events::read)
                .map(RequestReceived.class::cast)
                .findFirst();
    }

    private static ProblemException noPolicyYet(Controller controller) {
        var first = controller.profiles().getLast().inForce();
        return new ProblemException(Problem.UNAVAILABLE, "no policy of this controller is in force before " + first)
                .retryAfter(A_MINUTE);
    }
}
