// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.datamap;

import io.habeas.contracts.ControllerAnnouncement.DataMapTookEffect;
import io.habeas.contracts.ControllerAnnouncement.MappedCollection;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The data map that counts for each controller, as fulfillment told it last. It may have come further by a moment. */
public final class KnownMaps {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    KnownMaps(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** In the transaction of the inbox, one after the other for each controller. */
    public void tookEffect(String controller, DataMapTookEffect told) {
        jdbc.sql("""
                        insert into known_data_map (controller, version, came, since, collections)
                        values (:controller, :version, :came, :since, :collections)
                        on conflict (controller) do update
                            set version = excluded.version, came = excluded.came, since = excluded.since,
                                collections = excluded.collections""")
                .param("controller", controller)
                .param("version", told.dataMap())
                .param("came", told.came().name())
                .param("since", Timestamp.from(told.since()))
                .param("collections", json.writeValueAsString(told.collections()))
                .update();
    }

    /** What can be kept back of a package of that controller; nothing where no map of it is known yet. */
    public Optional<Withholdable> withholdable(String controller) {
        return jdbc.sql("select version, collections from known_data_map where controller = :controller")
                .param("controller", controller)
                .query((row, _) -> Withholdable.of(
                        row.getString("version"),
                        List.of(json.readValue(row.getString("collections"), MappedCollection[].class))))
                .optional();
    }
}
