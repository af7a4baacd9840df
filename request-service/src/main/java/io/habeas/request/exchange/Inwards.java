// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.exchange;

import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.contracts.NotificationAnnouncement;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.request.lifecycle.RequestCommand;
import io.habeas.request.lifecycle.RequestCommand.AcceptProof;
import io.habeas.request.lifecycle.RequestCommand.AskIdentity;
import io.habeas.request.lifecycle.RequestCommand.EndFulfillment;
import io.habeas.request.lifecycle.RequestCommand.EndUnverified;
import io.habeas.request.lifecycle.RequestCommand.RecordDelay;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.RecordOutcomes;
import io.habeas.request.lifecycle.RequestCommand.RecordPlan;
import io.habeas.request.lifecycle.RequestCommand.RecordUndeliverable;
import java.util.Optional;

/** What an announcement of another service asks of the request; nothing, where it is its own business. */
final class Inwards {

    private Inwards() {}

    static Optional<RequestCommand> ofVerification(VerificationAnnouncement announcement) {
        return switch (announcement) {
            case VerificationAnnouncement.ChallengeIssued it ->
                Optional.of(new AskIdentity(it.requestId(), it.challenge(), it.expiresAt(), it.number()));
            case VerificationAnnouncement.Passed it ->
                Optional.of(new AcceptProof(
                        it.requestId(),
                        it.method(),
                        it.level(),
                        it.proved(),
                        it.contact(),
                        it.account(),
                        it.provedAt()));
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
            case FulfillmentAnnouncement.Noted _ -> Optional.empty();
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
