// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.exchange;

import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.contracts.NotificationAnnouncement;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.request.lifecycle.RequestCommand;
import io.habeas.request.lifecycle.RequestCommand.AskIdentity;
import io.habeas.request.lifecycle.RequestCommand.EndFulfillment;
import io.habeas.request.lifecycle.RequestCommand.EndUnverified;
import io.habeas.request.lifecycle.RequestCommand.GiveBack;
import io.habeas.request.lifecycle.RequestCommand.RecordDelay;
import io.habeas.request.lifecycle.RequestCommand.RecordFollowUp;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.RecordOutcomes;
import io.habeas.request.lifecycle.RequestCommand.RecordPlan;
import io.habeas.request.lifecycle.RequestCommand.RecordUndeliverable;
import java.util.Optional;

/** What an announcement of another service asks of the request; nothing, where it is its own business. */
final class Inwards {

    private Inwards() {}

    /** @param proofs what is known of a person with the proof */
    static Optional<RequestCommand> ofVerification(VerificationAnnouncement announcement, Proofs proofs) {
        return switch (announcement) {
            case VerificationAnnouncement.ChallengeIssued it ->
                Optional.of(new AskIdentity(it.requestId(), it.challenge(), it.expiresAt(), it.number()));
            case VerificationAnnouncement.Passed it -> Optional.of(proofs.command(it));
            case VerificationAnnouncement.Failed it -> Optional.of(new EndUnverified(it.requestId(), it.reason()));
            case VerificationAnnouncement.Noted _ -> Optional.empty();
        };
    }

    static Optional<RequestCommand> ofFulfillment(FulfillmentAnnouncement announcement) {
        return switch (announcement) {
            case FulfillmentAnnouncement.Planned it ->
                Optional.of(new RecordPlan(it.requestId(), it.planId(), it.dataMap(), it.tasks()));
            case FulfillmentAnnouncement.OutcomesRecorded it ->
                Optional.of(new RecordOutcomes(it.requestId(), it.outcomes()));
            case FulfillmentAnnouncement.Delayed it ->
                Optional.of(new RecordDelay(it.requestId(), it.taskId(), it.store(), it.reason(), it.parked()));
            case FulfillmentAnnouncement.Completed it ->
                Optional.of(new EndFulfillment(it.requestId(), it.planId(), it.packageUntil()));
            case FulfillmentAnnouncement.GivenBack it -> Optional.of(new GiveBack(it.requestId(), it.reason()));
            case FulfillmentAnnouncement.FollowedUp it ->
                Optional.of(new RecordFollowUp(
                        it.requestId(), it.taskId(), it.store(), it.until(), it.collections(), it.doneAt(), it.next()));
            // of no request: they are for the audit log
            case FulfillmentAnnouncement.DataMapProposed _,
                    FulfillmentAnnouncement.DataMapApproved _,
                    FulfillmentAnnouncement.Noted _ -> Optional.empty();
        };
    }

    static Optional<RequestCommand> ofNotification(NotificationAnnouncement announcement) {
        return switch (announcement) {
            case NotificationAnnouncement.Sent it ->
                Optional.of(new RecordLetter(it.requestId(), it.letter(), it.channel()));
            case NotificationAnnouncement.Undeliverable it ->
                Optional.of(new RecordUndeliverable(it.requestId(), it.letter(), it.channel(), it.reason()));
            case NotificationAnnouncement.Noted _ -> Optional.empty();
        };
    }
}
