// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import io.habeas.fulfillment.catalog.SchemaCheck.Mismatch;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Erase;
import io.habeas.fulfillment.datamap.DataMap.Keep;
import io.habeas.fulfillment.datamap.DataMap.Setting;
import io.habeas.fulfillment.datamap.DataMapException;
import io.habeas.fulfillment.datamap.DataMapException.Fault;
import io.habeas.fulfillment.datamap.DataMaps;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows staff the data map, and holds it against the stores on demand. */
@RestController
class DataMapController {

    record Shown(
            String controller,
            String version,
            String timeZone,
            List<Store> stores,
            List<DataMap.Recipient> recipients) {}

    /** @param connection settings by name; a secret is shown by its name alone */
    record Store(
            String id,
            String kind,
            String region,
            Map<String, Object> connection,
            String settles,
            @Nullable String backupsRefreshed,
            List<Collection> collections) {}

    record Collection(
            String name,
            String collection,
            @Nullable String array,
            String key,
            boolean directory,
            Map<String, String> identifies,
            Map<String, String> belongsTo,
            Map<String, DataMap.Field> fields,
            List<String> sparse,
            @Nullable String changedAt,
            @Nullable String collectedAt,
            String keep,
            String erase,
            @Nullable String exclusion) {}

    /** @param state FITS, REFUSED, MISMATCH or UNREACHABLE */
    record Check(
            String state,
            @Nullable String version,
            List<Fault> faults,
            List<Mismatch> mismatches,
            @Nullable String store) {}

    private final DataMaps maps;
    private final SchemaCheck check;

    DataMapController(DataMaps maps, SchemaCheck check) {
        this.maps = maps;
        this.check = check;
    }

    @GetMapping("/api/v1/desk/controllers/{c}/data-map")
    ResponseEntity<Shown> show(@PathVariable("c") String controller) {
        try {
            var map = maps.current(controller);
            return ResponseEntity.ok().eTag(map.version()).body(shown(map));
        } catch (NoSuchElementException none) {
            throw nothing();
        } catch (DataMapException refused) {
            throw new ProblemException(
                            Problem.NOT_NOW, "the data map is refused; POST .../data-map/checks names the faults")
                    .with("faults", refused.faults());
        }
    }

    @PostMapping("/api/v1/desk/controllers/{c}/data-map/checks")
    Check check(@PathVariable("c") String controller) {
        try {
            var map = maps.current(controller);
            var mismatches = check.check(map).mismatches();
            return new Check(mismatches.isEmpty() ? "FITS" : "MISMATCH", map.version(), List.of(), mismatches, null);
        } catch (NoSuchElementException none) {
            throw nothing();
        } catch (DataMapException refused) {
            return new Check("REFUSED", null, refused.faults(), List.of(), null);
        } catch (StoreException failed) {
            return new Check("UNREACHABLE", null, List.of(), List.of(), failed.store());
        }
    }

    private static ProblemException nothing() {
        return new ProblemException(
                Problem.NOT_FOUND, "there is no data map; it belongs into controllers/<controller>/data-map.yaml");
    }

    private static Shown shown(DataMap map) {
        return new Shown(
                map.controller(),
                map.version(),
                map.zone().getId(),
                map.stores().stream().map(DataMapController::shown).toList(),
                map.recipients());
    }

    private static Store shown(DataMap.Store store) {
        var connection = new LinkedHashMap<String, Object>();
        store.connection().forEach((name, setting) -> connection.put(name, shown(setting)));
        return new Store(
                store.id(),
                store.kind(),
                store.region(),
                connection,
                store.settles().toString(),
                store.backupsRefreshed() == null
                        ? null
                        : store.backupsRefreshed().toString(),
                store.collections().stream().map(DataMapController::shown).toList());
    }

    private static Object shown(Setting setting) {
        return switch (setting) {
            case Setting.Plain plain -> plain.value();
            case Setting.Secret secret -> Map.of("secret", secret.name());
        };
    }

    private static @Nullable String shown(DataMap.@Nullable Excluded exclusion) {
        if (exclusion == null) {
            return null;
        }
        return exclusion.what() + (exclusion.where() == null ? "" : " where " + exclusion.where());
    }

    private static Collection shown(DataMap.Collection collection) {
        return new Collection(
                collection.name(),
                collection.place().collection(),
                collection.place().array(),
                collection.place().key(),
                collection.directory() != null,
                collection.identifies().stream().collect(Collectors.toMap(it -> it.field(), it -> it.kind()
                        .name())),
                collection.belongsTo().stream()
                        .collect(Collectors.toMap(
                                it -> it.field(), it -> it.store() + "." + it.collection() + "." + it.to())),
                collection.fields(),
                collection.place().sparse().stream().sorted().toList(),
                collection.changedAt(),
                collection.collectedAt(),
                switch (collection.keep()) {
                    case Keep.Dated dated ->
                        dated.ground() + " for " + dated.period() + " from "
                                + (dated.of() == null ? "" : dated.of() + ".") + dated.from();
                    case Keep.WithParent _ -> "WITH_PARENT";
                    case Keep.Nothing _ -> "NONE";
                },
                switch (collection.erase()) {
                    case Erase.Delete _ -> "DELETE";
                    case Erase.Anonymize anonymize ->
                        "ANONYMIZE "
                                + String.join(", ", anonymize.replacements().keySet());
                },
                shown(collection.exclusion()));
    }
}
