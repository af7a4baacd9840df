// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.habeas.connector.Connector;
import io.habeas.connector.Describing;
import io.habeas.connector.Erasing;
import io.habeas.connector.Finding;
import io.habeas.connector.Place;
import io.habeas.connector.Reading;
import io.habeas.connector.Value;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The suites themselves under test: an honest connector passes all of it, and every liar is noticed by name. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SuitesNoticeLiesTest {

    private static final Map<Class<?>, Class<?>> SUITES = Map.of(
            Finding.class, FindingSuite.class,
            Reading.class, ReadingSuite.class,
            Erasing.class, ErasingSuite.class,
            Describing.class, DescribingSuite.class);

    private static volatile @Nullable Lie told;

    @ParameterizedTest
    @ValueSource(classes = {FindingSuite.class, ReadingSuite.class, ErasingSuite.class, DescribingSuite.class})
    void an_honest_connector_passes_and_nothing_is_skipped(Class<?> suite) {
        told = null;

        Events tests = run(selectClass(suite));

        tests.assertStatistics(counted -> counted.failed(0).aborted(0).skipped(0));
        assertThat(tests.succeeded().count()).isEqualTo(tests.started().count()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void a_liar_is_noticed(Lie lie) {
        told = lie;

        Events tests = run(selectMethod(SUITES.get(lie.ability), promise(lie)));

        assertThat(tests.failed().count()).as("seen broken: " + lie.noticedBy).isPositive();
        tests.assertStatistics(counted -> counted.skipped(0).aborted(0));
    }

    private static Method promise(Lie lie) {
        return Arrays.stream(SUITES.get(lie.ability).getSuperclass().getDeclaredMethods())
                .filter(method -> method.getName().equals(lie.noticedBy))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no suite promises " + lie.noticedBy));
    }

    private static Events run(DiscoverySelector selector) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selector)
                .execute()
                .testEvents();
    }

    private static final class InMemory implements StoreUnderTest {

        private final ConcurrentSkipListMap<Long, Row> rows = new ConcurrentSkipListMap<>();
        private final AtomicLong last = new AtomicLong();
        private final Connector connector = make(null);

        private Connector make(@Nullable InetSocketAddress elsewhere) {
            Lie lie = told;
            return lie == null ? new HonestConnector(rows, elsewhere) : lie.connector(rows, elsewhere);
        }

        @Override
        public Connector connector() {
            return connector;
        }

        @Override
        public Connector connectorAt(String host, int port) {
            return make(new InetSocketAddress(host, port));
        }

        @Override
        public Place place() {
            return HonestConnector.PLACE;
        }

        @Override
        public Optional<Value> put(Row row) {
            long key = last.incrementAndGet();
            rows.put(key, row);
            return Optional.of(new Value.Whole(key));
        }

        @Override
        public Optional<Row> look(Value key) {
            return key instanceof Value.Whole(long number) ? Optional.ofNullable(rows.get(number)) : Optional.empty();
        }

        @Override
        public void remove(Value key) {
            if (key instanceof Value.Whole(long number)) {
                rows.remove(number);
            }
        }
    }

    static class FindingSuite extends FindingConformance {

        private final StoreUnderTest store = new InMemory();

        @Override
        protected StoreUnderTest store() {
            return store;
        }
    }

    static class ReadingSuite extends ReadingConformance {

        private final StoreUnderTest store = new InMemory();

        @Override
        protected StoreUnderTest store() {
            return store;
        }
    }

    static class ErasingSuite extends ErasingConformance {

        private final StoreUnderTest store = new InMemory();

        @Override
        protected StoreUnderTest store() {
            return store;
        }
    }

    static class DescribingSuite extends DescribingConformance {

        private final StoreUnderTest store = new InMemory();

        @Override
        protected StoreUnderTest store() {
            return store;
        }
    }
}
