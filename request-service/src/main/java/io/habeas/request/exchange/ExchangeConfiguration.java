// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.exchange;

import io.habeas.contracts.Announcement;
import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.contracts.NotificationAnnouncement;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.OutboundMapping;
import io.habeas.messaging.Receiver;
import io.habeas.messaging.RefusedException;
import io.habeas.messaging.Subscription;
import io.habeas.request.datamap.KnownMaps;
import io.habeas.request.intake.BoundVersion;
import io.habeas.request.lifecycle.ContradictionException;
import io.habeas.request.lifecycle.RequestCommand;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.lifecycle.StoredEvents;
import io.habeas.request.limits.EarlierRequests;
import io.habeas.request.policy.Policies;
import io.habeas.request.register.RequestFiles;
import io.habeas.request.standing.StandingEvents;
import io.habeas.service.AccessRules;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

@Configuration(proxyBeanMethods = false)
class ExchangeConfiguration {

    @Bean
    Subscription<VerificationAnnouncement> verificationSubscription(
            Requests requests, RequestFiles files, Policies policies, BoundVersion bound, EarlierRequests earlier) {
        var proofs = new Proofs(files, policies, bound, earlier);
        return Subscription.caused(
                VerificationAnnouncement.class,
                VerificationAnnouncement.TOPIC,
                to(requests, "service:verification", it -> Inwards.ofVerification(it, proofs)));
    }

    @Bean
    Subscription<FulfillmentAnnouncement> fulfillmentSubscription(Requests requests) {
        return Subscription.caused(
                FulfillmentAnnouncement.class,
                FulfillmentAnnouncement.TOPIC,
                to(requests, "service:fulfillment", Inwards::ofFulfillment));
    }

    @Bean
    Subscription<NotificationAnnouncement> notificationSubscription(Requests requests) {
        return Subscription.caused(
                NotificationAnnouncement.class,
                NotificationAnnouncement.TOPIC,
                to(requests, "service:notification", Inwards::ofNotification));
    }

    @Bean
    Subscription<ControllerAnnouncement> controllerSubscription(KnownMaps maps) {
        return Subscription.transactional(ControllerAnnouncement.class, ControllerAnnouncement.TOPIC, message -> {
            switch (message.announcement()) {
                case ControllerAnnouncement.DataMapTookEffect told -> maps.tookEffect(message.controller(), told);
            }
        });
    }

    @Bean
    OutboundMapping requestAnnouncements() {
        var events = new StoredEvents();
        var standing = new StandingEvents();
        return stored -> StandingEvents.isOne(stored)
                ? Outwards.announcementOf(standing.read(stored))
                : Outwards.announcementOf(events.read(stored));
    }

    /** The starter's own doors: it serves them, and leaves it to the service who may come in. */
    @Bean
    AccessRules exchangeAccess() {
        return new AccessRules()
                .services(HttpMethod.GET, "/internal/v1/feed")
                .staff(HttpMethod.GET, "/api/v1/desk/dead-letters", "operator")
                .staff(HttpMethod.POST, "/api/v1/desk/dead-letters/{id}/redrive", "operator");
    }

    /** The message's id is the cause, so that its second delivery has no second effect. */
    private static <A extends Announcement> Receiver<A> to(
            Requests requests, String actor, Function<A, Optional<RequestCommand>> command) {
        return (Inbound<A> message) -> {
            var order = new Requests.Order(message.controller(), actor, message.eventId());
            try {
                command.apply(message.announcement()).ifPresent(it -> requests.send(it, order));
            } catch (ContradictionException contradiction) {
                throw new RefusedException(contradiction.reason());
            }
        };
    }
}
