// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.connector.Finding.Found;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.SealedField;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMap.Recipient;
import io.habeas.fulfillment.plan.Orders.Claimed;
import io.habeas.fulfillment.worker.Transactions;
import io.habeas.sealeddata.Sealer;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * By what a recipient knows the person: what was found while it was still there, sealed, and nothing of a category that the
 * recipient was never given.
 */
public final class Addressees {

    private static final int MOST = 1000;

    /** What identifies the person, with the category of the field where it stood. */
    private record Known(String category, Identifier identifier) {}

    /** The plain form of what is sealed. */
    private record Addressed(List<Identifier> identifiers) {}

    private final JdbcClient jdbc;
    private final Sealer sealer;
    private final Transactions transactions;

    public Addressees(JdbcClient jdbc, Sealer sealer, Transactions transactions) {
        this.jdbc = jdbc;
        this.sealer = sealer;
        this.transactions = transactions;
    }

    /** Notes what identifies a person on the way through the stores. */
    static final class Notes {

        private final Set<Known> known = new LinkedHashSet<>();
        private final Set<Identifier> proved = new LinkedHashSet<>();

        /** What was proved, under the categories by which the map holds identifiers of that kind. */
        void proved(DataMap map, List<Identifier> proved) {
            this.proved.addAll(proved);
            map.collections().forEach(collection -> collection.identifies().forEach(field -> proved.stream()
                    .filter(it -> it.kind() == field.kind())
                    .forEach(it -> add(collection, field.field(), it))));
        }

        void found(Collection collection, Found found) {
            for (var field : collection.identifies()) {
                for (var text : Conflicts.value(collection, found, field.field())) {
                    add(collection, field.field(), new Identifier(field.kind(), text));
                }
            }
        }

        private void add(Collection collection, String field, Identifier identifier) {
            var described = collection.fields().get(field);
            if (described != null
                    && described.category() != null
                    && described.mayBeDisclosed()
                    && !identifier.value().isBlank()
                    && known.size() <= MOST) {
                known.add(new Known(described.category(), identifier));
            }
        }

        /** Those of a kind that were found, and neither proved nor followed. */
        List<Identifier> unproved(IdentifierKind kind, Identifiers certain) {
            return known.stream()
                    .map(Known::identifier)
                    .filter(it -> it.kind() == kind && !certain.holds(kind, it.value()))
                    .distinct()
                    .toList();
        }

        void leaveOut(Identifier identifier) {
            known.removeIf(it -> it.identifier().equals(identifier));
        }

        boolean tooMany() {
            return known.size() > MOST;
        }

        /** What it was given, and what the map says it knows people by. */
        List<Identifier> visibleTo(Recipient recipient) {
            var given = known.stream()
                    .filter(it -> recipient.receives().contains(it.category()))
                    .map(Known::identifier);
            var knownAnyway = proved.stream().filter(it -> recipient.knows().contains(it.kind()));
            return Stream.concat(given, knownAnyway).distinct().toList();
        }
    }

    /**
     * Adds a task a recipient to a plan that is being made.
     *
     * @param dueAt legal time; until when it has to answer, absent where that is counted from the first call
     */
    void draft(
            Claimed claimed,
            UUID planId,
            List<Recipient> recipients,
            Map<String, UUID> tasks,
            Notes notes,
            @Nullable Instant dueAt) {
        var order = claimed.order();
        for (var recipient : recipients) {
            var task = Objects.requireNonNull(tasks.get(recipient.id()));
            var sealed = sealer.seal(
                    order.controller(),
                    order.requestId(),
                    place(task),
                    order.caseKey(),
                    new Addressed(notes.visibleTo(recipient)));
            transactions.run(() -> {
                claimed.lease().hold();
                jdbc.sql("""
                                insert into task (task_id, request_id, plan_id, controller, store, kind, state, recipient)
                                values (:task, :request, :plan, :controller, :recipient, :kind, 'DRAFT', true)""")
                        .param("task", task)
                        .param("request", order.requestId())
                        .param("plan", planId)
                        .param("controller", order.controller())
                        .param("recipient", recipient.id())
                        .param("kind", order.kind().name())
                        .update();
                jdbc.sql("insert into notice (task_id, key_id, sealed, due_at) values (:task, :key, :sealed, :due)")
                        .param("task", task)
                        .param("due", dueAt == null ? null : Timestamp.from(dueAt), Types.TIMESTAMP)
                        .param("key", sealed.key())
                        .param("sealed", sealed.ciphertext())
                        .update();
            });
        }
    }

    /** What a recipient is told about whom. */
    public List<Identifier> of(Order order, UUID taskId) {
        var sealed = jdbc.sql("select key_id, sealed from notice where task_id = :task")
                .param("task", taskId)
                .query((row, _) -> new SealedField(row.getObject(1, UUID.class), row.getString(2)))
                .single();
        return sealer.open(order.controller(), order.requestId(), place(taskId), sealed, Addressed.class)
                .identifiers();
    }

    private static String place(UUID taskId) {
        return "notice/" + taskId;
    }
}
