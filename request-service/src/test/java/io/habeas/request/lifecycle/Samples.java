// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.Grade;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.TaskOutcome;
import io.habeas.request.lifecycle.RequestCommand.AcceptProof;
import io.habeas.request.lifecycle.RequestCommand.AskIdentity;
import io.habeas.request.lifecycle.RequestCommand.EndFulfillment;
import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.request.lifecycle.RequestCommand.RecordKeyDestroyed;
import io.habeas.request.lifecycle.RequestCommand.RecordOutcomes;
import io.habeas.request.lifecycle.RequestCommand.RecordPlan;
import io.habeas.request.policy.ClockKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One request as the tests tell it. */
public final class Samples {

    public static final UUID ID = UUID.fromString("0f0e0d0c-0b0a-8908-8706-050403020100");
    public static final Instant RECEIVED_AT = Instant.parse("2026-11-22T18:00:00Z");
    public static final Instant PROVED_AT = Instant.parse("2026-11-23T18:00:00Z");
    public static final Instant IDENTITY_BY = Instant.parse("2026-12-22T07:59:59Z");
    public static final Instant RESPOND_BY = Instant.parse("2027-01-06T07:59:59Z");
    public static final Instant CONFIRM_BY = Instant.parse("2026-12-07T07:59:59Z");
    public static final Instant ENDED_AT = Instant.parse("2026-12-01T18:00:00Z");
    /** The end of a hold window of three days that begins then. */
    public static final Instant HELD_UNTIL = Instant.parse("2026-12-05T07:59:59Z");

    public static final Instant RETAINED_UNTIL = Instant.parse("2028-12-02T07:59:59Z");
    public static final RequestKeys KEYS = new RequestKeys(new UUID(1, 1), new UUID(1, 2));
    public static final UUID PLAN = new UUID(2, 0);
    public static final UUID SHOP = new UUID(2, 1);
    public static final UUID REVIEWS = new UUID(2, 2);

    private Samples() {}

    /** Legal time of a command: a clock runs out after its last moment, all else comes at {@link #ENDED_AT}. */
    public static Instant timeOf(Object command) {
        return command instanceof RequestCommand.RunOut over && over.clock() == ClockKind.HOLD
                ? over.dueAt().plusSeconds(1)
                : ENDED_AT;
    }

    public static SealedField sealed(UUID key, String what) {
        return new SealedField(key, what);
    }

    public static Receive receive(Right right) {
        return receive("smallrig", "smallrig@2021-06", "US-CA", right, RECEIVED_AT);
    }

    /** Of the person alone, for all that the right gives. */
    static Receive receive(String controller, String profile, String place, Right right, Instant receivedAt) {
        return new Receive(
                ID,
                controller,
                "HB-7K2M-Q9XA",
                profile,
                place,
                right,
                right == Right.ACCESS ? Scope.SPECIFIC_PIECES : null,
                Capacity.SUBJECT,
                "en",
                KEYS,
                sealed(KEYS.identity(), "claims"),
                sealed(KEYS.caseKey(), "replyTo"),
                receivedAt,
                "fingerprint",
                null,
                null);
    }

    /** The same, with what is asked for beside the right, and as staff entered it. */
    static Receive with(Receive it, RequestEvent.@Nullable Asked asked, @Nullable Entry entry) {
        return new Receive(
                it.requestId(),
                it.controller(),
                it.reference(),
                it.profile(),
                it.jurisdiction(),
                it.right(),
                it.scope(),
                it.capacity(),
                it.language(),
                it.keys(),
                it.claims(),
                it.replyTo(),
                it.receivedAt(),
                it.fingerprint(),
                asked,
                entry);
    }

    public static AskIdentity ask(int number) {
        return new AskIdentity(ID, sealed(KEYS.identity(), "challenge" + number), PROVED_AT, number);
    }

    /** A code after the decision, for a package. */
    public static AskIdentity askAfresh(int number) {
        return new AskIdentity(ID, sealed(KEYS.caseKey(), "challenge" + number), PROVED_AT, number);
    }

    public static AcceptProof prove(boolean account) {
        return prove(account, ProofLevel.STANDARD);
    }

    public static AcceptProof prove(boolean account, ProofLevel level) {
        return new AcceptProof(
                ID,
                ProofMethod.CONTACT_ON_FILE,
                level,
                sealed(KEYS.caseKey(), "proved"),
                sealed(KEYS.caseKey(), "contact"),
                account,
                PROVED_AT);
    }

    public static RecordPlan plan() {
        return new RecordPlan(
                ID,
                PLAN,
                "smallrig/3",
                List.of(
                        new PlannedTask(SHOP, "shop", TaskOutcome.Kind.ERASE, 12),
                        new PlannedTask(REVIEWS, "reviews", TaskOutcome.Kind.ERASE, 3)));
    }

    public static TaskOutcome outcome(UUID task, String store) {
        return new TaskOutcome(
                task,
                store,
                TaskOutcome.Kind.ERASE,
                Grade.VERIFIED,
                List.of(new TaskOutcome.CollectionOutcome(
                        "customers", List.of("A"), 12, 0, 10, 2, List.of(), List.of())));
    }

    public static RecordOutcomes outcomes(TaskOutcome... outcomes) {
        return new RecordOutcomes(ID, List.of(outcomes));
    }

    public static EndFulfillment complete() {
        return new EndFulfillment(ID, PLAN, null);
    }

    public static RecordKeyDestroyed caseKeyGone() {
        return new RecordKeyDestroyed(ID, KEYS.caseKey(), KeyClass.CASE);
    }

    public static RecordKeyDestroyed keyGone() {
        return new RecordKeyDestroyed(ID, KEYS.identity(), KeyClass.IDENTITY);
    }
}
