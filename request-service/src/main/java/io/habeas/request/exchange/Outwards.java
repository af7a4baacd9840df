// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.exchange;

import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.Withheld;
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
import io.habeas.request.lifecycle.Withholding;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.standing.StandingEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the others may see of a stored fact: one announcement for each. */
final class Outwards {

    private Outwards() {}

    static RequestAnnouncement announcementOf(RequestEvent event) {
        return switch (event) {
            case RequestReceived it -> received(it);
            case IdentityAsked it ->
                new RequestAnnouncement.IdentityAsked(
                        it.requestId(), it.reference(), it.right(), it.language(), it.challenge(), it.expiresAt());
            case ConfirmationAsked it ->
                new RequestAnnouncement.ConfirmationAsked(
                        it.requestId(),
                        it.reference(),
                        it.language(),
                        it.contact(),
                        it.clock().dueAt(),
                        it.rule(),
                        it.right());
            case HoldStarted it ->
                new RequestAnnouncement.HoldStarted(
                        it.requestId(),
                        it.reference(),
                        it.right(),
                        it.language(),
                        it.contact(),
                        it.replyTo(),
                        it.clock().dueAt(),
                        it.rule());
            case RequestApproved it ->
                new RequestAnnouncement.Approved(
                        it.requestId(),
                        it.approvalId(),
                        it.reference(),
                        it.profile(),
                        it.jurisdiction(),
                        it.right(),
                        it.scope(),
                        it.language(),
                        it.keys(),
                        it.proved(),
                        it.receivedAt(),
                        it.collectedSince(),
                        it.keepGrounds(),
                        it.exclusions(),
                        it.rule(),
                        it.telling(),
                        withheld(it.withheld()));
            case RequestAnswered it ->
                new RequestAnnouncement.Answered(
                        it.requestId(),
                        it.reference(),
                        it.right(),
                        it.profile(),
                        it.jurisdiction(),
                        it.language(),
                        it.contact(),
                        it.outcomes(),
                        it.packageUntil(),
                        it.complaint(),
                        it.rule(),
                        it.replyTo(),
                        it.standings(),
                        it.byHand());
            case RequestNotVerified it ->
                new RequestAnnouncement.NotVerified(
                        it.requestId(),
                        it.reference(),
                        it.right(),
                        it.language(),
                        it.replyTo(),
                        it.complaint(),
                        it.rule());
            case RequestRefused it ->
                new RequestAnnouncement.Refused(
                        it.requestId(),
                        it.reference(),
                        it.right(),
                        it.profile(),
                        it.jurisdiction(),
                        it.language(),
                        it.contact(),
                        it.replyTo(),
                        it.groundShown() ? it.ground() : null,
                        it.answerOwed(),
                        it.complaint(),
                        it.complaintSource(),
                        // the last part of the rule is the ground
                        it.groundShown()
                                ? it.rule()
                                : it.rule().substring(0, it.rule().lastIndexOf('.')),
                        it.againFrom());
            case DetailsAsked it ->
                new RequestAnnouncement.DetailsAsked(
                        it.requestId(),
                        it.reference(),
                        it.right(),
                        it.language(),
                        it.contact(),
                        it.replyTo(),
                        it.missing(),
                        it.clock().dueAt(),
                        it.rule());
            case RequestExtended it ->
                new RequestAnnouncement.Extended(
                        it.requestId(),
                        it.reference(),
                        it.right(),
                        it.language(),
                        it.contact(),
                        it.replyTo(),
                        it.reason(),
                        it.firstDueAt(),
                        it.clock().dueAt(),
                        it.rule());
            case FeeQuoted it ->
                new RequestAnnouncement.FeeQuoted(
                        it.requestId(),
                        it.reference(),
                        it.right(),
                        it.language(),
                        it.contact(),
                        it.replyTo(),
                        it.ground(),
                        it.amount(),
                        it.currency(),
                        it.reason(),
                        it.clock().dueAt(),
                        it.rule());
            case NoRequestFound it ->
                new RequestAnnouncement.NoRequest(
                        it.requestId(),
                        it.reference(),
                        it.right(),
                        it.language(),
                        it.contact(),
                        it.replyTo(),
                        it.complaint(),
                        it.complaintSource(),
                        it.rule());
            case ComplaintAnswered it ->
                new RequestAnnouncement.ComplaintAnswered(
                        it.requestId(),
                        it.reference(),
                        it.right(),
                        it.language(),
                        it.contact(),
                        it.replyTo(),
                        it.upheld(),
                        it.reopened(),
                        it.answer(),
                        it.complaint(),
                        it.complaintSource(),
                        it.rule());
            case RequestWithdrawn it ->
                new RequestAnnouncement.Withdrawn(it.requestId(), it.reference(), it.language());
            case RequestLapsed it ->
                new RequestAnnouncement.Lapsed(it.requestId(), it.reference(), it.language(), it.rule());
            case RequestClosed it -> new RequestAnnouncement.Closed(it.requestId());
            case StatementAsked it ->
                new RequestAnnouncement.StatementAsked(
                        it.requestId(),
                        it.reference(),
                        it.right(),
                        it.language(),
                        it.replyTo(),
                        it.clock().dueAt(),
                        it.rule());
            case IdentityProved _,
                    RequestBoundAnew _,
                    CountPassed _,
                    ReviewAsked _,
                    ReviewOrdered _,
                    RequestGranted _,
                    RequestCarriedOut _,
                    StandingOrdered _,
                    StandingRecorded _,
                    DetailsGiven _,
                    ComplaintReceived _,
                    RequestReopened _,
                    FeeAccepted _,
                    FeeDeclined _,
                    FileRead _,
                    Confirmed _,
                    FulfillmentPlanned _,
                    FulfillmentDelayed _,
                    OutcomesRecorded _,
                    FollowUpRecorded _,
                    RetentionStarted _,
                    FulfillmentEnded _,
                    LetterSent _,
                    LetterUndeliverable _,
                    StatementReceived _,
                    ClockStarted _,
                    ClockStopped _,
                    ClockResumed _,
                    ClockReckoned _,
                    ClockWarned _,
                    ClockRanOut _,
                    KeyDestroyed _ -> new RequestAnnouncement.Noted(event.requestId());
        };
    }

    static RequestAnnouncement announcementOf(StandingEvent event) {
        return switch (event) {
            case StandingEvent.Set it ->
                new RequestAnnouncement.StandingSet(
                        it.factId(),
                        it.use(),
                        it.channel(),
                        it.stance(),
                        it.origin(),
                        it.identifier(),
                        it.profile(),
                        it.jurisdiction(),
                        it.since(),
                        it.askAgainFrom(),
                        it.neverAskAgain(),
                        it.rule());
            case StandingEvent.Ended it -> new RequestAnnouncement.StandingEnded(it.factId(), it.endedBy(), it.at());
            case StandingEvent.OptInAsked _, StandingEvent.OptInLapsed _, StandingEvent.KeyDestroyed _ ->
                new RequestAnnouncement.Noted(event.factId());
        };
    }

    private static RequestAnnouncement received(RequestReceived it) {
        return new RequestAnnouncement.Received(
                it.requestId(),
                it.reference(),
                it.profile(),
                it.jurisdiction(),
                it.right(),
                it.scope(),
                it.capacity(),
                it.language(),
                it.proofMethod(),
                it.proofLevel(),
                it.keys(),
                it.claims(),
                it.replyTo(),
                it.receivedAt(),
                dueAt(it, ClockKind.RESPOND).orElse(null),
                dueAt(it, ClockKind.IDENTITY).orElse(null),
                it.otherMethod());
    }

    private static @Nullable List<Withheld> withheld(@Nullable List<Withholding> kept) {
        return kept == null
                ? null
                : kept.stream()
                        .map(it -> new Withheld(it.category(), it.ground()))
                        .toList();
    }

    /** Nothing where the clock does not run from receipt. */
    private static Optional<Instant> dueAt(RequestReceived received, ClockKind kind) {
        return received.clocks().stream()
                .filter(clock -> clock.kind() == kind)
                .map(Deadline::dueAt)
                .findFirst();
    }
}
