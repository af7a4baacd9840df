// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows staff a plan: counts, keeps and conflicts, and no value. */
@RestController
class PlanController {

    record Plan(
            UUID requestId,
            String controller,
            String state,
            @Nullable String reason,
            @Nullable String store,
            @Nullable UUID planId,
            @Nullable String dataMap,
            List<PlannedTask> tasks,
            List<Conflict> conflicts) {}

    record PlannedTask(UUID taskId, String store, String kind, String state, List<PlannedCollection> collections) {}

    record PlannedCollection(String collection, long found, long toDo, List<Kept> keeps) {}

    record Kept(String ground, @Nullable LocalDate until, long records) {}

    record Conflict(String store, String collection, String reason, long records) {}

    private final JdbcClient jdbc;
    private final Orders orders;

    PlanController(JdbcClient jdbc, Orders orders) {
        this.jdbc = jdbc;
        this.orders = orders;
    }

    @GetMapping("/api/v1/desk/plans/{requestId}")
    Plan show(@PathVariable UUID requestId) {
        var plan = jdbc.sql("""
                        select controller, state, reason, store, plan_id, data_map
                          from fulfillment_order where request_id = :request""")
                .param("request", requestId)
                .query((row, _) -> new Plan(
                        requestId,
                        row.getString("controller"),
                        row.getString("state"),
                        row.getString("reason"),
                        row.getString("store"),
                        row.getObject("plan_id", UUID.class),
                        row.getString("data_map"),
                        List.of(),
                        List.of()))
                .optional()
                .orElseThrow(PlanController::nothing);
        own(plan.controller());
        return new Plan(
                requestId,
                plan.controller(),
                plan.state(),
                plan.reason(),
                plan.store(),
                plan.planId(),
                plan.dataMap(),
                tasks(requestId),
                conflicts(requestId));
    }

    /** Has a parked request planned again, when a person has put right what was wrong. */
    @PostMapping("/api/v1/desk/plans/{requestId}/retry")
    ResponseEntity<Plan> retry(@PathVariable UUID requestId) {
        show(requestId);
        if (!orders.retry(requestId)) {
            throw new ProblemException(Problem.NOT_NOW, "only a parked plan can be tried again");
        }
        return ResponseEntity.accepted().body(show(requestId));
    }

    private static void own(String controller) {
        if (!Caller.current().controllers().contains(controller)) {
            throw nothing();
        }
    }

    private static ProblemException nothing() {
        return new ProblemException(Problem.NOT_FOUND, "there is no plan for this request");
    }

    private List<PlannedTask> tasks(UUID requestId) {
        return jdbc
                .sql("select task_id, store, kind, state from task where request_id = :request order by store")
                .param("request", requestId)
                .query((row, _) -> new PlannedTask(
                        row.getObject("task_id", UUID.class),
                        row.getString("store"),
                        row.getString("kind"),
                        row.getString("state"),
                        List.of()))
                .list()
                .stream()
                .map(it -> new PlannedTask(it.taskId(), it.store(), it.kind(), it.state(), collections(it.taskId())))
                .toList();
    }

    private List<PlannedCollection> collections(UUID taskId) {
        return jdbc
                .sql("""
                        select collection, sum(to_do + kept) as found, sum(to_do) as to_do
                          from chunk where task_id = :task group by collection order by min(rank)""")
                .param("task", taskId)
                .query((row, _) -> new PlannedCollection(
                        row.getString("collection"), row.getLong("found"), row.getLong("to_do"), List.of()))
                .list()
                .stream()
                .map(it ->
                        new PlannedCollection(it.collection(), it.found(), it.toDo(), keeps(taskId, it.collection())))
                .toList();
    }

    private List<Kept> keeps(UUID taskId, String collection) {
        return jdbc.sql("""
                        select ground, until, records from planned_keep
                         where task_id = :task and collection = :collection order by ground, until""")
                .param("task", taskId)
                .param("collection", collection)
                .query((row, _) ->
                        new Kept(row.getString(1), row.getObject(2, LocalDate.class), row.getLong("records")))
                .list();
    }

    private List<Conflict> conflicts(UUID requestId) {
        return jdbc.sql("""
                        select store, collection, reason, records from plan_conflict
                         where request_id = :request order by 1, 2, 3""")
                .param("request", requestId)
                .query((row, _) ->
                        new Conflict(row.getString(1), row.getString(2), row.getString(3), row.getLong("records")))
                .list();
    }
}
