// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.request.lifecycle.RequestEvent;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.ClockReckoned;
import io.habeas.request.lifecycle.RequestEvent.ClockResumed;
import io.habeas.request.lifecycle.RequestEvent.ClockStarted;
import io.habeas.request.lifecycle.RequestEvent.ClockStopped;
import io.habeas.request.lifecycle.RequestEvent.ClockWarned;
import io.habeas.request.lifecycle.RequestEvent.ComplaintAnswered;
import io.habeas.request.lifecycle.RequestEvent.ComplaintReceived;
import io.habeas.request.lifecycle.RequestEvent.ConfirmationAsked;
import io.habeas.request.lifecycle.RequestEvent.Confirmed;
import io.habeas.request.lifecycle.RequestEvent.CountPassed;
import io.habeas.request.lifecycle.RequestEvent.DetailsAsked;
import io.habeas.request.lifecycle.RequestEvent.DetailsGiven;
import io.habeas.request.lifecycle.RequestEvent.FeeAccepted;
import io.habeas.request.lifecycle.RequestEvent.FeeDeclined;
import io.habeas.request.lifecycle.RequestEvent.FeeQuoted;
import io.habeas.request.lifecycle.RequestEvent.FileRead;
import io.habeas.request.lifecycle.RequestEvent.FollowUpRecorded;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentDelayed;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentEnded;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentPlanned;
import io.habeas.request.lifecycle.RequestEvent.HoldStarted;
import io.habeas.request.lifecycle.RequestEvent.IdentityAsked;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.RequestEvent.KeyDestroyed;
import io.habeas.request.lifecycle.RequestEvent.LetterSent;
import io.habeas.request.lifecycle.RequestEvent.LetterUndeliverable;
import io.habeas.request.lifecycle.RequestEvent.NoRequestFound;
import io.habeas.request.lifecycle.RequestEvent.OutcomesRecorded;
import io.habeas.request.lifecycle.RequestEvent.RequestAnswered;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestBoundAnew;
import io.habeas.request.lifecycle.RequestEvent.RequestCarriedOut;
import io.habeas.request.lifecycle.RequestEvent.RequestClosed;
import io.habeas.request.lifecycle.RequestEvent.RequestExtended;
import io.habeas.request.lifecycle.RequestEvent.RequestGranted;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestNotVerified;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.RequestReopened;
import io.habeas.request.lifecycle.RequestEvent.RequestWithdrawn;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.lifecycle.RequestEvent.ReviewOrdered;
import io.habeas.request.lifecycle.RequestEvent.StandingOrdered;
import io.habeas.request.lifecycle.RequestEvent.StandingRecorded;
import io.habeas.request.lifecycle.RequestEvent.StatementAsked;
import io.habeas.request.lifecycle.RequestEvent.StatementReceived;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Terms.Certainty;
import io.habeas.request.policy.Terms.Deadline;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a page of events changes in the due table, the last word on each row. */
final class DueChanges {

    record Place(UUID requestId, DueKind kind) {}

    /**
     * @param dueAt absent while it is not known
     * @param provisional whether it is to be counted again when calendar data comes
     */
    record Row(
            String controller,
            @Nullable Instant dueAt,
            @Nullable UUID keyId,
            boolean provisional) {

        Row(String controller, @Nullable Instant dueAt, @Nullable UUID keyId) {
            this(controller, dueAt, keyId, false);
        }
    }

    final Map<Place, Row> put = new LinkedHashMap<>();
    final Map<Place, Instant> moved = new LinkedHashMap<>();
    final Set<Place> removed = new LinkedHashSet<>();

    /** @param at legal time of the event */
    void add(RequestEvent event, String controller, Instant at) {
        var id = event.requestId();
        switch (event) {
            case RequestReceived first -> {
                first.clocks().forEach(clock -> start(id, controller, clock));
                put(
                        new Place(id, DueKind.DESTROY_IDENTITY_KEY),
                        new Row(controller, null, first.keys().identity()));
            }
            case RequestBoundAnew anew -> {
                for (var kind : ClockKind.values()) {
                    stop(id, kind);
                }
                anew.clocks().forEach(clock -> start(id, controller, clock));
            }
            case ConfirmationAsked asked -> start(id, controller, asked.clock());
            case IdentityProved _ -> stop(id, ClockKind.IDENTITY);
            case StatementAsked asked -> start(id, controller, asked.clock());
            case StatementReceived _ -> stop(id, ClockKind.STATEMENT);
            case DetailsAsked asked -> start(id, controller, asked.clock());
            case DetailsGiven _ -> stop(id, ClockKind.DETAILS);
            case ComplaintReceived complaint -> start(id, controller, complaint.clock());
            case ComplaintAnswered answered -> {
                if (answered.complaintId() == null) {
                    // the request was a complaint, and this its decision
                    stop(id, ClockKind.RESPOND);
                    move(id, at);
                } else {
                    stop(id, ClockKind.COMPLAINT);
                }
            }
            case RequestReopened _ -> remove(id, DueKind.DESTROY_CASE_KEY);
            case FeeQuoted quoted -> start(id, controller, quoted.clock());
            case FeeAccepted _, FeeDeclined _ -> stop(id, ClockKind.FEE);
            case RequestExtended later -> start(id, controller, later.clock());
            case ClockStarted started -> start(id, controller, started.clock());
            case ClockReckoned reckoned -> start(id, controller, reckoned.clock());
            case ClockResumed resumed -> start(id, controller, resumed.clock());
            case ClockStopped stopped -> {
                stop(id, stopped.clock());
                if (stopped.dueAt() != null) {
                    put(new Place(id, DueKind.of(stopped.clock())), new Row(controller, stopped.dueAt(), null));
                }
            }
            case ClockWarned warned -> {
                var place = new Place(id, DueKind.warningOf(warned.clock()));
                if (warned.next() == null) {
                    remove(id, place.kind());
                } else {
                    put(place, new Row(controller, warned.next(), null));
                }
            }
            case Confirmed _ -> stop(id, ClockKind.CONFIRMATION);
            case LetterSent sent -> {
                if (sent.letter() == Letter.RECEIVED) {
                    stop(id, ClockKind.CONFIRM_RECEIPT);
                }
            }
            case RequestAnswered _ -> {
                stop(id, ClockKind.RESPOND);
                move(id, at);
            }
            case ClockRanOut over -> stop(id, over.clock());
            case HoldStarted hold -> {
                start(id, controller, hold.clock());
                move(id, at);
            }
            case RequestApproved _ -> move(id, at);
            case RequestNotVerified _, RequestWithdrawn _, RequestLapsed _, RequestRefused _, NoRequestFound _ -> {
                stopClocks(id);
                move(id, at);
            }
            case RequestClosed _ -> stopClocks(id);
            case RetentionStarted retained ->
                put(new Place(id, DueKind.DESTROY_CASE_KEY), new Row(controller, retained.until(), retained.key()));
            case KeyDestroyed gone ->
                remove(id, gone.keyClass() == KeyClass.CASE ? DueKind.DESTROY_CASE_KEY : DueKind.DESTROY_IDENTITY_KEY);
            case IdentityAsked _,
                    CountPassed _,
                    ReviewAsked _,
                    ReviewOrdered _,
                    RequestGranted _,
                    RequestCarriedOut _,
                    StandingOrdered _,
                    StandingRecorded _,
                    FileRead _,
                    FulfillmentPlanned _,
                    FulfillmentDelayed _,
                    OutcomesRecorded _,
                    FollowUpRecorded _,
                    FulfillmentEnded _,
                    LetterUndeliverable _ -> {}
        }
    }

    boolean isEmpty() {
        return put.isEmpty() && moved.isEmpty() && removed.isEmpty();
    }

    private void start(UUID id, String controller, Deadline clock) {
        boolean provisional = clock.certainty() == Certainty.PROVISIONAL;
        put(new Place(id, DueKind.of(clock.kind())), new Row(controller, clock.dueAt(), null, provisional));
        var warning = DueKind.warningOf(clock.kind());
        if (clock.warnings().isEmpty()) {
            remove(id, warning);
        } else {
            put(new Place(id, warning), new Row(controller, clock.warnings().getFirst(), null));
        }
    }

    private void stop(UUID id, ClockKind clock) {
        remove(id, DueKind.of(clock));
        remove(id, DueKind.warningOf(clock));
    }

    private void put(Place place, Row row) {
        put.put(place, row);
        moved.remove(place);
        removed.remove(place);
    }

    /** The key has served its purpose with the decision. */
    private void move(UUID id, Instant dueAt) {
        var place = new Place(id, DueKind.DESTROY_IDENTITY_KEY);
        var fresh = put.computeIfPresent(place, (_, row) -> new Row(row.controller(), dueAt, row.keyId()));
        if (fresh == null && !removed.contains(place)) {
            moved.put(place, dueAt);
        }
    }

    private void stopClocks(UUID id) {
        for (var kind : DueKind.values()) {
            if (kind.clock() != null && kind.clock() != ClockKind.COMPLAINT) {
                remove(id, kind);
            }
        }
    }

    private void remove(UUID id, DueKind kind) {
        var place = new Place(id, kind);
        put.remove(place);
        moved.remove(place);
        removed.add(place);
    }
}
