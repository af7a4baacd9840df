// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.ENDED_AT;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.KEYS;
import static io.habeas.request.lifecycle.Samples.prove;
import static io.habeas.request.lifecycle.Samples.sealed;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Scope;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestEvent.Asked;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every right of the five policies, in every capacity: taken in with its clocks, granted by machine where that may be, never pretended. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class EveryRightTest {

    private static final Policies POLICIES = SamplePolicies.load();
    /** Who has {@code proof.account}, by profile and place. */
    private static final Set<String> TAKE_LOGINS = Set.of("cic CN", "ciie CN", "smallrig US-CA", "smallrig ANY");

    static Stream<Terms> terms() {
        return POLICIES.known().stream()
                .flatMap(controller -> POLICIES.controller(controller).orElseThrow().profiles().stream())
                .flatMap(profile -> profile.jurisdictions().values().stream())
                .flatMap(place -> place.rights().values().stream());
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("terms")
    void whoever_asks_for_another_waits_for_a_person_and_proving_changes_nothing(Terms terms) {
        for (var capacity : terms.capacities().keySet()) {
            // what anybody may stop by a word needs no authority but what was shown at the intake
            if (capacity != Capacity.SUBJECT && !terms.effects().byWordAlone(null)) {
                var events = live(terms, capacity, null);

                assertThat(reasons(events)).as("%s", capacity).containsExactly(ReviewReason.AUTHORITY_TO_CHECK);
                assertThat(events).noneMatch(RequestApproved.class::isInstance);
            }
        }
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("terms")
    void the_person_itself_gets_what_is_carried_out_and_for_the_rest_a_person_decides(Terms terms) {
        var kinds = new ArrayList<@Nullable String>(terms.needs().kinds().keySet());
        if (kinds.isEmpty()) {
            kinds.add(null);
        }
        for (var kind : kinds) {
            var events = live(terms, Capacity.SUBJECT, kind);

            if (terms.decision().carriedOut() && terms.decisionOf(kind).byMachine()) {
                assertThat(reasons(events)).isEmpty();
            } else {
                assertThat(reasons(events)).as("%s", kind).hasSize(1);
                assertThat(events).noneMatch(RequestApproved.class::isInstance);
            }
            boolean asked = terms.proofOf(Capacity.SUBJECT, kind).level() != ProofLevel.NONE;
            assertThat(events.getFirst()).isInstanceOfSatisfying(RequestEvent.RequestReceived.class, it -> assertThat(
                            it.proofLevel() != ProofLevel.NONE)
                    .isEqualTo(asked));
        }
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("terms")
    void a_login_proves_who_asks_where_the_policy_says_so_and_nowhere_else(Terms terms) {
        var kind = terms.needs().kinds().keySet().stream().findFirst().orElse(null);
        var place = terms.profile().substring(0, terms.profile().indexOf('@')) + " " + terms.jurisdiction();

        var received = (RequestEvent.RequestReceived)
                live(terms, Capacity.SUBJECT, kind).getFirst();

        assertThat(received.otherMethod())
                .isEqualTo(
                        TAKE_LOGINS.contains(place) && received.proofLevel() != ProofLevel.NONE
                                ? ProofMethod.LOGIN
                                : null);
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("terms")
    void scopes_that_no_machine_answers_wait_for_a_person(Terms terms) {
        for (var scope : terms.scopes()) {
            if (scope != Scope.SPECIFIC_PIECES && terms.decision().carriedOut()) {
                assertThat(reasons(live(terms, Capacity.SUBJECT, null, scope)))
                        .containsExactly(ReviewReason.SCOPE_NOT_CARRIED_OUT);
            }
        }
    }

    private static List<ReviewReason> reasons(List<RequestEvent> events) {
        return events.stream()
                .filter(ReviewAsked.class::isInstance)
                .map(it -> ((ReviewAsked) it).reason())
                .toList();
    }

    private static List<RequestEvent> live(Terms terms, Capacity capacity, @Nullable String kind) {
        return live(
                terms, capacity, kind, terms.scopes().contains(Scope.SPECIFIC_PIECES) ? Scope.SPECIFIC_PIECES : null);
    }

    private static List<RequestEvent> live(
            Terms terms, Capacity capacity, @Nullable String kind, @Nullable Scope scope) {
        var fixture = new AggregateTestFixture<>(DataSubjectRequest.class);
        fixture.registerCommandTargetResolver(Requests.target());
        fixture.registerInjectableResource(POLICIES);
        fixture.setReportIllegalStateChange(false);
        var receive = new RequestCommand.Receive(
                ID,
                terms.profile().substring(0, terms.profile().indexOf('@')),
                "HB-7K2M-Q9XA",
                terms.profile(),
                terms.jurisdiction(),
                terms.right(),
                scope,
                capacity,
                "en",
                KEYS,
                sealed(KEYS.identity(), "claims"),
                sealed(KEYS.caseKey(), "replyTo"),
                Samples.RECEIVED_AT,
                "fingerprint",
                kind == null ? null : new Asked(kind, null, null, null, null),
                null);
        var time = MetaData.with(JournalMetadata.TIME, ENDED_AT.toString());
        fixture.givenNoPriorActivity().when(receive, time).expectSuccessfulHandlerExecution();
        fixture.getCommandBus()
                .dispatch(
                        new GenericCommandMessage<>(prove(false), time),
                        (_, result) -> result.optionalExceptionResult().ifPresent(failed -> {
                            throw new AssertionError(terms.address() + ": " + failed.getMessage(), failed);
                        }));
        return fixture.getEventStore()
                .readEvents(ID.toString())
                .asStream()
                .map(EventMessage::getPayload)
                .map(RequestEvent.class::cast)
                .toList();
    }
}
