// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.request.datamap.KnownMaps;
import io.habeas.request.desk.QueueFilter.Cursor;
import io.habeas.request.lifecycle.Entry.Channel;
import io.habeas.request.lifecycle.ReviewReason;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.register.RequestFile;
import io.habeas.request.register.RequestFiles;
import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What staff see of requests: nothing that a person wrote. */
@RestController
@RequestMapping("/api/v1/desk/requests")
class DeskController {

    /**
     * @param role who has to decide; absent where nobody has to now
     * @param enteredAt after {@code receivedAt} where staff entered it
     * @param dueAt the last moment that is in time for the answer
     */
    record Item(
            UUID requestId,
            String controller,
            String reference,
            Right right,
            Capacity capacity,
            String jurisdiction,
            String profile,
            State state,
            @Nullable Decider role,
            @Nullable ReviewReason reason,
            Instant receivedAt,
            Instant enteredAt,
            @Nullable Channel channel,
            Instant dueAt) {}

    /** @param next where there is more: the cursor for {@code after} */
    record Page(List<Item> items, @Nullable String next) {}

    private final QueueTable queue;
    private final RequestFiles files;
    private final Policies policies;
    private final KnownMaps maps;

    DeskController(QueueTable queue, RequestFiles files, Policies policies, KnownMaps maps) {
        this.queue = queue;
        this.files = files;
        this.policies = policies;
        this.maps = maps;
    }

    /** In the order of what is due first. The queue follows the requests by a moment. */
    @GetMapping
    ResponseEntity<Page> list(
            @RequestParam(required = false) @Nullable String controller,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String role,
            @RequestParam(required = false) @Nullable String dueBefore,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable Integer limit) {
        var mine = Caller.current().controllers();
        if (controller != null && !mine.contains(controller)) {
            throw new ProblemException(Problem.UNKNOWN_CONTROLLER, "your token has no such controller");
        }
        var filter =
                QueueFilter.of(controller == null ? mine : Set.of(controller), state, role, dueBefore, after, limit);
        var rows = queue.find(filter);
        boolean more = rows.size() > filter.limit();
        var page = more ? rows.subList(0, filter.limit()) : rows;
        var last = more ? page.getLast() : null;
        return uncached(new Page(
                page.stream().map(DeskController::item).toList(),
                last == null ? null : new Cursor(last.dueAt(), last.requestId()).text()));
    }

    private static Item item(QueueRow row) {
        return new Item(
                row.requestId(),
                row.controller(),
                row.reference(),
                row.right(),
                row.capacity(),
                row.jurisdiction(),
                row.profile(),
                row.state(),
                row.role(),
                row.reason(),
                row.receivedAt(),
                row.enteredAt(),
                row.channel() == null ? null : Channel.valueOf(row.channel()),
                row.dueAt());
    }

    /** As it stands now, whatever the queue says yet. */
    @GetMapping("/{id}")
    ResponseEntity<DeskCase> one(@PathVariable UUID id) {
        var file = own(files, id);
        var received = file.received();
        return uncached(DeskCase.of(
                file,
                policies.promise(received.controller(), received.profile(), received.jurisdiction(), received.right()),
                received.right() == Right.ACCESS
                        ? maps.withholdable(received.controller()).orElse(null)
                        : null));
    }

    /** What is another controller's looks like nothing. */
    static RequestFile own(RequestFiles files, UUID id) {
        return files.find(id)
                .filter(it -> Caller.current().controllers().contains(it.controller()))
                .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "no such request"));
    }

    private static <T> ResponseEntity<T> uncached(T body) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
    }
}
