// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.SealedField;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.Receiver;
import io.habeas.messaging.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Writes down, in the transaction of the message, which letter it asks for. Opens nothing and sends nothing. */
class LetterReceiver implements Receiver<RequestAnnouncement> {

    private static final String REPLY_TO = "replyTo";
    static final String CONTACT = "contact";
    private static final String CHALLENGE = "challenge";
    private static final List<Letter> QUESTIONS = List.of(
            Letter.CODE,
            Letter.STATEMENT,
            Letter.CONFIRM_ERASURE,
            Letter.HOLD,
            Letter.DETAILS_ASKED,
            Letter.EXTENDED,
            Letter.FEE);
    private static final List<Letter> HOLD = List.of(Letter.HOLD);

    /** After these the request goes on, and may end with an announcement that carries no address. */
    private static final List<Letter> GOES_ON = List.of(Letter.DETAILS_ASKED, Letter.EXTENDED, Letter.FEE);

    private final LetterOutbox outbox;
    private final DeliveryLoop loop;

    LetterReceiver(LetterOutbox outbox, DeliveryLoop loop) {
        this.outbox = outbox;
        this.loop = loop;
    }

    @Override
    public void on(Inbound<RequestAnnouncement> message) {
        var requestId = message.requestId();
        switch (message.announcement()) {
            case RequestAnnouncement.Received received -> {
                outbox.rememberReplyTo(requestId, message.controller(), received.replyTo());
                outbox.rememberCaseKey(requestId, received.keys().caseKey());
                post(message, Letter.RECEIVED, Standing.CLAIMED, REPLY_TO, received.replyTo());
            }
            case RequestAnnouncement.IdentityAsked asked -> {
                // an older code does not work any more
                outbox.voidWaiting(requestId, List.of(Letter.CODE), "overtaken");
                post(message, Letter.CODE, standingOf(asked), CHALLENGE, asked.challenge());
            }
            case RequestAnnouncement.StatementAsked asked -> {
                outbox.voidWaiting(requestId, List.of(Letter.STATEMENT), "overtaken");
                post(message, Letter.STATEMENT, Standing.BY_STAFF, REPLY_TO, asked.replyTo());
            }
            case RequestAnnouncement.ConfirmationAsked asked -> {
                outbox.rememberContact(requestId, message.controller(), asked.contact());
                outbox.voidWaiting(requestId, List.of(Letter.CONFIRM_ERASURE), "overtaken");
                post(message, Letter.CONFIRM_ERASURE, Standing.PROVED, CONTACT, asked.contact());
            }
            case RequestAnnouncement.HoldStarted hold -> {
                outbox.rememberContact(requestId, message.controller(), hold.contact());
                outbox.voidWaiting(requestId, HOLD, "overtaken");
                post(message, Letter.HOLD, Standing.PROVED, CONTACT, hold.contact());
                post(message, beside(message), Letter.HOLD, Standing.CLAIMED, REPLY_TO, hold.replyTo());
            }
            case RequestAnnouncement.Answered answered -> {
                if (answered.contact() != null) {
                    outbox.rememberContact(requestId, message.controller(), answered.contact());
                    post(message, Letter.ANSWERED, Standing.PROVED, CONTACT, answered.contact());
                } else if (answered.replyTo() != null) {
                    var standing = answered.byHand() == null ? Standing.ANSWERED : Standing.BY_STAFF;
                    post(message, Letter.ANSWERED, standing, REPLY_TO, answered.replyTo());
                } else {
                    throw new RefusedException("no-correspondent");
                }
            }
            case RequestAnnouncement.NotVerified ended -> {
                forget(requestId);
                post(message, Letter.NOT_VERIFIED, Standing.CLAIMED, REPLY_TO, ended.replyTo());
            }
            case RequestAnnouncement.Refused refused -> {
                forget(requestId);
                toTheBest(message, Letter.REFUSED, refused.contact(), refused.replyTo());
            }
            case RequestAnnouncement.DetailsAsked asked -> {
                outbox.voidWaiting(requestId, List.of(Letter.DETAILS_ASKED), "overtaken");
                toTheBest(message, Letter.DETAILS_ASKED, asked.contact(), asked.replyTo());
            }
            case RequestAnnouncement.Extended extended ->
                toTheBest(message, Letter.EXTENDED, extended.contact(), extended.replyTo());
            case RequestAnnouncement.NoRequest ended -> {
                forget(requestId);
                toTheBest(message, Letter.NO_REQUEST, ended.contact(), ended.replyTo());
            }
            case RequestAnnouncement.FeeQuoted quoted -> {
                outbox.voidWaiting(requestId, List.of(Letter.FEE), "overtaken");
                toTheBest(message, Letter.FEE, quoted.contact(), quoted.replyTo());
            }
            case RequestAnnouncement.ComplaintAnswered answered -> {
                if (answered.reopened()) {
                    // it was forgotten when the request ended, and is needed for the end that comes now
                    outbox.rememberReplyTo(requestId, message.controller(), answered.replyTo());
                    if (answered.contact() != null) {
                        outbox.rememberContact(requestId, message.controller(), answered.contact());
                    }
                }
                toTheBest(message, Letter.COMPLAINT_ANSWERED, answered.contact(), answered.replyTo());
            }
            case RequestAnnouncement.Withdrawn _ -> ended(message, Letter.WITHDRAWN, Standing.CLAIMED);
            // nothing lapses but after a question
            case RequestAnnouncement.Lapsed _ -> ended(message, Letter.LAPSED, Standing.BY_STAFF);
            case RequestAnnouncement.Closed _ -> {
                outbox.forgetUndelivered(requestId);
                outbox.forgetCorrespondent(requestId);
            }
            // what it says of taking back is not true any more
            case RequestAnnouncement.Approved _ -> outbox.voidWaiting(requestId, HOLD, "released");
            case RequestAnnouncement.StandingSet _,
                    RequestAnnouncement.StandingEnded _,
                    RequestAnnouncement.Noted _ -> {}
        }
    }

    /** What staff ask or decide: to the proved address, else to the one that the request came with. */
    private void toTheBest(
            Inbound<RequestAnnouncement> message, Letter letter, @Nullable SealedField contact, SealedField replyTo) {
        if (contact == null) {
            post(message, letter, Standing.BY_STAFF, REPLY_TO, replyTo);
        } else {
            if (GOES_ON.contains(letter)) {
                // the end of the request is told where this was told
                outbox.rememberContact(message.requestId(), message.controller(), contact);
            }
            post(message, letter, Standing.PROVED, CONTACT, contact);
        }
    }

    /** Under the CASE key a code is sealed only after the proof, for whoever proved to read what arrives there. */
    private Standing standingOf(RequestAnnouncement.IdentityAsked asked) {
        if (outbox.isCaseKey(asked.requestId(), asked.challenge().key())) {
            return Standing.PROVED;
        }
        return outbox.hadCode(asked.requestId()) ? Standing.ASKED_AGAIN : Standing.ON_FILE;
    }

    /** Such announcements carry no address: the proved one is the best, else the one that the request came with. */
    private void ended(Inbound<RequestAnnouncement> message, Letter letter, Standing claimed) {
        var known =
                outbox.correspondent(message.requestId()).orElseThrow(() -> new RefusedException("no-correspondent"));
        forget(message.requestId());
        if (known.contact() != null) {
            post(message, letter, Standing.PROVED, CONTACT, known.contact());
        } else if (known.replyTo() != null) {
            post(message, letter, claimed, REPLY_TO, known.replyTo());
        }
    }

    /** What was asked is not asked any more, and what reached nobody before is not tried again. */
    private void forget(UUID requestId) {
        outbox.voidWaiting(requestId, QUESTIONS, "request-ended");
        outbox.forgetUndelivered(requestId);
        outbox.forgetCorrespondent(requestId);
    }

    private void post(
            Inbound<RequestAnnouncement> message, Letter letter, Standing standing, String field, SealedField address) {
        post(message, message.eventId(), letter, standing, field, address);
    }

    private void post(
            Inbound<RequestAnnouncement> message,
            UUID cause,
            Letter letter,
            Standing standing,
            String field,
            SealedField address) {
        outbox.post(
                cause.equals(message.eventId()) ? idOf(message, letter) : cause,
                cause,
                message.controller(),
                letter,
                standing,
                message.announcement(),
                field,
                address);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                loop.wake();
            }
        });
    }

    /** The second letter of a message: what becomes of it is announced beside the first, so its cause is one of its own. */
    private static UUID beside(Inbound<?> message) {
        var name = message.eventId() + "|" + REPLY_TO;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Derived, so that the same letter has the same id in every copy and after every repeat. */
    static UUID idOf(Inbound<?> message, Letter letter) {
        var name = message.requestId() + "|" + message.eventId() + "|" + letter;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
