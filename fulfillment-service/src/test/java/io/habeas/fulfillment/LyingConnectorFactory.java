// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorFactory;
import io.habeas.connector.Describing;
import io.habeas.connector.Erasing;
import io.habeas.connector.Finding;
import io.habeas.connector.Place;
import io.habeas.connector.Reading;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** Says that it erased everything, and erases nothing; for the rest it is the connector to PostgreSQL. */
public final class LyingConnectorFactory implements ConnectorFactory {

    @Override
    public String kind() {
        return "lying";
    }

    private static ConnectorFactory honest() {
        return ServiceLoader.load(ConnectorFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(it -> it.kind().equals("postgres"))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public List<Setting> settings() {
        return honest().settings();
    }

    @Override
    public Connector create(Map<String, String> settings) {
        return new Liar(honest().create(settings));
    }

    private record Liar(Connector honest) implements Finding, Reading, Describing, Erasing {

        @Override
        public void check() throws ConnectorException {
            honest.check();
        }

        @Override
        public Outcome erase(Erasing.Batch batch) {
            return new Outcome.Erased(batch.keys().size());
        }

        @Override
        public Page find(Search search) throws ConnectorException {
            return ((Finding) honest).find(search);
        }

        @Override
        public long count(Place place, Subject subject, Instant deadline) throws ConnectorException {
            return ((Finding) honest).count(place, subject, deadline);
        }

        @Override
        public List<Value> existing(Place place, List<Value> keys, Instant deadline) throws ConnectorException {
            return ((Finding) honest).existing(place, keys, deadline);
        }

        @Override
        public void read(Reading.Batch batch, Consumer consumer) throws ConnectorException {
            ((Reading) honest).read(batch, consumer);
        }

        @Override
        public Optional<Description> describe(String collection) throws ConnectorException {
            return ((Describing) honest).describe(collection);
        }

        @Override
        public void close() {
            honest.close();
        }
    }
}
