// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.ENDED_AT;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.KEYS;
import static io.habeas.request.lifecycle.Samples.prove;
import static io.habeas.request.lifecycle.Samples.sealed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.contracts.Standings.StandingUse;
import io.habeas.contracts.Standings.Unchanged;
import io.habeas.contracts.Standings.Why;
import io.habeas.contracts.Telling;
import io.habeas.contracts.Telling.Told;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestCommand.Approve;
import io.habeas.request.lifecycle.RequestCommand.EndFulfillment;
import io.habeas.request.lifecycle.RequestCommand.OrderReview;
import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.request.lifecycle.RequestCommand.RecordPlan;
import io.habeas.request.lifecycle.RequestCommand.RecordStanding;
import io.habeas.request.lifecycle.RequestCommand.Refuse;
import io.habeas.request.lifecycle.RequestCommand.Withdraw;
import io.habeas.request.lifecycle.RequestEvent.Asked;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.RequestEvent.RequestAnswered;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestGranted;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.lifecycle.RequestEvent.StandingOrdered;
import io.habeas.request.lifecycle.RequestEvent.StandingRecorded;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.language.Decider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rights by which something stands: first it is ordered, then it stands, then whoever is to be told is told, then it is answered. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StandingRightsTest {

    private static final Policies POLICIES = SamplePolicies.load();
    private static final Set<Decider> REVIEWER = Set.of(Decider.REVIEWER);
    private static final UUID FACT = new UUID(9, 9);
    private static final MetaData TIME =
            MetaData.from(Map.of(JournalMetadata.TIME, ENDED_AT.toString(), JournalMetadata.ACTOR, "staff:reviewer-1"));

    private final AggregateTestFixture<DataSubjectRequest> fixture =
            new AggregateTestFixture<>(DataSubjectRequest.class);

    StandingRightsTest() {
        fixture.registerCommandTargetResolver(Requests.target());
        fixture.registerInjectableResource(POLICIES);
        fixture.setReportIllegalStateChange(false);
    }

    private void received(String profile, String place, Right right, Capacity capacity, @Nullable Asked asked) {
        var receive = new Receive(
                ID,
                profile.substring(0, profile.indexOf('@')),
                "HB-7K2M-Q9XA",
                profile,
                place,
                right,
                null,
                capacity,
                "en",
                KEYS,
                sealed(KEYS.identity(), "claims"),
                sealed(KEYS.caseKey(), "replyTo"),
                Samples.RECEIVED_AT,
                "fingerprint",
                asked,
                null);
        fixture.givenNoPriorActivity().when(receive, TIME).expectSuccessfulHandlerExecution();
    }

    private void then(RequestCommand command) {
        fixture.getCommandBus().dispatch(new GenericCommandMessage<>(command, TIME), (_, result) -> {
            if (result.isExceptional()) {
                throw (RuntimeException) result.exceptionResult();
            }
        });
    }

    private List<RequestEvent> events() {
        return fixture.getEventStore()
                .readEvents(ID.toString())
                .asStream()
                .map(EventMessage::getPayload)
                .map(RequestEvent.class::cast)
                .toList();
    }

    private List<Class<?>> kinds() {
        return events().stream().<Class<?>>map(Object::getClass).toList();
    }

    private <E extends RequestEvent> E only(Class<E> kind) {
        var found = events().stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static RecordStanding recorded() {
        return new RecordStanding(ID, List.of(FACT), sealed(KEYS.caseKey(), "named"));
    }

    private static Asked kind(String kind, String... channels) {
        return new Asked(kind, null, channels.length == 0 ? null : List.of(channels), null, null);
    }

    private static Asked purposes(String... purposes) {
        return new Asked(null, List.of(purposes), null, null, null);
    }

    @ParameterizedTest
    @EnumSource(
            value = Capacity.class,
            names = {"SUBJECT", "AGENT"})
    void an_opt_out_is_ordered_with_its_receipt_and_told_once_it_stands(Capacity capacity) {
        received("cig@2025-04", "US-CA", Right.OPT_OUT_OF_SALE, capacity, null);
        assertThat(kinds()).containsExactly(RequestReceived.class, StandingOrdered.class);
        assertThat(only(StandingOrdered.class).standings().stands())
                .containsExactly(
                        new StandingUse("SALE", null, Samples.RECEIVED_AT, "cig@2025-04#US-CA.rights.OPT_OUT_OF_SALE"));

        then(recorded());
        then(recorded());

        assertThat(kinds())
                .containsExactly(
                        RequestReceived.class, StandingOrdered.class, StandingRecorded.class, RequestApproved.class);
        var approved = only(RequestApproved.class);
        assertThat(approved.proved()).isEqualTo(sealed(KEYS.caseKey(), "named"));
        // 15 working days of California from the 22nd of November, a Sunday, over Thanksgiving
        assertThat(approved.telling())
                .isEqualTo(new Telling(
                        Told.NOTIFY_SALES, List.of("SALE"), List.of(), Instants.of("2026-12-16T07:59:59Z")));

        then(new RecordPlan(ID, Samples.PLAN, "cig/1", List.of()));
        then(new EndFulfillment(ID, Samples.PLAN, null));

        var answered = only(RequestAnswered.class);
        assertThat(answered.contact()).isNull();
        assertThat(answered.replyTo()).isEqualTo(sealed(KEYS.caseKey(), "replyTo"));
        assertThat(answered.standings()).isEqualTo(only(StandingOrdered.class).standings());
    }

    @Test
    void nobody_takes_back_or_reviews_what_stands_and_may_not_be_refused() {
        received("smallrig@2021-06", "ANY", Right.OBJECTION, Capacity.SUBJECT, kind("MARKETING"));
        assertThatThrownBy(() -> then(new OrderReview(ID, REVIEWER))).isInstanceOf(DecisionRefusedException.class);
        assertThatThrownBy(() -> then(new Refuse(ID, REVIEWER, "NOT_VERIFIABLE", false, null, null)))
                .isInstanceOf(DecisionRefusedException.class);

        then(recorded());

        assertThatThrownBy(() -> then(new Withdraw(ID))).isInstanceOf(NotNowException.class);
        assertThat(kinds()).endsWith(RequestApproved.class);
    }

    @Test
    void each_channel_that_is_named_stands_by_itself() {
        received("smallrig@2021-06", "ANY", Right.OBJECTION, Capacity.SUBJECT, kind("MARKETING", "POST", "FAX"));

        assertThat(only(StandingOrdered.class).standings().stands())
                .extracting(StandingUse::use, StandingUse::channel)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("MARKETING", "POST"),
                        org.assertj.core.groups.Tuple.tuple("MARKETING", "FAX"));
        then(recorded());
        var telling =
                java.util.Objects.requireNonNull(only(RequestApproved.class).telling());
        assertThat(telling.told()).isEqualTo(Told.NOTIFY_DIRECT_MARKETING);
        assertThat(telling.channels()).containsExactly("POST", "FAX");
        assertThat(telling.until())
                .isEqualTo(events().stream()
                        .map(RequestReceived.class::cast)
                        .findFirst()
                        .orElseThrow()
                        .clocks()
                        .getFirst()
                        .dueAt());
    }

    @Test
    void another_objection_stands_from_the_proof_until_a_reviewer_upholds_it() {
        received("cig@2025-04", "EU", Right.OBJECTION, Capacity.SUBJECT, kind("OTHER"));
        assertThat(kinds()).doesNotContain(StandingOrdered.class);
        then(prove(false));
        assertThat(kinds()).endsWith(IdentityProved.class, StandingOrdered.class, ReviewAsked.class);
        assertThat(only(StandingOrdered.class).interim()).isTrue();
        assertThat(only(StandingOrdered.class).standings().stands())
                .extracting(StandingUse::use)
                .containsExactly("ALL");
        then(new RecordStanding(ID, List.of(FACT), null));
        assertThat(kinds()).endsWith(StandingRecorded.class);

        then(new Approve(ID, REVIEWER, List.of(), null));

        assertThat(kinds()).endsWith(RequestGranted.class, RequestAnswered.class);
        assertThat(only(RequestAnswered.class).contact()).isEqualTo(sealed(KEYS.caseKey(), "contact"));
        assertThat(kinds()).containsOnlyOnce(StandingOrdered.class);
    }

    @Test
    void nothing_stops_for_somebody_in_whose_name_an_agent_asks_before_a_person_has_looked() {
        received("cig@2025-04", "EU", Right.OBJECTION, Capacity.AGENT, kind("OTHER"));

        assertThat(kinds()).endsWith(ReviewAsked.class).doesNotContain(StandingOrdered.class);
    }

    @Test
    void an_approval_that_comes_before_it_stands_is_carried_through_once_it_does() {
        received("cig@2025-04", "EU", Right.OBJECTION, Capacity.SUBJECT, kind("OTHER"));
        then(prove(false));
        then(new Approve(ID, REVIEWER, List.of(), null));
        assertThat(kinds()).endsWith(RequestGranted.class);

        then(new RecordStanding(ID, List.of(FACT), null));

        assertThat(kinds()).endsWith(StandingRecorded.class, RequestAnswered.class);
    }

    @Test
    void a_reviewer_overrides_it_on_a_ground_of_the_profile_alone() {
        received("cig@2025-04", "EU", Right.OBJECTION, Capacity.SUBJECT, kind("OTHER"));
        then(prove(false));
        assertThatThrownBy(() -> then(new Refuse(ID, REVIEWER, "WHIM", false, null, null)))
                .isInstanceOf(DecisionRefusedException.class);

        then(new Refuse(ID, REVIEWER, "COMPELLING_GROUNDS", false, null, null));
        then(new RecordStanding(ID, List.of(FACT), null));

        assertThat(only(RequestRefused.class).ground()).isEqualTo("COMPELLING_GROUNDS");
        assertThat(kinds()).doesNotContain(StandingRecorded.class);
    }

    @Test
    void where_the_policy_does_not_say_so_nothing_stands_before_the_decision() {
        received("cig@2025-04", "CN", Right.OBJECTION, Capacity.SUBJECT, kind("OTHER"));
        then(prove(false));
        assertThat(kinds()).endsWith(ReviewAsked.class).doesNotContain(StandingOrdered.class);

        then(new Approve(ID, REVIEWER, List.of(), null));
        then(new RecordStanding(ID, List.of(FACT), null));

        assertThat(kinds())
                .endsWith(RequestGranted.class, StandingOrdered.class, StandingRecorded.class, RequestAnswered.class);
    }

    @Test
    void a_restriction_stops_every_use_once_it_is_proved() {
        received("zhiqi@2021-07", "EU", Right.RESTRICTION, Capacity.SUBJECT, null);
        then(prove(false));

        assertThat(kinds()).endsWith(IdentityProved.class, StandingOrdered.class);
        assertThat(only(StandingOrdered.class).standings().stands())
                .extracting(StandingUse::use)
                .containsExactly("ALL");
    }

    @Test
    void what_consent_does_not_carry_goes_on_and_the_answer_says_why() {
        received(
                "cic@2023-01",
                "CN",
                Right.CONSENT_WITHDRAWAL,
                Capacity.SUBJECT,
                purposes("BASIC_FUNCTIONS", "LEGAL_DUTY", "PUBLIC_DISCLOSURE"));
        then(prove(true));
        var standings = only(StandingOrdered.class).standings();
        assertThat(standings.stands()).extracting(StandingUse::use).containsExactly("PUBLIC_DISCLOSURE");
        assertThat(standings.unchanged())
                .extracting(Unchanged::use, Unchanged::why)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("BASIC_FUNCTIONS", Why.BASIC_FUNCTION),
                        org.assertj.core.groups.Tuple.tuple("LEGAL_DUTY", Why.LEGAL_DUTY));
        assertThat(standings.unchanged().getLast().source()).contains("PIPL");
        assertThat(standings.unchanged().getLast().rule()).isEqualTo("cic@2023-01#consents.LEGAL_DUTY.withdrawal");
    }

    @Test
    void where_nothing_ends_nobody_is_told_and_it_is_answered() {
        received("cic@2023-01", "CN", Right.CONSENT_WITHDRAWAL, Capacity.SUBJECT, purposes("BASIC_FUNCTIONS"));
        then(prove(true));

        then(new RecordStanding(ID, List.of(), null));

        assertThat(kinds()).endsWith(StandingRecorded.class, RequestAnswered.class);
    }

    @Test
    void nothing_is_recorded_that_was_not_ordered() {
        received("zhiqi@2021-07", "EU", Right.RESTRICTION, Capacity.SUBJECT, null);

        assertThatThrownBy(() -> then(recorded())).isInstanceOf(ContradictionException.class);
    }

    /** Moments as texts. */
    private static final class Instants {
        static java.time.Instant of(String text) {
            return java.time.Instant.parse(text);
        }
    }
}
