// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.GenerationCheck;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The internal feed of this service: what is on its topic, for whoever missed it there. For services alone. */
@RestController
class FeedController {

    private static final int LARGEST_PAGE = 1_000;
    private static final String DEFAULT_PAGE = "500";

    private final EventJournal journal;
    private final GenerationCheck generations;
    private final Outbound outbound;
    private final @Nullable Trail trail;

    FeedController(EventJournal journal, GenerationCheck generations, Outbound outbound, @Nullable Trail trail) {
        this.generations = generations;
        this.journal = journal;
        this.outbound = outbound;
        this.trail = trail;
    }

    /**
     * Either {@code after}, for the whole feed in its order, or {@code stream} and {@code from}, for one request; with
     * {@code trail} as the audit log hears of it, and the generations of the journal under an id of their own.
     */
    @GetMapping(path = "/internal/v1/feed", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<?> feed(
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String stream,
            @RequestParam(defaultValue = "0") String from,
            @RequestParam(defaultValue = DEFAULT_PAGE) String limit,
            @RequestParam(name = "trail", defaultValue = "false") boolean asTrail) {
        try {
            int page = Math.clamp(Integer.parseInt(limit), 1, LARGEST_PAGE);
            var position = after == null ? FeedPosition.START : FeedPosition.parse(after);
            if (asTrail && trail != null && stream != null && trail.isOfGenerations(UUID.fromString(stream))) {
                return ResponseEntity.ok(TrailPage.of(trail.generations(generations, Long.parseLong(from)))
                        .write());
            }
            var stored = stream == null
                    ? journal.read(position, page)
                    : journal.readStream(UUID.fromString(stream), Long.parseLong(from), page);
            if (asTrail && trail != null) {
                var records = trail.rows(stored, outbound);
                return ResponseEntity.ok(TrailPage.of(records).write());
            }
            var events = stored.stream().map(outbound::wireEvent).toList();
            var next = events.isEmpty() ? position : events.getLast().position();
            return ResponseEntity.ok(new FeedPage(events, next).write());
        } catch (IllegalArgumentException unreadable) {
            return badRequest();
        }
    }

    private static ResponseEntity<ProblemDetail> badRequest() {
        var problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.BAD_REQUEST,
                "after is a position such as 1.2345.678, stream a UUID, from and limit are whole numbers");
        problem.setType(URI.create("urn:habeas:problem:bad-request"));
        return ResponseEntity.badRequest()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
