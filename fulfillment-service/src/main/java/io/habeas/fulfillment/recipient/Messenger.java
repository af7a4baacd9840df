// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.recipient;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Notifying;
import io.habeas.connector.Notifying.Answer;
import io.habeas.connector.Notifying.Notice;
import io.habeas.contracts.Grade;
import io.habeas.fault.FaultPoints;
import io.habeas.fulfillment.catalog.Recipients;
import io.habeas.fulfillment.datamap.DataMap.Recipient;
import io.habeas.fulfillment.datamap.DataMapException;
import io.habeas.fulfillment.datamap.DataMaps;
import io.habeas.fulfillment.evidence.ApprovalGate;
import io.habeas.fulfillment.evidence.ApprovalGate.NotProvedException;
import io.habeas.fulfillment.evidence.ApprovalGate.RefusedException;
import io.habeas.fulfillment.plan.Addressees;
import io.habeas.fulfillment.plan.Order;
import io.habeas.fulfillment.plan.Orders;
import io.habeas.fulfillment.recipient.Notices.Claimed;
import io.habeas.fulfillment.worker.BackOff;
import io.habeas.fulfillment.worker.LeaseLostException;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.service.LegalClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells one recipient at a time, asks it how far it is, reminds it, and gives up when its clock has run out. */
public final class Messenger {

    private static final Logger LOG = LoggerFactory.getLogger(Messenger.class);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** So long a proof may take without a word: the log needs a moment. */
    private static final Duration SILENTLY = Duration.ofSeconds(5);

    private static final Duration A_MOMENT = Duration.ofMillis(100);

    private final Notices notices;
    private final Orders orders;
    private final Addressees addressees;
    private final DataMaps maps;
    private final Recipients recipients;
    private final LegalClock clock;
    private final BackOff backOff;
    private final BackOff questions;
    private final URI publicUrl;
    private final ApprovalGate gate;

    /**
     * @param backOff between tries that failed
     * @param questions between questions to a recipient that is at it
     * @param publicUrl of the gateway, where answers are taken
     * @param gate without whose proof nobody is told
     */
    public Messenger(
            Notices notices,
            Orders orders,
            Addressees addressees,
            DataMaps maps,
            Recipients recipients,
            LegalClock clock,
            BackOff backOff,
            BackOff questions,
            URI publicUrl,
            ApprovalGate gate) {
        this.notices = notices;
        this.orders = orders;
        this.addressees = addressees;
        this.maps = maps;
        this.recipients = recipients;
        this.clock = clock;
        this.backOff = backOff;
        this.questions = questions;
        this.publicUrl = publicUrl;
        this.gate = gate;
    }

    /** Works on one notice that is due. @return whether there was one */
    public boolean once() {
        var claimed = notices.claim(clock.instant());
        if (claimed.isEmpty()) {
            return false;
        }
        var notice = claimed.get();
        var order = orders.order(notice.notice().requestId());
        try {
            work(notice, order);
        } catch (ConnectorException said) {
            failed(notice, order, said);
        } catch (NotProvedException waits) {
            if (waits.waiting().compareTo(SILENTLY) < 0) {
                notices.later(notice, A_MOMENT);
            } else {
                postpone(notice, order, "audit-proof", null, false, null);
            }
        } catch (RefusedException contradiction) {
            postpone(notice, order, "audit-proof-refused", contradiction.detail(), true, null);
        } catch (DataMapException refused) {
            postpone(notice, order, "data-map-refused", null, true, null);
        } catch (KeyDestroyedException gone) {
            postpone(notice, order, "key-destroyed", null, true, null);
        } catch (KeyUnavailableException away) {
            postpone(notice, order, "keys-unavailable", null, false, null);
        } catch (LeaseLostException taken) {
            LOG.atInfo().addKeyValue("taskId", notice.notice().taskId()).log("the notice is in other hands");
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError failed) {
            LOG.atWarn()
                    .addKeyValue("taskId", notice.notice().taskId())
                    .addKeyValue("failure", failed.getClass().getName())
                    .addKeyValue("at", failed.getStackTrace().length == 0 ? "" : failed.getStackTrace()[0])
                    .log("a notice failed");
            postpone(notice, order, "internal-error", null, false, null);
        }
        return true;
    }

    private void work(Claimed claimed, Order order)
            throws ConnectorException, DataMapException, NotProvedException, RefusedException {
        var now = clock.instant();
        if (isOver(claimed, now)) {
            giveUp(claimed, order);
            return;
        }
        gate.require(order);
        var map = maps.version(order.controller(), claimed.notice().dataMap());
        var recipient = map.recipient(claimed.notice().recipient());
        var connector = recipients.of(map, recipient.id());
        var due = dueAt(claimed, recipient, now);
        if (claimed.toldAt() == null || isToBeReminded(claimed, now)) {
            tell(claimed, order, recipient, connector, now, due);
        } else if (claimed.askable()) {
            notices.trying(claimed, due);
            ask(claimed, order, connector);
        } else {
            notices.asked(claimed, false, LONGEST);
        }
    }

    /** From the first call on the recipient has the days of the map, and never longer than the policy has. */
    private static Instant dueAt(Claimed claimed, Recipient recipient, Instant now) {
        var known = claimed.dueAt();
        if (known != null && claimed.toldAt() != null) {
            return known;
        }
        var counted = now.plus(recipient.answers());
        return known != null && known.isBefore(counted) ? known : counted;
    }

    private static boolean isOver(Claimed claimed, Instant now) {
        return claimed.dueAt() != null && !now.isBefore(claimed.dueAt());
    }

    private static boolean isToBeReminded(Claimed claimed, Instant now) {
        return claimed.remindAt() == null || !now.isBefore(claimed.remindAt());
    }

    /** Told and silent is an end of which the letter says so; never told is none. */
    private void giveUp(Claimed claimed, Order order) {
        if (claimed.toldAt() == null) {
            postpone(claimed, order, "recipient-never-reached", null, true, null);
            return;
        }
        LOG.atError()
                .addKeyValue("taskId", claimed.notice().taskId())
                .addKeyValue("requestId", claimed.notice().requestId())
                .addKeyValue("recipient", claimed.notice().recipient())
                .addKeyValue("reminders", claimed.reminders())
                .log("a recipient was told and did not confirm in time; an operator should ask it");
        notices.finish(claimed, order, Grade.UNCONFIRMED);
    }

    private void tell(Claimed claimed, Order order, Recipient recipient, Notifying connector, Instant now, Instant due)
            throws ConnectorException {
        var identifiers = addressees.of(order, claimed.notice().taskId());
        if (identifiers.isEmpty()) {
            postpone(claimed, order, "recipient-knows-no-identifier", null, true, null);
            return;
        }
        notices.trying(claimed, due);
        boolean reminder = claimed.toldAt() != null;
        var next = now.plus(recipient.reminded());
        if (reminder) {
            notices.remindLater(claimed, next);
        }
        var telling = order.approval().telling();
        FaultPoints.pass("fulfillment.before-notice");
        var answer = connector.tell(new Notice(
                claimed.notice().taskId(),
                order.approval().right().name(),
                order.controller(),
                identifiers.stream()
                        .map(it -> new Notifying.Identifier(it.kind().name(), it.value()))
                        .toList(),
                telling == null ? List.of() : telling.uses(),
                telling == null ? List.of() : telling.channels(),
                URI.create(publicUrl + "/api/v1/recipients/" + claimed.notice().taskId() + "/answers"),
                reminder ? claimed.reminders() + 1 : 0,
                claimed.lease().deadline()));
        FaultPoints.pass("fulfillment.after-notice");
        switch (answer) {
            case Answer.Done _ -> notices.finish(claimed, order, Grade.ATTESTED);
            case Answer.Refused _ -> postpone(claimed, order, "recipient-refused", null, true, null);
            case Answer.Accepted _, Answer.CannotBeAsked _ ->
                notices.told(claimed, order, now, next, questions.pause(1));
            case Answer.Later later -> postpone(claimed, order, "recipient-not-now", null, false, later.after());
        }
    }

    private void ask(Claimed claimed, Order order, Notifying connector) throws ConnectorException {
        var pause = questions.pause(claimed.asked() + 2);
        switch (connector.ask(claimed.notice().taskId(), claimed.lease().deadline())) {
            case Answer.Done _ -> notices.finish(claimed, order, Grade.ATTESTED);
            case Answer.Refused _ -> postpone(claimed, order, "recipient-refused", null, true, null);
            case Answer.Accepted _ -> notices.asked(claimed, true, pause);
            case Answer.CannotBeAsked _ -> notices.asked(claimed, false, LONGEST);
            case Answer.Later later -> notices.asked(claimed, true, longer(pause, later.after()));
        }
    }

    private void failed(Claimed claimed, Order order, ConnectorException said) {
        LOG.atWarn()
                .addKeyValue("taskId", claimed.notice().taskId())
                .addKeyValue("recipient", claimed.notice().recipient())
                .addKeyValue("says", said.getMessage())
                .log("a recipient refused or failed");
        switch (said.category()) {
            case TRY_AGAIN -> postpone(claimed, order, "recipient-unreachable", null, false, null);
            case FIX_CONFIGURATION, ASK_A_PERSON ->
                postpone(claimed, order, "recipient-not-tellable", said.getMessage(), true, null);
        }
    }

    private void postpone(
            Claimed claimed,
            Order order,
            String reason,
            @Nullable String detail,
            boolean parked,
            @Nullable Duration atLeast) {
        int failures = claimed.attempts() + 1;
        var level = parked ? LOG.atError() : LOG.atWarn();
        level.addKeyValue("taskId", claimed.notice().taskId())
                .addKeyValue("requestId", claimed.notice().requestId())
                .addKeyValue("recipient", claimed.notice().recipient())
                .addKeyValue("reason", reason)
                .addKeyValue("attempt", failures)
                .log(parked ? "the notice is parked; an operator must act" : "the recipient will be told again");
        try {
            notices.postpone(claimed, order, reason, detail, parked, longer(backOff.pause(failures), atLeast));
        } catch (LeaseLostException taken) {
            LOG.atInfo().addKeyValue("taskId", claimed.notice().taskId()).log("the notice is in other hands");
        }
    }

    /** What the recipient asks for counts, up to a day. */
    private static Duration longer(Duration pause, @Nullable Duration wanted) {
        if (wanted == null || wanted.compareTo(pause) < 0) {
            return pause;
        }
        return wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted;
    }
}
