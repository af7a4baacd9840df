// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.KEYS;
import static io.habeas.request.lifecycle.Samples.sealed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Right;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.DecisionRefusedException.Reason;
import io.habeas.request.lifecycle.RequestCommand.AcceptProof;
import io.habeas.request.lifecycle.RequestCommand.BindAnew;
import io.habeas.request.lifecycle.RequestCommand.Confirm;
import io.habeas.request.lifecycle.RequestCommand.Refuse;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestCommand.Seen;
import io.habeas.request.lifecycle.RequestCommand.Version;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.ClockResumed;
import io.habeas.request.lifecycle.RequestEvent.ClockStopped;
import io.habeas.request.lifecycle.RequestEvent.ConfirmationAsked;
import io.habeas.request.lifecycle.RequestEvent.CountPassed;
import io.habeas.request.lifecycle.RequestEvent.HoldStarted;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestBoundAnew;
import io.habeas.request.lifecycle.RequestEvent.RequestBoundAnew.Why;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Favoured.Because;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.Decider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of a request change: where the person lives is corrected, or the proof shows which version they keep. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BindingTest {

    private static final Instant RECEIVED = Instant.parse("2026-03-02T12:00:00Z");
    private static final Instant LATER = Instant.parse("2026-03-05T12:00:00Z");
    private static final String CIG = "cig@2025-04";
    private static final Set<Decider> REVIEWER = Set.of(Decider.REVIEWER);

    @TempDir
    Path folder;

    /** One request, and what is asked of it. */
    private static final class Life {

        private final AggregateTestFixture<DataSubjectRequest> fixture =
                new AggregateTestFixture<>(DataSubjectRequest.class);
        private String actor = "staff:reviewer";

        Life(Policies policies, RequestCommand.Receive first) {
            fixture.registerCommandTargetResolver(Requests.target());
            fixture.registerInjectableResource(policies);
            fixture.setReportIllegalStateChange(false);
            fixture.givenNoPriorActivity()
                    .when(first, Map.of(JournalMetadata.TIME, first.receivedAt().toString()))
                    .expectSuccessfulHandlerExecution();
        }

        /** What it led to. */
        List<RequestEvent> at(Instant moment, RequestCommand command) {
            int known = all().size();
            var failure = new AtomicReference<Throwable>();
            var metadata =
                    MetaData.with(JournalMetadata.TIME, moment.toString()).and(JournalMetadata.ACTOR, actor);
            fixture.getCommandBus()
                    .dispatch(
                            new GenericCommandMessage<>(command, metadata),
                            (_, result) -> result.optionalExceptionResult().ifPresent(failure::set));
            if (failure.get() instanceof RuntimeException failed) {
                throw failed;
            }
            return all().subList(known, all().size());
        }

        private List<RequestEvent> all() {
            return fixture.getEventStore()
                    .readEvents(ID.toString())
                    .asStream()
                    .map(EventMessage::getPayload)
                    .map(RequestEvent.class::cast)
                    .toList();
        }
    }

    private static Life cig(String place, Right right) {
        return new Life(SamplePolicies.load(), receive("cig", CIG, place, right));
    }

    private static RequestCommand.Receive receive(String controller, String profile, String place, Right right) {
        return Samples.receive(controller, profile, place, right, RECEIVED);
    }

    private static BindAnew correct(String profile, String place) {
        return new BindAnew(ID, REVIEWER, profile, place, null, sealed(KEYS.caseKey(), "reason"), List.of(), null);
    }

    private static AcceptProof proof(Instant at) {
        return new AcceptProof(
                ID,
                ProofMethod.CONTACT_ON_FILE,
                ProofLevel.STANDARD,
                sealed(KEYS.caseKey(), "proved"),
                sealed(KEYS.caseKey(), "contact"),
                true,
                at);
    }

    private static <E> E only(Class<E> type, List<RequestEvent> events) {
        var found = events.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).as("%s in %s", type.getSimpleName(), events).hasSize(1);
        return found.getFirst();
    }

    private static Deadline clock(RequestBoundAnew anew, ClockKind kind) {
        return anew.clocks().stream()
                .filter(it -> it.kind() == kind)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + anew.clocks()));
    }

    private static LocalDate day(Instant moment, String zone) {
        return moment.atZone(ZoneId.of(zone)).toLocalDate();
    }

    private static List<Class<?>> kinds(List<RequestEvent> events) {
        return events.stream().<Class<?>>map(Object::getClass).toList();
    }

    @Test
    void before_the_proof_the_clocks_of_the_law_are_counted_anew_from_the_true_receipt_and_the_persons_stays() {
        var life = cig("EU", Right.ERASURE);

        var anew = only(RequestBoundAnew.class, life.at(LATER, correct(CIG, "US-CA")));

        assertThat(anew.why()).isEqualTo(Why.CORRECTED);
        assertThat(anew.rule()).isEqualTo(CIG + "#US-CA.rights.ERASURE");
        var respond = clock(anew, ClockKind.RESPOND);
        assertThat(respond.startedAt()).isEqualTo(RECEIVED);
        assertThat(day(respond.dueAt(), "America/Los_Angeles")).isEqualTo("2026-04-15");
        assertThat(respond.rule()).isEqualTo(CIG + "#US-CA.clocks.respond");
        assertThat(clock(anew, ClockKind.CONFIRM_RECEIPT).rule()).startsWith(CIG + "#US-CA");
        assertThat(day(clock(anew, ClockKind.IDENTITY).dueAt(), "Europe/Brussels"))
                .as("as it was told")
                .isEqualTo("2026-03-16");
    }

    @Test
    void everything_after_it_follows_the_new_rules() {
        var life = cig("US-CA", Right.ERASURE);
        life.at(LATER, correct(CIG, "CN"));

        var proved = life.at(LATER, proof(LATER));

        // no confirmation is asked for there
        assertThat(kinds(proved)).containsExactly(IdentityProved.class, RequestApproved.class);
        assertThat(only(RequestApproved.class, proved).jurisdiction()).isEqualTo("CN");
        assertThat(only(RequestApproved.class, proved).rule()).startsWith(CIG + "#CN");
    }

    @Test
    void grounds_and_the_steps_of_complaint_are_those_of_the_new_place() {
        var life = cig("US-CA", Right.ERASURE);
        life.at(LATER, proof(LATER));
        var corrected = life.at(LATER, correct(CIG, "EU"));

        assertThat(kinds(corrected)).containsExactly(RequestBoundAnew.class, ConfirmationAsked.class);
        assertThat(only(ConfirmationAsked.class, corrected).rule()).isEqualTo(CIG + "#EU.rights.ERASURE.confirmation");
        assertThatThrownBy(() -> life.at(LATER, new Refuse(ID, REVIEWER, "NOT_VERIFIABLE", false, null, null)))
                .isInstanceOf(DecisionRefusedException.class);
        var refused = only(
                RequestRefused.class,
                life.at(LATER, new Refuse(ID, REVIEWER, "EXCESSIVE", false, null, sealed(KEYS.caseKey(), "note"))));
        assertThat(refused.rule()).isEqualTo(CIG + "#EU.refusalGrounds.EXCESSIVE");
        assertThat(refused.complaint()).contains("SUPERVISORY_AUTHORITY");
    }

    @Test
    void a_clock_that_is_over_by_the_new_rules_runs_out_and_is_not_dropped() {
        var life = cig("US-CA", Right.ERASURE);
        var late = Instant.parse("2026-04-01T12:00:00Z");

        var respond = clock(only(RequestBoundAnew.class, life.at(late, correct(CIG, "CN"))), ClockKind.RESPOND);

        assertThat(respond.dueAt()).isBefore(late);
        assertThat(kinds(life.at(late, new RunOut(ID, ClockKind.RESPOND, respond.dueAt()))))
                .containsExactly(ClockRanOut.class);
        // and the other way round one that ran out runs again where there is more time
        var more = only(RequestBoundAnew.class, life.at(late, correct(CIG, "US-CA")));
        assertThat(clock(more, ClockKind.RESPOND).dueAt()).isAfter(late);
    }

    @Test
    void a_place_that_does_not_give_it_changes_nothing() {
        var life = cig("US-CA", Right.OPT_IN_TO_SALE);

        assertThatThrownBy(() -> life.at(LATER, correct(CIG, "EU")))
                .isInstanceOfSatisfying(DecisionRefusedException.class, it -> assertThat(it.reason())
                        .isEqualTo(Reason.NOT_GIVEN_THERE));
        assertThat(life.all()).noneMatch(RequestBoundAnew.class::isInstance);
    }

    /** Both ask others before they are given, and the other may come in between. */
    @Test
    void a_correction_and_a_proof_that_were_made_from_a_request_that_is_another_by_now_have_no_effect() {
        var life = cig("EU", Right.ACCESS);
        var seen = new Seen(CIG, "CN", false);
        var correction = new BindAnew(ID, REVIEWER, CIG, "CN", null, sealed(KEYS.caseKey(), "reason"), List.of(), seen);

        assertThatThrownBy(() -> life.at(LATER, correction)).isInstanceOf(ChangedMeanwhileException.class);
        assertThatThrownBy(() -> life.at(LATER, proof(LATER).from(new Seen(CIG, "EU", true))))
                .isInstanceOf(ChangedMeanwhileException.class);
        assertThat(life.all()).noneMatch(RequestBoundAnew.class::isInstance);

        life.at(LATER, proof(LATER).from(new Seen(CIG, "EU", false)));
        assertThat(life.all()).anyMatch(RequestEvent.IdentityProved.class::isInstance);
    }

    @Test
    void a_correction_within_the_same_part_is_told_where_it_names_other_places() {
        var life = cig("EU", Right.ACCESS);
        var declared = new Declared(List.of("DE", "FR"), Because.ONE_PART);

        life.at(
                LATER,
                new BindAnew(ID, REVIEWER, CIG, "EU", declared, sealed(KEYS.caseKey(), "reason"), List.of(), null));

        assertThat(life.all()).last().isInstanceOfSatisfying(RequestBoundAnew.class, it -> assertThat(it.declared())
                .isEqualTo(declared));
    }

    @Test
    void only_a_reviewer_who_did_not_enter_it_corrects_and_nobody_once_it_is_carried_out() {
        var life = cig("EU", Right.ACCESS);
        var byClerk = new BindAnew(
                ID, Set.of(Decider.CLERK), CIG, "CN", null, sealed(KEYS.caseKey(), "reason"), List.of(), null);

        assertThatThrownBy(() -> life.at(LATER, byClerk))
                .isInstanceOfSatisfying(DecisionRefusedException.class, it -> assertThat(it.reason())
                        .isEqualTo(Reason.OTHER_ROLE));
        life.actor = "service:request";
        assertThatThrownBy(() -> life.at(LATER, correct(CIG, "CN")))
                .isInstanceOfSatisfying(DecisionRefusedException.class, it -> assertThat(it.reason())
                        .isEqualTo(Reason.NOT_A_PERSON));
        life.actor = "staff:reviewer";
        assertThat(life.at(LATER, proof(LATER)).getLast()).isInstanceOf(RequestApproved.class);
        assertThatThrownBy(() -> life.at(LATER, correct(CIG, "CN"))).isInstanceOf(NotNowException.class);
    }

    @Test
    void where_the_new_rules_want_no_proof_it_goes_on_at_once() {
        var china = receive("cig", CIG, "CN", Right.CONSENT_WITHDRAWAL);
        var asked = new RequestEvent.Asked(null, List.of("DIRECT_MARKETING"), null, null, null);
        var life = new Life(SamplePolicies.load(), Samples.with(china, asked, null));

        var corrected = life.at(LATER, correct(CIG, "EU"));

        assertThat(kinds(corrected)).containsExactly(RequestBoundAnew.class, RequestEvent.StandingOrdered.class);
        assertThat(only(RequestBoundAnew.class, corrected).proofLevel()).isEqualTo(ProofLevel.NONE);
        assertThat(only(RequestBoundAnew.class, corrected).runs(ClockKind.IDENTITY))
                .isFalse();
        assertThat(life.at(LATER, proof(LATER))).as("a late proof").isEmpty();
    }

    @Test
    void the_same_place_once_more_is_no_correction() {
        var life = cig("EU", Right.ACCESS);
        life.at(LATER, correct(CIG, "CN"));

        assertThat(life.at(LATER, correct(CIG, "CN"))).isEmpty();
    }

    @Test
    void what_the_old_rules_count_does_not_keep_it_before_a_person() {
        var life = new Life(SamplePolicies.load(), receive("smallrig", "smallrig@2021-06", "US-CA", Right.ACCESS));
        var twice = List.of(
                new EarlierRequest("US-CA", Right.ACCESS, null, RECEIVED, true),
                new EarlierRequest("US-CA", Right.ACCESS, null, RECEIVED, true));
        assertThat(kinds(life.at(LATER, proof(LATER).after(twice))))
                .containsExactly(IdentityProved.class, CountPassed.class, ReviewAsked.class);

        var corrected = life.at(LATER, correct("smallrig@2021-06", "ANY"));

        assertThat(kinds(corrected)).containsExactly(RequestBoundAnew.class, RequestApproved.class);
    }

    @Test
    void a_window_of_the_old_rules_ends_with_them() {
        var life = new Life(SamplePolicies.withHold(), receive("smallrig", "smallrig@2021-06", "US-CA", Right.ERASURE));
        life.at(LATER, proof(LATER));
        assertThat(life.at(LATER, new Confirm(ID, Delivery.ELECTRONIC)).getLast())
                .isInstanceOf(HoldStarted.class);
        life.at(LATER, new RequestCommand.RecordLetter(ID, Letter.HOLD, "email"));

        var corrected = life.at(LATER, correct("smallrig@2021-06", "ANY"));

        assertThat(kinds(corrected))
                .as("confirmed before")
                .containsExactly(RequestBoundAnew.class, RequestApproved.class);
        assertThat(only(RequestBoundAnew.class, corrected).runs(ClockKind.HOLD)).isFalse();
    }

    @Test
    void what_somebody_wanted_to_see_is_seen_again_and_the_key_that_went_with_the_first_decision_stays_gone() {
        var life = new Life(SamplePolicies.withHold(), receive("smallrig", "smallrig@2021-06", "US-CA", Right.ERASURE));
        life.at(LATER, new RequestCommand.OrderReview(ID, REVIEWER));
        life.at(LATER, proof(LATER));
        life.at(LATER, new Confirm(ID, Delivery.ELECTRONIC));
        assertThat(life.at(LATER, new RequestCommand.Approve(ID, REVIEWER, List.of(), null))
                        .getLast())
                .isInstanceOf(HoldStarted.class);

        var corrected = life.at(LATER, correct("smallrig@2021-06", "ANY"));

        assertThat(kinds(corrected)).containsExactly(RequestBoundAnew.class, ReviewAsked.class);
        assertThat(only(ReviewAsked.class, corrected).reason()).isEqualTo(ReviewReason.ORDERED_BY_STAFF);
        assertThat(kinds(life.at(LATER, Samples.keyGone()))).containsExactly(RequestEvent.KeyDestroyed.class);
    }

    @Test
    void days_in_which_the_new_rules_stop_no_clock_count_and_where_they_do_it_stands_from_now_on() throws IOException {
        var policies = changed(it -> it.replace(
                "respond: {from: RECEIPT, within: 1 month, extension: 2 months,",
                "respond: {from: RECEIPT, within: 1 month, extension: 2 months, stops: [PROOF_ASKED],"));
        var life = new Life(policies, receive("cig", CIG, "EU", Right.ACCESS));

        var toChina = life.at(Instant.parse("2026-03-04T12:00:00Z"), correct(CIG, "CN"));
        assertThat(only(RequestBoundAnew.class, toChina).stops()).isEmpty();
        assertThat(day(
                        clock(only(RequestBoundAnew.class, toChina), ClockKind.RESPOND)
                                .dueAt(),
                        "Asia/Shanghai"))
                .isEqualTo("2026-04-01");
        var back = life.at(LATER, correct(CIG, "EU"));
        assertThat(only(ClockStopped.class, back).at()).isEqualTo(LATER);

        var at = Instant.parse("2026-03-10T12:00:00Z");
        var resumed = only(ClockResumed.class, life.at(at, proof(at)));
        assertThat(day(resumed.clock().dueAt(), "Europe/Brussels"))
                .as("moved by five days and not by eight")
                .isEqualTo("2026-04-07");
    }

    @Test
    void a_clock_that_is_over_under_the_new_rules_runs_out_and_does_not_hide_in_a_stop() throws IOException {
        var policies = changed(it -> it.replace(
                "respond: {from: RECEIPT, within: 1 month, extension: 2 months,",
                "respond: {from: RECEIPT, within: 1 month, extension: 2 months, stops: [PROOF_ASKED],"));
        var life = new Life(policies, receive("cig", CIG, "CN", Right.ACCESS));
        var late = Instant.parse("2026-04-20T12:00:00Z");

        var corrected = life.at(late, correct(CIG, "EU"));

        assertThat(clock(only(RequestBoundAnew.class, corrected), ClockKind.RESPOND)
                        .dueAt())
                .isBefore(late);
        assertThat(corrected).noneMatch(ClockStopped.class::isInstance);
    }

    /** The policy of CIG under its own version, with something changed. */
    private Policies changed(UnaryOperator<String> change) throws IOException {
        write("2025-04", change);
        return new Policies(folder, null);
    }

    private void write(String version, UnaryOperator<String> change) throws IOException {
        var place = Files.createDirectories(folder.resolve("cig/profiles"));
        Files.copy(
                SamplePolicies.FOLDER.resolve("cig/controller.yaml"),
                folder.resolve("cig/controller.yaml"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        var text = Files.readString(SamplePolicies.FOLDER.resolve("cig/profiles/2025-04.yaml"));
        var changed = change.apply(text);
        assertThat(changed).isNotEqualTo(text);
        Files.writeString(place.resolve(version + ".yaml"), changed);
    }

    private static String older(String text) {
        return text.replace("version: 2025-04", "version: 2024-04")
                .replace("inForce: 2025-04-01", "inForce: 2024-04-01");
    }

    private static AcceptProof keeping(Instant at) {
        return proof(at).of(new Version.Kept("cig@2024-04", "EU"));
    }

    @Test
    void with_the_proof_the_version_that_the_person_keeps_holds_and_counts_from_the_receipt() throws IOException {
        write("2024-04", BindingTest::older);
        write("2025-04", it -> it.replace("within: 1 month, extension", "within: 2 months, extension"));
        var life = new Life(new Policies(folder, null), receive("cig", CIG, "EU", Right.ACCESS));

        var proved = life.at(LATER, keeping(LATER));

        var anew = only(RequestBoundAnew.class, proved);
        assertThat(anew.why()).isEqualTo(Why.VERSION_KEPT);
        assertThat(day(clock(anew, ClockKind.RESPOND).dueAt(), "Europe/Brussels"))
                .isEqualTo("2026-04-02");
        assertThat(kinds(proved)).containsExactly(IdentityProved.class, RequestBoundAnew.class, RequestApproved.class);
        assertThat(only(RequestApproved.class, proved).profile()).isEqualTo("cig@2024-04");
    }

    @Test
    void no_clock_ends_later_for_it_than_was_promised_before() throws IOException {
        write("2024-04", it -> older(it).replace("within: 1 month, extension", "within: 3 months, extension"));
        write(
                "2025-04",
                it -> it.replace(
                        "- {ground: EXCESSIVE, source",
                        "- {ground: NO_TIME, source: \"none\"}   # default\n    - {ground: EXCESSIVE, source"));
        var life = new Life(new Policies(folder, null), receive("cig", CIG, "EU", Right.ACCESS));

        var anew = only(RequestBoundAnew.class, life.at(LATER, keeping(LATER)));

        assertThat(day(clock(anew, ClockKind.RESPOND).dueAt(), "Europe/Brussels"))
                .isEqualTo("2026-04-02");
    }

    @Test
    void a_yes_to_a_version_that_does_not_give_it_is_for_a_person_and_refuses_nothing() {
        var life = cig("EU", Right.ACCESS);

        var proved = life.at(LATER, proof(LATER).of(new Version.NotGiven(CIG + "#version")));

        assertThat(kinds(proved)).containsExactly(IdentityProved.class, ReviewAsked.class);
        assertThat(only(ReviewAsked.class, proved).reason()).isEqualTo(ReviewReason.NOT_GIVEN_ANY_MORE);
        // nor does a correction let a machine go on
        assertThat(kinds(life.at(LATER, correct(CIG, "CN"))))
                .containsExactly(RequestBoundAnew.class, ReviewAsked.class);
    }
}
