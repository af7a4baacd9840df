// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.register;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.Grade;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.contracts.Standings.StandingUse;
import io.habeas.contracts.Standings.Unchanged;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import io.habeas.request.lifecycle.Entry;
import io.habeas.request.lifecycle.RequestEvent.Asked;
import io.habeas.request.lifecycle.RequestEvent.ComplaintAnswered;
import io.habeas.request.lifecycle.RequestEvent.CountPassed.Count;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentDelayed;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentPlanned;
import io.habeas.request.lifecycle.RequestEvent.RefusedField;
import io.habeas.request.lifecycle.RequestEvent.RequestBoundAnew.Why;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.lifecycle.RequestEvent.StandingOrdered;
import io.habeas.request.lifecycle.ReviewReason;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Favoured.Because;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.Certainty;
import io.habeas.request.policy.language.Origin;
import io.habeas.request.policy.language.StopReason;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The answer to "where does my request stand". No personal data: numbers, dates, names of stores and rules.
 *
 * @param declared where the person lives, as it was said, where that says more than the jurisdiction
 * @param boundAnew when other rules of the policy began to hold for it, and why
 * @param asked what is asked for beside the right, in names of the profile; absent where the right says it all
 * @param waitsFor who must act next
 * @param review why a person of the controller decides; absent where none does
 * @param counts of the policy that this request passes
 * @param entry where staff entered it
 * @param fee where one was quoted; why is said in the letter
 * @param refusal where a person decided against it
 * @param extension where the answer was put off
 * @param standing what stands by it, for rights that make something stand
 * @param byHand where no machine carried it out, and a person of the controller states that it was
 * @param remaining what is not done yet, store by store, and why
 * @param followUps what was kept until a day, and whether it is gone
 * @param packageFile where there is something to fetch
 * @param retention how long this case is kept, once it has ended
 * @param erased what of this case is unreadable for ever
 * @param complaint the next steps of complaint, in order
 * @param complaints about this request, in order; and its own answer, where it is itself a complaint
 * @param links what can be done next
 */
record RequestStatus(
        UUID requestId,
        String reference,
        String controller,
        Right right,
        @Nullable Scope scope,
        Capacity capacity,
        String jurisdiction,
        @Nullable DeclaredStatus declared,
        List<BoundAnewStatus> boundAnew,
        String language,
        String profile,
        @Nullable Asked asked,
        State state,
        WaitsFor waitsFor,
        @Nullable ReviewStatus review,
        List<CountStatus> counts,
        @Nullable EntryStatus entry,
        @Nullable FeeStatus fee,
        @Nullable RefusalStatus refusal,
        @Nullable ExtensionStatus extension,
        Instant receivedAt,
        @Nullable Instant answeredAt,
        @Nullable Instant closedAt,
        List<ClockStatus> clocks,
        List<StepStatus> steps,
        @Nullable StandingStatus standing,
        @Nullable ByHandStatus byHand,
        @Nullable PlanStatus plan,
        List<StoreOutcome> outcomes,
        List<Remaining> remaining,
        List<FollowUpStatus> followUps,

        @com.fasterxml.jackson.annotation.JsonProperty("package") @Nullable
        PackageStatus packageFile,

        @Nullable RetentionStatus retention,
        List<ErasedStatus> erased,
        List<String> complaint,
        List<ComplaintStatus> complaints,
        Map<String, String> links) {

    /**
     * @param places as they were named, in order
     * @param because why the jurisdiction holds and none of the others; absent where one place was named
     */
    record DeclaredStatus(List<String> places, @Nullable Because because) {}

    /**
     * @param fromProfile the version that held before
     * @param fromJurisdiction the jurisdiction that held before
     * @param rule the right under the rules that hold from then on
     */
    record BoundAnewStatus(
            Instant at,
            Why why,
            String fromProfile,
            String fromJurisdiction,
            String profile,
            String jurisdiction,
            String rule) {}

    /** Who must act next. */
    enum WaitsFor {
        PERSON,
        SERVICE,
        /** Somebody of the controller who decides. */
        REVIEWER,
        OPERATOR,
        NOBODY
    }

    /**
     * @param dueAt the last moment that is in time; while a clock stands still, the one that it would have if it went on at once
     * @param dueOn its day where the policy counts days
     * @param firstDueOn that day before anything moved it
     * @param provisional whether that day may change when the days of the year are known
     * @param stops when it stood still, and why
     * @param notAfter ends that it may not outlast
     * @param warnings when somebody of the controller was warned of its end
     */
    record ClockStatus(
            ClockKind clock,
            RequestFile.ClockState state,
            Instant startedAt,
            Instant dueAt,
            LocalDate dueOn,
            LocalDate firstDueOn,
            boolean provisional,
            List<StopStatus> stops,
            List<CapStatus> notAfter,
            List<Instant> warnings,
            String rule) {}

    /** @param until absent while it still stands */
    record StopStatus(
            StopReason reason, Instant from, @Nullable Instant until) {}

    /** @param from what it counts from */
    record CapStatus(Origin from, LocalDate dueOn, String rule) {}

    /** @param rule the line of the profile that gives the decision to a person */
    record ReviewStatus(ReviewReason reason, String rule) {}

    /**
     * How often the right was used within what the policy counts.
     *
     * @param most how many pass
     * @param answered how many were answered when this one was proved
     * @param open how many were open then
     * @param possibleFrom when it is possible again, as things stood then
     */
    record CountStatus(Count of, int most, int answered, int open, LocalDate possibleFrom, String rule) {}

    /** @param enteredAt after {@code receivedAt}, from which the clocks run */
    record EntryStatus(Entry.Channel channel, Instant enteredAt) {}

    /**
     * @param ground as the policy calls it; absent where it may not be told
     * @param rule the line of the profile that has it; absent with it
     * @param complaintSource the law that gives the steps of complaint, where the policy names none
     * @param againFrom the day from which it is possible again, where that is the ground
     */
    record RefusalStatus(
            @Nullable String ground,
            @Nullable String rule,
            @Nullable String complaintSource,
            @Nullable LocalDate againFrom) {}

    /**
     * @param ground as the policy calls it
     * @param amount an estimate
     * @param until the last moment in which it can be accepted
     * @param rule the line of the profile that lets it cost something
     */
    record FeeStatus(
            RequestFile.FeeState state, String ground, String amount, String currency, Instant until, String rule) {}

    record ExtensionStatus(Instant firstDueAt, Instant dueAt, String rule) {}

    /** How a complaint stands. */
    enum ComplaintState {
        OPEN,
        UPHELD,
        NOT_UPHELD
    }

    /**
     * @param complaintId absent where the request itself is the complaint
     * @param dueOn the last day that is in time
     * @param complaintSource the law that gives the steps of complaint, where the policy names none
     */
    record ComplaintStatus(
            @Nullable UUID complaintId,
            ComplaintState state,
            @Nullable Instant receivedAt,
            @Nullable LocalDate dueOn,
            boolean reopened,
            @Nullable String complaintSource,
            String rule) {}

    record StepStatus(String step, Instant at, @Nullable String rule) {}

    record PlanStatus(UUID planId, String dataMap, List<TaskStatus> tasks) {}

    /** @param dueAt when a recipient is to have been told, where the profile says */
    record TaskStatus(
            UUID taskId,
            String store,
            TaskOutcome.Kind kind,
            long records,
            TaskState state,
            @Nullable Instant dueAt) {}

    /**
     * @param statedAt when a person of the controller said so; nothing here has looked whether it is so
     * @param refused grounds on which single fields were not corrected
     */
    record ByHandStatus(Instant statedAt, List<RefusedField> refused) {}

    /**
     * @param state whether it stands
     * @param stands uses that stand at no by it
     * @param unchanged uses that go on, each with its reason
     */
    record StandingStatus(StandingState state, List<StandingUse> stands, List<Unchanged> unchanged) {}

    /** Whether what a request makes stand does. */
    enum StandingState {
        ORDERED,
        STANDS,
        /** A person has still to decide. */
        STANDS_UNDER_REVIEW,
        /** The request was taken back, or decided against. */
        ENDED
    }

    /** How a task stands. */
    enum TaskState {
        PLANNED,
        DELAYED,
        PARKED,
        DONE
    }

    record StoreOutcome(
            UUID taskId,
            String store,
            TaskOutcome.Kind kind,
            Grade grade,
            long found,
            long delivered,
            long deleted,
            long anonymized,
            List<TaskOutcome.Kept> kept,
            List<TaskOutcome.Omitted> omitted,
            List<CollectionOutcome> collections) {}

    /** @param reason a slug; {@code in-progress} where nothing is wrong */
    record Remaining(@Nullable String store, String reason, boolean parked) {}

    /** How it stands with records that were kept until a day. */
    enum FollowUpState {
        /** The day has not come, or they are not gone yet. */
        WAITING,
        /** They are gone, and were looked for again. */
        DONE
    }

    /**
     * @param until the first day on which they are kept no longer
     * @param records how many were kept at the erasure
     * @param doneAt when they were gone
     */
    record FollowUpStatus(
            String store,
            String ground,
            LocalDate until,
            long records,
            FollowUpState state,
            @Nullable Instant doneAt) {}

    record PackageStatus(Instant until) {}

    /** @param until the last moment; what the case holds of the person is erased after it */
    record RetentionStatus(Instant until, LocalDate lastDay, String rule) {}

    /** @param what the class of the key that was destroyed */
    record ErasedStatus(KeyClass what, Instant at) {}

    /** @param all whether to show also what would tell, before identity is proved, that somebody is on file */
    static RequestStatus of(RequestFile file, Terms terms, Instant now, boolean all) {
        var received = file.received();
        var state = file.visibleState();
        return new RequestStatus(
                received.requestId(),
                received.reference(),
                received.controller(),
                received.right(),
                received.scope(),
                received.capacity(),
                received.jurisdiction(),
                Optional.ofNullable(received.declared())
                        .map(it -> new DeclaredStatus(it.declared(), it.because()))
                        .orElse(null),
                file.boundAnew().stream().map(RequestStatus::boundAnew).toList(),
                received.language(),
                received.profile(),
                received.asked(),
                state,
                waitsFor(file),
                Optional.ofNullable(file.review())
                        .map(it -> new ReviewStatus(it.reason(), it.rule()))
                        .orElse(null),
                file.passed().stream()
                        .map(it -> new CountStatus(
                                it.of(), it.most(), it.answered(), it.open(), it.possibleFrom(), it.rule()))
                        .toList(),
                Optional.ofNullable(received.entry())
                        .map(it -> new EntryStatus(it.channel(), it.enteredAt()))
                        .orElse(null),
                fee(file),
                Optional.ofNullable(file.refused()).map(RequestStatus::refusal).orElse(null),
                Optional.ofNullable(file.extended())
                        .map(it ->
                                new ExtensionStatus(it.firstDueAt(), it.clock().dueAt(), it.rule()))
                        .orElse(null),
                received.receivedAt(),
                file.answeredAt(),
                file.closedAt(),
                clocks(file, terms),
                file.steps(all).stream()
                        .map(step -> new StepStatus(step.step(), step.at(), step.rule()))
                        .toList(),
                Optional.ofNullable(file.ordered())
                        .map(it -> standing(it, file, state))
                        .orElse(null),
                byHand(file),
                Optional.ofNullable(file.plan()).map(plan -> plan(plan, file)).orElse(null),
                file.outcomes().values().stream().map(RequestStatus::outcome).toList(),
                remaining(file),
                file.followUps().stream()
                        .map(it -> new FollowUpStatus(
                                it.store(),
                                it.ground(),
                                it.until(),
                                it.records(),
                                it.doneAt() == null ? FollowUpState.WAITING : FollowUpState.DONE,
                                it.doneAt()))
                        .toList(),
                Optional.ofNullable(file.packageUntil()).map(PackageStatus::new).orElse(null),
                Optional.ofNullable(file.retention())
                        .map(it -> retention(it, terms))
                        .orElse(null),
                file.erased().entrySet().stream()
                        .map(it -> new ErasedStatus(it.getKey(), it.getValue()))
                        .toList(),
                terms.complaint(),
                complaints(file, terms),
                links(file, state, now));
    }

    private static BoundAnewStatus boundAnew(RequestFile.Bound bound) {
        var event = bound.event();
        return new BoundAnewStatus(
                bound.at(),
                event.why(),
                bound.from().profile(),
                bound.from().jurisdiction(),
                event.profile(),
                event.jurisdiction(),
                event.rule());
    }

    private static List<ComplaintStatus> complaints(RequestFile file, Terms terms) {
        var all = new ArrayList<ComplaintStatus>();
        var own = file.ownAnswer();
        if (own != null) {
            all.add(new ComplaintStatus(null, stateOf(own), null, null, false, own.complaintSource(), own.rule()));
        }
        for (var complaint : file.complaints()) {
            var answer = complaint.answer();
            var clock = complaint.received().clock();
            all.add(new ComplaintStatus(
                    complaint.received().complaintId(),
                    answer == null ? ComplaintState.OPEN : stateOf(answer),
                    complaint.at(),
                    clock.dueAt().atZone(terms.zone()).toLocalDate(),
                    answer != null && answer.reopened(),
                    answer == null ? null : answer.complaintSource(),
                    complaint.received().rule()));
        }
        return List.copyOf(all);
    }

    private static ComplaintState stateOf(ComplaintAnswered answer) {
        return answer.upheld() ? ComplaintState.UPHELD : ComplaintState.NOT_UPHELD;
    }

    private static @Nullable FeeStatus fee(RequestFile file) {
        var fee = file.fee();
        var state = file.feeState();
        return fee == null || state == null
                ? null
                : new FeeStatus(
                        state,
                        fee.ground(),
                        fee.amount(),
                        fee.currency(),
                        fee.clock().dueAt(),
                        fee.rule());
    }

    /** Nobody reads here what the person may not be told: staff have the desk for that. */
    private static RefusalStatus refusal(RequestRefused refused) {
        return new RefusalStatus(
                refused.groundShown() ? refused.ground() : null,
                refused.groundShown() ? refused.rule() : null,
                refused.complaintSource(),
                refused.againFrom());
    }

    private static RetentionStatus retention(RetentionStarted retention, Terms terms) {
        var day = retention.until().atZone(terms.zone()).toLocalDate();
        return new RetentionStatus(retention.until(), day, retention.rule());
    }

    private static List<ClockStatus> clocks(RequestFile file, Terms terms) {
        return file.clocks().values().stream()
                .map(clock -> new ClockStatus(
                        clock.kind(),
                        file.clockState(clock.kind()),
                        clock.startedAt(),
                        clock.dueAt(),
                        clock.dueAt().atZone(terms.zone()).toLocalDate(),
                        file.firstOf(clock.kind()).dueAt().atZone(terms.zone()).toLocalDate(),
                        clock.certainty() == Certainty.PROVISIONAL,
                        file.stopsOf(clock.kind()).stream()
                                .map(it -> new StopStatus(it.reason(), it.from(), it.until()))
                                .toList(),
                        terms.caps(clock.kind(), file.course())
                                .map(it -> new CapStatus(
                                        it.from(),
                                        it.dueAt().atZone(terms.zone()).toLocalDate(),
                                        it.rule()))
                                .toList(),
                        file.warningsOf(clock.kind()),
                        clock.rule()))
                .toList();
    }

    private static WaitsFor waitsFor(RequestFile file) {
        return switch (file.visibleState()) {
            case RECEIVED, AWAITING_IDENTITY -> WaitsFor.PERSON;
            case AWAITING_STATEMENT -> personAskedBy(Letter.STATEMENT, file);
            case AWAITING_CONFIRMATION -> personAskedBy(Letter.CONFIRM_ERASURE, file);
            case AWAITING_DETAILS -> personAskedBy(Letter.DETAILS_ASKED, file);
            case AWAITING_FEE -> personAskedBy(Letter.FEE, file);
            case HOLD_WINDOW ->
                file.isUndeliverable(Letter.HOLD) || isOverdue(file) ? WaitsFor.OPERATOR : WaitsFor.SERVICE;
            case ASSESSMENT -> WaitsFor.SERVICE;
            case UNDER_REVIEW -> WaitsFor.REVIEWER;
            case IN_FULFILLMENT -> {
                boolean parked = file.delays().stream().anyMatch(FulfillmentDelayed::parked);
                yield parked || isOverdue(file) ? WaitsFor.OPERATOR : WaitsFor.SERVICE;
            }
            case ANSWERED ->
                file.isUndeliverable(Letter.ANSWERED) || file.isUndeliverable(Letter.COMPLAINT_ANSWERED)
                        ? WaitsFor.OPERATOR
                        : WaitsFor.SERVICE;
            case CLOSED, REFUSED, NO_REQUEST, NOT_VERIFIED, WITHDRAWN, LAPSED ->
                file.openComplaint().isPresent() ? WaitsFor.REVIEWER : WaitsFor.NOBODY;
        };
    }

    /** Whom nothing has reached is not waited for. */
    private static WaitsFor personAskedBy(Letter letter, RequestFile file) {
        return file.isUndeliverable(letter) ? WaitsFor.OPERATOR : WaitsFor.PERSON;
    }

    private static boolean isOverdue(RequestFile file) {
        return file.clockState(ClockKind.RESPOND) == RequestFile.ClockState.RAN_OUT;
    }

    private static @Nullable ByHandStatus byHand(RequestFile file) {
        var done = file.carriedOut();
        var at = file.carriedOutAt();
        return done == null || at == null ? null : new ByHandStatus(at, done.refused());
    }

    private static StandingStatus standing(StandingOrdered ordered, RequestFile file, State state) {
        var stands = file.isRecorded() ? StandingState.STANDS : StandingState.ORDERED;
        if (state.phase() == State.Phase.ENDED_EARLY) {
            stands = StandingState.ENDED;
        } else if (file.isRecorded() && state.phase() == State.Phase.UNDECIDED) {
            stands = StandingState.STANDS_UNDER_REVIEW;
        }
        return new StandingStatus(
                stands, ordered.standings().stands(), ordered.standings().unchanged());
    }

    private static PlanStatus plan(FulfillmentPlanned plan, RequestFile file) {
        var telling = file.telling();
        var tasks = plan.tasks().stream()
                .map(task -> new TaskStatus(
                        task.taskId(),
                        task.store(),
                        task.kind(),
                        task.records(),
                        taskState(task, file),
                        telling == null || task.kind() != TaskOutcome.Kind.NOTIFY ? null : telling.until()))
                .toList();
        return new PlanStatus(plan.planId(), plan.dataMap(), tasks);
    }

    private static TaskState taskState(PlannedTask task, RequestFile file) {
        if (file.outcomes().containsKey(task.taskId())) {
            return TaskState.DONE;
        }
        return delayOf(task, file)
                .map(delay -> delay.parked() ? TaskState.PARKED : TaskState.DELAYED)
                .orElse(TaskState.PLANNED);
    }

    private static Optional<FulfillmentDelayed> delayOf(PlannedTask task, RequestFile file) {
        return file.delays().stream()
                .filter(delay -> task.taskId().equals(delay.taskId()))
                .findFirst();
    }

    private static List<Remaining> remaining(RequestFile file) {
        var remaining = new ArrayList<Remaining>();
        if (file.visibleState() != State.IN_FULFILLMENT) {
            return remaining;
        }
        file.delays().stream()
                .filter(delay -> delay.taskId() == null)
                .forEach(delay -> remaining.add(new Remaining(delay.store(), delay.reason(), delay.parked())));
        var plan = file.plan();
        if (plan != null) {
            plan.tasks().stream()
                    .filter(task -> !file.outcomes().containsKey(task.taskId()))
                    .forEach(task -> remaining.add(delayOf(task, file)
                            .map(delay -> new Remaining(task.store(), delay.reason(), delay.parked()))
                            .orElseGet(() -> new Remaining(task.store(), "in-progress", false))));
        }
        return List.copyOf(remaining);
    }

    private static StoreOutcome outcome(TaskOutcome outcome) {
        var collections = outcome.collections();
        return new StoreOutcome(
                outcome.taskId(),
                outcome.store(),
                outcome.kind(),
                outcome.grade(),
                sum(collections, CollectionOutcome::found),
                sum(collections, CollectionOutcome::delivered),
                sum(collections, CollectionOutcome::deleted),
                sum(collections, CollectionOutcome::anonymized),
                collections.stream().flatMap(it -> it.kept().stream()).toList(),
                collections.stream().flatMap(it -> it.omitted().stream()).toList(),
                collections);
    }

    private static long sum(List<CollectionOutcome> collections, ToLongFunction<CollectionOutcome> part) {
        return collections.stream().mapToLong(part).sum();
    }

    private static Map<String, String> links(RequestFile file, State state, Instant now) {
        var self = "/api/v1/requests/" + file.received().requestId();
        var links = new LinkedHashMap<String, String>();
        links.put("self", self);
        switch (state) {
            case RECEIVED, AWAITING_IDENTITY -> {
                links.put("verification", self + "/verification");
                links.put("withdrawal", self + "/withdrawal");
            }
            case AWAITING_CONFIRMATION -> {
                links.put("confirmation", self + "/confirmation");
                links.put("withdrawal", self + "/withdrawal");
            }
            case HOLD_WINDOW, UNDER_REVIEW, AWAITING_STATEMENT -> links.put("withdrawal", self + "/withdrawal");
            case IN_FULFILLMENT -> {
                if (state.canBeTakenBack(file.received().right())) {
                    links.put("withdrawal", self + "/withdrawal");
                }
            }
            case AWAITING_FEE -> {
                links.put("feeAcceptance", self + "/fee-acceptance");
                links.put("withdrawal", self + "/withdrawal");
            }
            case AWAITING_DETAILS -> {
                links.put("details", self + "/details");
                links.put("withdrawal", self + "/withdrawal");
            }
            case ASSESSMENT, ANSWERED, CLOSED, REFUSED, NO_REQUEST, NOT_VERIFIED, WITHDRAWN, LAPSED -> {}
        }
        if (file.isStatementOwed() && !state.isEnd()) {
            links.put("statement", self + "/statement");
        }
        if (state.phase() != State.Phase.UNPROVED && !file.isErased(KeyClass.CASE)) {
            links.put("complaints", self + "/complaints");
        }
        if (file.answeredAt() != null) {
            links.put("receipt", self + "/receipt");
        }
        var until = file.packageUntil();
        if (until != null && until.isAfter(now)) {
            links.put("packageLinks", self + "/package/links");
            links.put("package", self + "/package");
        }
        return links;
    }
}
