// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.contracts.NotificationAnnouncement;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.fault.FaultPoints;
import io.habeas.journal.AlreadyCausedException;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import io.habeas.messaging.LeaseRenewal;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.notification.letters.LetterWriter;
import io.habeas.notification.letters.WrittenLetter;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyRefusedException;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.sealeddata.SealBrokenException;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import io.habeas.service.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Sends one letter. Before it is handed to the relay that is written down, and afterwards what became of it: a letter is sent again
 * only if that second note is missing, and then under the same Message-ID. Exactly once does not exist with SMTP.
 */
class Delivery {

    static final String CHANNEL = "MAIL";
    private static final int MOST_CODES = 200;
    /** What a code that goes with another waits longer when the process that sends them dies. */
    private static final Duration BESIDE = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    /** A letter as it leaves: opened only for this. */
    private record Opened(String email, WrittenLetter letter) {
        @Override
        public String toString() {
            return "Opened[]";
        }
    }

    private final LetterOutbox outbox;
    private final MailCap cap;
    private final Postman postman;
    private final LetterWriter writer;
    private final Sealer sealer;
    private final Announcements announcements;
    private final RepeatedTransaction transactions;
    private final LegalClock clock;
    private final Patience patience;
    private final String messageIdDomain;

    Delivery(
            LetterOutbox outbox,
            MailCap cap,
            Postman postman,
            LetterWriter writer,
            Sealer sealer,
            Announcements announcements,
            RepeatedTransaction transactions,
            LegalClock clock,
            Patience patience,
            String messageIdDomain) {
        this.outbox = outbox;
        this.cap = cap;
        this.postman = postman;
        this.writer = writer;
        this.sealer = sealer;
        this.announcements = announcements;
        this.transactions = transactions;
        this.clock = clock;
        this.patience = patience;
        this.messageIdDomain = messageIdDomain;
    }

    /** @param leases holds the letters that go with this one, for as long as the relay takes */
    void deliver(OutgoingLetter letter, LeaseRenewal<OutgoingLetter> leases) {
        var end = endOf(letter.content());
        if (end != null && !end.isAfter(clock.instant())) {
            undeliverable(letter, letter.kind() == Letter.CODE ? "code-expired" : "question-over");
            return;
        }
        Opened opened;
        boolean repeated;
        try {
            opened = open(letter);
            repeated = letter.content() instanceof RequestAnnouncement.HoldStarted hold && isTold(letter, hold, opened);
        } catch (KeyDestroyedException _) {
            erased(letter);
            return;
        } catch (KeyRefusedException | SealBrokenException _) {
            undeliverable(letter, "address-unreadable");
            return;
        } catch (KeyUnavailableException | ProblemException _) {
            later(letter, letter.outcomeUnknown(), "key-unavailable");
            return;
        }
        if (repeated) {
            transactions.run(() -> outbox.end(letter, "VOID", "same-address"));
            return;
        }
        var to = MailAddress.of(opened.email());
        if (to.isEmpty()) {
            undeliverable(letter, "address-invalid");
            return;
        }
        var beside = new ArrayList<OutgoingLetter>();
        if (!admitted(letter, to.get(), beside)) {
            return;
        }
        var held = beside.stream().map(leases::hold).toList();
        try {
            var text = beside.isEmpty() ? opened.letter() : together(letter, beside);
            FaultPoints.pass("notification.before-send");
            var outcome = postman.send(to.get(), messageId(letter), text);
            FaultPoints.pass("notification.after-smtp-before-commit");
            ended(letter, outcome);
            beside.forEach(it -> endedBeside(it, outcome));
        } finally {
            held.forEach(LeaseRenewal.Held::close);
        }
    }

    /** What becomes of it is no matter of the letter that carried it: where it can not be written down, its own lease ends by itself. */
    private void endedBeside(OutgoingLetter letter, SendOutcome outcome) {
        try {
            ended(letter, outcome);
        } catch (DataAccessException | TransactionException _) {
            notWritten(letter);
        }
    }

    /** The database is away: the lease of the letter ends by itself. */
    static void notWritten(OutgoingLetter letter) {
        LOG.atWarn()
                .addKeyValue("kind", letter.kind())
                .addKeyValue("requestId", letter.requestId())
                .log(
                        "what became of a letter could not be written down; it is sent again, with the same Message-ID, when its lease ends");
    }

    private void ended(OutgoingLetter letter, SendOutcome outcome) {
        switch (outcome) {
            case SendOutcome.Taken _ -> sent(letter);
            case SendOutcome.Refused(String reason) -> undeliverable(letter, reason);
            case SendOutcome.NotNow(String reason) -> later(letter, letter.outcomeUnknown(), reason);
            case SendOutcome.Unknown _ -> later(letter, true, "outcome-unknown");
        }
    }

    /** One letter with all their codes. What of the others can not be opened, or is worth nothing any more, goes its own way. */
    private WrittenLetter together(OutgoingLetter carrier, List<OutgoingLetter> beside) {
        var codes = new ArrayList<LetterWriter.Code>();
        for (var each : List.copyOf(beside)) {
            var code = codeBeside(each);
            if (code == null) {
                beside.remove(each);
            } else {
                codes.add(code);
            }
        }
        var asked = (RequestAnnouncement.IdentityAsked) carrier.content();
        return writer.codes(
                carrier.controller(),
                new LetterWriter.Code(asked, challenge(carrier).code()),
                codes);
    }

    private LetterWriter.@Nullable Code codeBeside(OutgoingLetter letter) {
        var asked = (RequestAnnouncement.IdentityAsked) letter.content();
        if (!asked.expiresAt().isAfter(clock.instant())) {
            undeliverable(letter, "code-expired");
            return null;
        }
        try {
            return new LetterWriter.Code(asked, challenge(letter).code());
        } catch (KeyDestroyedException _) {
            erased(letter);
        } catch (KeyRefusedException | SealBrokenException _) {
            undeliverable(letter, "address-unreadable");
        } catch (KeyUnavailableException | ProblemException _) {
            later(letter, letter.outcomeUnknown(), "key-unavailable");
        }
        return null;
    }

    private Sealed.Challenge challenge(OutgoingLetter letter) {
        return sealer.open(
                letter.controller(),
                letter.requestId(),
                letter.addressField(),
                letter.address(),
                Sealed.Challenge.class);
    }

    /** Until when the person can do what the letter asks for; after that it would ask in vain. */
    private static @Nullable Instant endOf(RequestAnnouncement content) {
        return switch (content) {
            case RequestAnnouncement.IdentityAsked asked -> asked.expiresAt();
            case RequestAnnouncement.StatementAsked asked -> asked.until();
            case RequestAnnouncement.ConfirmationAsked asked -> asked.until();
            case RequestAnnouncement.DetailsAsked asked -> asked.until();
            case RequestAnnouncement.FeeQuoted quoted -> quoted.until();
            case RequestAnnouncement.Received _,
                    RequestAnnouncement.HoldStarted _,
                    RequestAnnouncement.Approved _,
                    RequestAnnouncement.Answered _,
                    RequestAnnouncement.Closed _,
                    RequestAnnouncement.NotVerified _,
                    RequestAnnouncement.Refused _,
                    RequestAnnouncement.Extended _,
                    RequestAnnouncement.NoRequest _,
                    RequestAnnouncement.ComplaintAnswered _,
                    RequestAnnouncement.Withdrawn _,
                    RequestAnnouncement.Lapsed _,
                    RequestAnnouncement.StandingSet _,
                    RequestAnnouncement.StandingEnded _,
                    RequestAnnouncement.Noted _ -> null;
        };
    }

    /** Whether the address as the requester gave it is the one on file, which has a letter of its own. */
    private boolean isTold(OutgoingLetter letter, RequestAnnouncement.HoldStarted hold, Opened opened) {
        if (letter.addressField().equals(LetterReceiver.CONTACT)) {
            return false;
        }
        var onFile = sealer.open(
                letter.controller(), letter.requestId(), LetterReceiver.CONTACT, hold.contact(), Sealed.Contact.class);
        return onFile.email().equalsIgnoreCase(opened.email());
    }

    private String messageId(OutgoingLetter letter) {
        return "<" + letter.id() + "@" + messageIdDomain + ">";
    }

    private Opened open(OutgoingLetter letter) {
        var controller = letter.controller();
        return switch (letter.content()) {
            case RequestAnnouncement.Received it -> new Opened(email(letter), writer.received(controller, it));
            case RequestAnnouncement.IdentityAsked it -> {
                var challenge = challenge(letter);
                yield new Opened(challenge.email(), writer.code(controller, it, challenge.code()));
            }
            case RequestAnnouncement.ConfirmationAsked it ->
                new Opened(email(letter), writer.confirmErasure(controller, it));
            case RequestAnnouncement.StatementAsked it -> new Opened(email(letter), writer.statement(controller, it));
            case RequestAnnouncement.HoldStarted it -> new Opened(email(letter), writer.hold(controller, it));
            case RequestAnnouncement.Answered it ->
                new Opened(email(letter), writer.answered(controller, it, byHand(letter, it)));
            case RequestAnnouncement.NotVerified it -> new Opened(email(letter), writer.notVerified(controller, it));
            case RequestAnnouncement.Withdrawn it -> new Opened(email(letter), writer.withdrawn(controller, it));
            case RequestAnnouncement.Lapsed it -> new Opened(email(letter), writer.lapsed(controller, it));
            case RequestAnnouncement.Refused it -> new Opened(email(letter), writer.refused(controller, it));
            case RequestAnnouncement.DetailsAsked it ->
                new Opened(email(letter), writer.detailsAsked(controller, it, note(letter, "missing", it.missing())));
            case RequestAnnouncement.Extended it ->
                new Opened(email(letter), writer.extended(controller, it, note(letter, "reason", it.reason())));
            case RequestAnnouncement.NoRequest it -> new Opened(email(letter), writer.noRequest(controller, it));
            case RequestAnnouncement.FeeQuoted it ->
                new Opened(email(letter), writer.fee(controller, it, note(letter, "reason", it.reason())));
            case RequestAnnouncement.ComplaintAnswered it ->
                new Opened(
                        email(letter), writer.complaintAnswered(controller, it, note(letter, "answer", it.answer())));
            case RequestAnnouncement.Approved _,
                    RequestAnnouncement.Closed _,
                    RequestAnnouncement.StandingSet _,
                    RequestAnnouncement.StandingEnded _,
                    RequestAnnouncement.Noted _ -> throw new IllegalStateException("there is no letter for " + letter);
        };
    }

    private Sealed.@Nullable ByHand byHand(OutgoingLetter letter, RequestAnnouncement.Answered answered) {
        var done = answered.byHand();
        return done == null
                ? null
                : sealer.open(letter.controller(), letter.requestId(), "done", done, Sealed.ByHand.class);
    }

    private Sealed.Note note(OutgoingLetter letter, String field, SealedField sealed) {
        return sealer.open(letter.controller(), letter.requestId(), field, sealed, Sealed.Note.class);
    }

    private String email(OutgoingLetter letter) {
        return sealer.open(
                        letter.controller(),
                        letter.requestId(),
                        letter.addressField(),
                        letter.address(),
                        Sealed.Contact.class)
                .email();
    }

    /**
     * Notes in one transaction that the mailbox gets one more letter and that this one is on its way.
     *
     * @param beside gets the codes that go with it, since they wait for room there
     */
    private boolean admitted(OutgoingLetter letter, MailAddress to, List<OutgoingLetter> beside) {
        var may = transactions.result(() -> {
            beside.clear();
            if (!cap.admits(to, letter.controller(), letter.id(), letter.standing())) {
                return Admission.FULL;
            }
            if (!outbox.sending(letter)) {
                return Admission.LOST;
            }
            if (letter.kind() == Letter.CODE) {
                beside.addAll(outbox.takeAlong(letter, cap.addressOf(to), MOST_CODES, BESIDE));
            }
            return Admission.GO;
        });
        switch (may) {
            case GO -> {
                return true;
            }
            case LOST ->
                LOG.atInfo()
                        .addKeyValue("kind", letter.kind())
                        .addKeyValue("requestId", letter.requestId())
                        .log("letter taken by another worker");
            case FULL -> full(letter, to);
        }
        return false;
    }

    private enum Admission {
        GO,
        FULL,
        LOST
    }

    private void full(OutgoingLetter letter, MailAddress to) {
        if (letter.givenUp()) {
            undeliverable(letter, "mailbox-had-enough");
            return;
        }
        LOG.atWarn()
                .addKeyValue("kind", letter.kind())
                .addKeyValue("requestId", letter.requestId())
                .log("mailbox had enough letters for now");
        var address = letter.kind() == Letter.CODE ? cap.addressOf(to) : null;
        transactions.run(() -> outbox.waitForRoom(letter, "mailbox-had-enough", address, Patience.UNTIL_ROOM));
    }

    private void sent(OutgoingLetter letter) {
        ended(letter, "SENT", null, new NotificationAnnouncement.Sent(letter.requestId(), letter.kind(), CHANNEL));
        LOG.atInfo()
                .addKeyValue("kind", letter.kind())
                .addKeyValue("requestId", letter.requestId())
                .log("letter sent");
    }

    private void undeliverable(OutgoingLetter letter, String reason) {
        LOG.atError()
                .addKeyValue("kind", letter.kind())
                .addKeyValue("reason", reason)
                .addKeyValue("requestId", letter.requestId())
                .log("letter undeliverable, a person must look");
        ended(
                letter,
                "UNDELIVERABLE",
                reason,
                new NotificationAnnouncement.Undeliverable(letter.requestId(), letter.kind(), CHANNEL, reason));
    }

    /** A code whose key is gone is void, since its request was decided; any other letter should have reached somebody. */
    private void erased(OutgoingLetter letter) {
        if (letter.kind() == Letter.CODE) {
            transactions.run(() -> outbox.end(letter, "VOID", "key-destroyed"));
            return;
        }
        undeliverable(letter, "address-erased");
    }

    private void ended(
            OutgoingLetter letter, String state, @Nullable String reason, NotificationAnnouncement announcement) {
        try {
            transactions.run(() -> {
                if (outbox.end(letter, state, reason)) {
                    announcements.announce(
                            announcement,
                            new Cause(letter.eventId(), letter.controller(), "notification-service", null));
                }
            });
        } catch (AlreadyCausedException _) {
            // it was announced before; only the row is behind
            transactions.run(() -> outbox.end(letter, state, reason));
        }
    }

    /** Something is wrong that nobody foresaw: it waits like any other trouble, and in the end a person must look. */
    void failed(OutgoingLetter letter) {
        later(letter, letter.outcomeUnknown() || outbox.isBeingSent(letter), "internal-error");
    }

    private void later(OutgoingLetter letter, boolean outcomeUnknown, String reason) {
        if (letter.givenUp()) {
            undeliverable(letter, reason);
            return;
        }
        var pause = patience.after(letter.attempts());
        LOG.atWarn()
                .addKeyValue("kind", letter.kind())
                .addKeyValue("reason", reason)
                .addKeyValue("attempt", letter.attempts() + 1)
                .addKeyValue("pause", pause)
                .addKeyValue("requestId", letter.requestId())
                .log("letter will be tried again");
        transactions.run(() -> outbox.later(letter, outcomeUnknown, reason, pause));
    }
}
