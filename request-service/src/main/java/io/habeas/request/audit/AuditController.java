// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.audit;

import io.habeas.request.audit.Proving.Proved;
import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The log as static files, as C2SP tlog-tiles has them, and proofs of single entries. */
@RestController
class AuditController {

    /** @param entry canonical JSON; @param proof a C2SP tlog-proof with the checkpoint that it leads to */
    record EntryProof(long index, byte[] entry, String proof) {}

    /** @param next goes into {@code after=}; absent on the last page */
    record ProofPage(List<EntryProof> items, @Nullable String next) {}

    private static final int PAGE = 100;
    private static final int TILE = 256;
    private static final Duration A_MOMENT = Duration.ofSeconds(1);
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);
    private static final Pattern PATH =
            Pattern.compile("/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\\.p/([0-9]{1,3}))?");

    private final LogStore store;
    private final Proving proving;

    AuditController(LogStore store, Proving proving) {
        this.store = store;
        this.proving = proving;
    }

    @GetMapping(path = "/api/v1/audit/checkpoint", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<byte[]> checkpoint() {
        var note = proving.checkpoint().orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "the log is empty"));
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache().cachePrivate())
                .contentType(TEXT)
                .body(note.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code tile/<L>/<N>[.p/<W>]} and {@code tile/entries/<N>[.p/<W>]}. */
    @GetMapping(path = "/api/v1/audit/tile/{*path}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    ResponseEntity<byte[]> tile(@PathVariable String path) {
        var parts = PATH.matcher(path);
        if (!parts.matches()) {
            throw noTile();
        }
        long number = Long.parseLong(parts.group(2).replace("x", "").replace("/", ""));
        int width = parts.group(3) == null ? TILE : Integer.parseInt(parts.group(3));
        if (width < 1 || width > TILE || (parts.group(3) != null && width == TILE)) {
            throw noTile();
        }
        var tile = parts.group(1).equals("entries")
                ? bundle(number, width)
                : store.hashes(Integer.parseInt(parts.group(1)), number, width);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.maxAge(Duration.ofDays(1)).cachePrivate())
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(tile.orElseThrow(AuditController::noTile));
    }

    /** Entries side by side, each after its length in two bytes. */
    private Optional<byte[]> bundle(long number, int width) {
        var entries = store.entries(number * TILE, width);
        if (entries.size() < width) {
            return Optional.empty();
        }
        var bundle = new ByteArrayOutputStream();
        for (var entry : entries) {
            bundle.write(entry.length >>> 8);
            bundle.write(entry.length);
            bundle.writeBytes(entry);
        }
        return Optional.of(bundle.toByteArray());
    }

    private static ProblemException noTile() {
        return new ProblemException(
                Problem.NOT_FOUND,
                "no such tile: paths are those of C2SP tlog-tiles, up to the size of the checkpoint");
    }

    @GetMapping(path = "/api/v1/audit/requests/{id}/proof", produces = MediaType.APPLICATION_JSON_VALUE)
    ProofPage proofs(
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable UUID event,
            @RequestParam(required = false) @Nullable Long after) {
        long from = after == null ? -1 : after;
        var found = proving.ofRequest(id, event, null, from, PAGE + 1);
        requireVisible(found);
        if (found.isEmpty() && from < 0) {
            throw notYet();
        }
        boolean more = found.size() > PAGE;
        var page = more ? found.subList(0, PAGE) : found;
        return new ProofPage(
                page.stream()
                        .map(it -> new EntryProof(
                                it.row().index(), it.row().entry(), it.proof().text()))
                        .toList(),
                more ? Long.toString(page.getLast().row().index()) : null);
    }

    /** The proof that the answer stands in the log: for the person to keep. */
    @GetMapping(path = "/api/v1/requests/{id}/receipt", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<byte[]> receipt(@PathVariable UUID id) {
        var found = proving.ofRequest(id, null, "request.answered", -1, 1);
        requireVisible(found);
        if (found.isEmpty()) {
            throw notYet();
        }
        var answered = found.getFirst();
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore().cachePrivate())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(id + ".tlog-proof")
                                .build()
                                .toString())
                .contentType(TEXT)
                .body(answered.proof().withExtra(answered.row().entry()).text().getBytes(StandardCharsets.UTF_8));
    }

    /** Another controller's request looks as if it were not there. */
    private static void requireVisible(List<Proved> found) {
        var caller = Caller.current();
        boolean hidden = caller.kind() == Caller.Kind.STAFF
                && found.stream()
                        .anyMatch(it -> !caller.controllers().contains(it.row().controller()));
        if (hidden) {
            throw notYet();
        }
    }

    private static ProblemException notYet() {
        return new ProblemException(
                        Problem.NOT_FOUND,
                        "there is nothing of that in the log; what has just happened comes in a moment")
                .retryAfter(A_MOMENT);
    }
}
