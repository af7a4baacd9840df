// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.fulfillment.catalog.SchemaCheck.Mismatch;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMapChanges;
import io.habeas.fulfillment.datamap.DataMapChanges.Change;
import io.habeas.fulfillment.datamap.DataMapChanges.Decision;
import io.habeas.fulfillment.datamap.DataMapException;
import io.habeas.fulfillment.datamap.DataMaps;
import io.habeas.service.Caller;
import io.habeas.service.LegalClock;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.ProblemException.Invalid;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Lets one person propose a data map and another approve it. */
@RestController
@RequestMapping("/api/v1/desk/controllers/{c}/data-map")
class DataMapChangeController {

    private static final Logger LOG = LoggerFactory.getLogger(DataMapChangeController.class);
    private static final String YAML = "application/yaml";

    /**
     * @param unchecked stores whose connection is new. Secrets are sent to no place that one person alone named, so they are held
     *     against their schema when another approves
     */
    record Proposed(Change change, List<String> unchecked) {}

    record Approval(@Nullable String version) {}

    /**
     * @param auditId under which the audit log tells who proposed and who approved: {@code GET /api/v1/audit/requests/<auditId>/proof}
     * @param inEffectAuditId under which it tells in the same way which version took effect when, those that came as a file too
     */
    record Versions(List<Change> items, UUID auditId, UUID inEffectAuditId) {}

    private final DataMaps maps;
    private final DataMapChanges changes;
    private final SchemaCheck check;
    private final LegalClock clock;

    DataMapChangeController(DataMaps maps, DataMapChanges changes, SchemaCheck check, LegalClock clock) {
        this.maps = maps;
        this.changes = changes;
        this.check = check;
        this.clock = clock;
    }

    @PutMapping(consumes = YAML)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Proposed propose(@PathVariable("c") String controller, @RequestBody byte[] body) {
        var text = text(body);
        var map = read(controller, text);
        var known = changes.anyContent(controller, map.version());
        if (known.isPresent() && !known.get().equals(text)) {
            throw ProblemException.invalid("", "another map has this version; change a comment and send it again");
        }
        var unchecked = new ArrayList<String>();
        var mismatches = new ArrayList<Mismatch>();
        var before = inForce(controller);
        for (var store : map.stores()) {
            if (isConnectedAlike(before, store)) {
                mismatches.addAll(held(map, store.id()).mismatches());
            } else {
                unchecked.add(store.id());
            }
        }
        require(mismatches);
        var change = changes.propose(controller, text, Caller.current().actor(), clock.instant());
        LOG.atInfo()
                .addKeyValue("controller", controller)
                .addKeyValue("version", change.version())
                .addKeyValue("actor", change.proposedBy())
                .log("a data map is proposed");
        return new Proposed(change, unchecked);
    }

    @PostMapping("/approvals")
    Change approve(@PathVariable("c") String controller, @RequestBody Approval approval) {
        var version = approval.version();
        if (version == null) {
            throw ProblemException.invalid("/version", "the version that you have read and approve");
        }
        var actor = Caller.current().actor();
        var open = changes.all(controller).stream()
                .filter(it -> it.state() == DataMapChanges.State.PROPOSED
                        && it.version().equals(version))
                .findFirst();
        if (open.isPresent() && open.get().proposedBy().equals(actor)) {
            throw ownProposal();
        }
        changes.content(controller, version).ifPresent(text -> {
            var map = read(controller, text);
            require(held(map, null).mismatches());
        });
        return switch (changes.approve(controller, version, actor, clock.instant())) {
            case Decision.Approved(Change change) -> {
                LOG.atInfo()
                        .addKeyValue("controller", controller)
                        .addKeyValue("version", version)
                        .addKeyValue("proposedBy", change.proposedBy())
                        .addKeyValue("actor", actor)
                        .log("a data map is in force");
                yield change;
            }
            case Decision.Refused(DataMapChanges.Refusal why) ->
                throw switch (why) {
                    case NOT_PROPOSED ->
                        new ProblemException(Problem.NOT_FOUND, "no proposal of that version waits for an approval");
                    case OWN_PROPOSAL -> ownProposal();
                    case BASE_REPLACED ->
                        new ProblemException(
                                Problem.NOT_NOW,
                                "another map is in force than the one that this was to replace; have it proposed again");
                };
        };
    }

    private static ProblemException ownProposal() {
        return new ProblemException(
                Problem.OWN_PROPOSAL, "you proposed this version, with whatever role; another person must approve it");
    }

    @GetMapping("/versions")
    Versions versions(@PathVariable("c") String controller) {
        return new Versions(
                changes.all(controller),
                FulfillmentAnnouncement.dataMapsOf(controller),
                ControllerAnnouncement.dataMapOf(controller));
    }

    @GetMapping(path = "/versions/{version}", produces = YAML)
    byte[] version(@PathVariable("c") String controller, @PathVariable String version) {
        return changes.anyContent(controller, version)
                .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "no such version of the data map"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException other) {
            throw ProblemException.invalid("", "the map must be UTF-8 text");
        }
    }

    private DataMap read(String controller, String text) {
        try {
            return maps.proposed(controller, text);
        } catch (NoSuchElementException none) {
            throw new ProblemException(Problem.NOT_FOUND, "no such controller");
        } catch (DataMapException refused) {
            throw new ProblemException(
                    Problem.INVALID_FIELDS,
                    "the data map is refused",
                    refused.faults().stream()
                            .map(it -> new Invalid(
                                    it.field(), "line " + it.line() + ", column " + it.column() + ": " + it.message()))
                            .toList());
        }
    }

    private @Nullable DataMap inForce(String controller) {
        try {
            return maps.current(controller);
        } catch (NoSuchElementException | DataMapException none) {
            return null;
        }
    }

    private static boolean isConnectedAlike(@Nullable DataMap before, DataMap.Store store) {
        return before != null
                && before.stores().stream()
                        .anyMatch(it -> it.id().equals(store.id())
                                && it.kind().equals(store.kind())
                                && it.connection().equals(store.connection()));
    }

    /** @param store all of them if absent */
    private SchemaCheck.Result held(DataMap map, @Nullable String store) {
        try {
            return store == null ? check.check(map) : check.check(map, store);
        } catch (StoreException failed) {
            throw new ProblemException(
                            Problem.STORE_UNAVAILABLE,
                            "the map can not be held against the store '" + failed.store() + "'; nothing was changed")
                    .with("store", failed.store());
        }
    }

    private static void require(List<Mismatch> mismatches) {
        if (!mismatches.isEmpty()) {
            throw new ProblemException(
                    Problem.INVALID_FIELDS,
                    "the data map does not fit the stores",
                    mismatches.stream()
                            .map(it -> new Invalid(
                                    it.store() + "." + it.collection()
                                            + (it.field().isEmpty() ? "" : "." + it.field()),
                                    it.message()))
                            .toList());
        }
    }
}
