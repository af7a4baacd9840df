// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.register;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.Grade;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import io.habeas.request.lifecycle.Entry;
import io.habeas.request.lifecycle.RequestEvent.Asked;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentDelayed;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentPlanned;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.lifecycle.ReviewReason;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.ClockKind;
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
 * @param asked what is asked for beside the right, in names of the profile; absent where the right says it all
 * @param waitsFor who must act next
 * @param review why a person of the controller decides; absent where none does
 * @param entry where staff entered it
 * @param refusal where a person decided against it
 * @param extension where the answer was put off
 * @param remaining what is not done yet, store by store, and why
 * @param packageFile where there is something to fetch
 * @param retention how long this case is kept, once it has ended
 * @param erased what of this case is unreadable for ever
 * @param complaint the next steps of complaint, in order
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
        String language,
        String profile,
        @Nullable Asked asked,
        State state,
        WaitsFor waitsFor,
        @Nullable ReviewStatus review,
        @Nullable EntryStatus entry,
        @Nullable RefusalStatus refusal,
        @Nullable ExtensionStatus extension,
        Instant receivedAt,
        @Nullable Instant answeredAt,
        @Nullable Instant closedAt,
        List<ClockStatus> clocks,
        List<StepStatus> steps,
        @Nullable PlanStatus plan,
        List<StoreOutcome> outcomes,
        List<Remaining> remaining,

        @com.fasterxml.jackson.annotation.JsonProperty("package") @Nullable
        PackageStatus packageFile,

        @Nullable RetentionStatus retention,
        List<ErasedStatus> erased,
        List<String> complaint,
        Map<String, String> links) {

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

    /** @param enteredAt after {@code receivedAt}, from which the clocks run */
    record EntryStatus(Entry.Channel channel, Instant enteredAt) {}

    /**
     * @param ground as the policy calls it; absent where it may not be told
     * @param rule the line of the profile that has it; absent with it
     * @param complaintSource the law that gives the steps of complaint, where the policy names none
     */
    record RefusalStatus(
            @Nullable String ground,
            @Nullable String rule,
            @Nullable String complaintSource) {}

    record ExtensionStatus(Instant firstDueAt, Instant dueAt, String rule) {}

    record StepStatus(String step, Instant at, @Nullable String rule) {}

    record PlanStatus(UUID planId, String dataMap, List<TaskStatus> tasks) {}

    record TaskStatus(UUID taskId, String store, TaskOutcome.Kind kind, long records, TaskState state) {}

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
                received.language(),
                received.profile(),
                received.asked(),
                state,
                waitsFor(file),
                Optional.ofNullable(file.review())
                        .map(it -> new ReviewStatus(it.reason(), it.rule()))
                        .orElse(null),
                Optional.ofNullable(received.entry())
                        .map(it -> new EntryStatus(it.channel(), it.enteredAt()))
                        .orElse(null),
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
                Optional.ofNullable(file.plan()).map(plan -> plan(plan, file)).orElse(null),
                file.outcomes().values().stream().map(RequestStatus::outcome).toList(),
                remaining(file),
                Optional.ofNullable(file.packageUntil()).map(PackageStatus::new).orElse(null),
                Optional.ofNullable(file.retention())
                        .map(it -> retention(it, terms))
                        .orElse(null),
                file.erased().entrySet().stream()
                        .map(it -> new ErasedStatus(it.getKey(), it.getValue()))
                        .toList(),
                terms.complaint(),
                links(file, state, now));
    }

    /** Nobody reads here what the person may not be told: staff have the desk for that. */
    private static RefusalStatus refusal(RequestRefused refused) {
        return new RefusalStatus(
                refused.groundShown() ? refused.ground() : null,
                refused.groundShown() ? refused.rule() : null,
                refused.complaintSource());
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
            case RECEIVED, AWAITING_IDENTITY, AWAITING_STATEMENT, AWAITING_CONFIRMATION, AWAITING_DETAILS ->
                WaitsFor.PERSON;
            case HOLD_WINDOW ->
                file.isUndeliverable(Letter.HOLD) || isOverdue(file) ? WaitsFor.OPERATOR : WaitsFor.SERVICE;
            case ASSESSMENT -> WaitsFor.SERVICE;
            case UNDER_REVIEW -> WaitsFor.REVIEWER;
            case IN_FULFILLMENT -> {
                boolean parked = file.delays().stream().anyMatch(FulfillmentDelayed::parked);
                yield parked || isOverdue(file) ? WaitsFor.OPERATOR : WaitsFor.SERVICE;
            }
            case ANSWERED -> file.isUndeliverable(Letter.ANSWERED) ? WaitsFor.OPERATOR : WaitsFor.SERVICE;
            case CLOSED, REFUSED, NOT_VERIFIED, WITHDRAWN, LAPSED -> WaitsFor.NOBODY;
        };
    }

    private static boolean isOverdue(RequestFile file) {
        return file.clockState(ClockKind.RESPOND) == RequestFile.ClockState.RAN_OUT;
    }

    private static PlanStatus plan(FulfillmentPlanned plan, RequestFile file) {
        var tasks = plan.tasks().stream()
                .map(task ->
                        new TaskStatus(task.taskId(), task.store(), task.kind(), task.records(), taskState(task, file)))
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
                if (file.received().right() != Right.ERASURE) {
                    links.put("withdrawal", self + "/withdrawal");
                }
            }
            case AWAITING_DETAILS -> {
                links.put("details", self + "/details");
                links.put("withdrawal", self + "/withdrawal");
            }
            case ASSESSMENT, ANSWERED, CLOSED, REFUSED, NOT_VERIFIED, WITHDRAWN, LAPSED -> {}
        }
        if (file.isStatementOwed() && !state.isEnd()) {
            links.put("statement", self + "/statement");
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
