// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.execution;

import io.habeas.fulfillment.followup.FollowUps;
import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows operators the tasks of their controllers, what is followed up among them, and has parked ones tried again. */
@RestController
class TaskController {

    private static final int PAGE = 100;

    /** What may stand after {@code state=}. */
    enum State {
        READY,
        READ_BACK,
        WAITING,
        PARKED,
        DONE,
        CANCELLED
    }

    /**
     * @param kind what it does; {@code FOLLOW_UP} where it erases what was kept until a day
     * @param dueOn that day
     */
    record Task(
            UUID taskId,
            UUID requestId,
            String controller,
            String store,
            String kind,
            String state,
            int sweep,
            int attempts,
            @Nullable String reason,
            @Nullable String detail,
            Instant nextTry,
            long chunksDone,
            long chunks,
            @Nullable LocalDate dueOn) {}

    /** @param next goes into {@code after=}; absent on the last page */
    record TaskPage(List<Task> items, @Nullable String next) {}

    private final JdbcClient jdbc;
    private final Tasks tasks;
    private final FollowUps followUps;

    TaskController(JdbcClient jdbc, Tasks tasks, FollowUps followUps) {
        this.jdbc = jdbc;
        this.tasks = tasks;
        this.followUps = followUps;
    }

    @GetMapping("/api/v1/desk/tasks")
    TaskPage list(
            @RequestParam(name = "state", required = false) @Nullable String state,
            @RequestParam(name = "after", required = false) @Nullable UUID after) {
        var wanted = state == null ? null : known(state);
        var items = jdbc.sql(SELECT + """
                           where t.controller = any(:controllers) and t.state <> 'DRAFT'
                             and (:state::text is null or t.state = :state)
                             and (:after::uuid is null or t.task_id > :after)
                           order by t.task_id limit :limit""")
                .param("controllers", Caller.current().controllers().toArray(String[]::new))
                .param("state", wanted, java.sql.Types.VARCHAR)
                .param("after", after, java.sql.Types.OTHER)
                .param("limit", PAGE + 1)
                .query(TaskController::task)
                .list();
        boolean more = items.size() > PAGE;
        var page = more ? items.subList(0, PAGE) : items;
        return new TaskPage(page, more ? page.get(PAGE - 1).taskId().toString() : null);
    }

    @PostMapping("/api/v1/desk/tasks/{id}/retry")
    ResponseEntity<Task> retry(@PathVariable UUID id) {
        var before = one(id);
        if (!tasks.retry(id) && !followUps.retry(id)) {
            throw new ProblemException(
                    Problem.NOT_NOW, "only a parked task can be tried again; this one is " + before.state());
        }
        return ResponseEntity.accepted().body(one(id));
    }

    private Task one(UUID id) {
        return jdbc.sql(SELECT + " where t.task_id = :task and t.controller = any(:controllers)")
                .param("task", id)
                .param("controllers", Caller.current().controllers().toArray(String[]::new))
                .query(TaskController::task)
                .optional()
                .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "there is no such task"));
    }

    private static String known(String state) {
        return Arrays.stream(State.values())
                .map(Enum::name)
                .filter(state::equals)
                .findFirst()
                .orElseThrow(() -> ProblemException.invalid(
                        "/query/state", "allowed: READY, READ_BACK, WAITING, PARKED, DONE, CANCELLED"));
    }

    private static final String SELECT = """
            select t.* from (
                select t.task_id, t.request_id, t.controller, t.store, t.kind, t.state, t.sweep, t.attempts, t.reason,
                       t.detail, t.next_try,
                       (select count(*) from chunk c where c.task_id = t.task_id and c.done) as chunks_done,
                       (select count(*) from chunk c where c.task_id = t.task_id) as chunks,
                       null::date as due_on
                  from task t
                 union all
                select f.follow_up_id, f.request_id, f.controller, f.store, 'FOLLOW_UP', f.state, f.sweep, f.attempts,
                       f.reason, f.detail, f.next_try,
                       (select count(*) from follow_up_chunk c where c.follow_up_id = f.follow_up_id and c.done),
                       (select count(*) from chunk c
                         where c.task_id = f.task_id
                           and exists (select from planned_keep k
                                        where k.task_id = c.task_id and k.collection = c.collection
                                          and k.until = f.until)),
                       f.due_on
                  from follow_up f) t\s""";

    private static Task task(java.sql.ResultSet row, int number) throws java.sql.SQLException {
        return new Task(
                row.getObject("task_id", UUID.class),
                row.getObject("request_id", UUID.class),
                row.getString("controller"),
                row.getString("store"),
                row.getString("kind"),
                row.getString("state"),
                row.getInt("sweep"),
                row.getInt("attempts"),
                row.getString("reason"),
                row.getString("detail"),
                row.getTimestamp("next_try").toInstant(),
                row.getLong("chunks_done"),
                row.getLong("chunks"),
                row.getObject("due_on", LocalDate.class));
    }
}
