// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Connector} and its {@link ConnectorFactory} promise. */
public abstract class ConnectorConformance extends StoreConformance {

    /** The kind that a data map names. */
    protected abstract String kind();

    /** Settings that lead to the store, with every optional one. */
    protected abstract Map<String, String> settings();

    @Test
    void reports_that_the_store_answers() {
        assertThatNoException().isThrownBy(() -> store().connector().check());
    }

    @Test
    void reports_that_the_store_is_down() {
        assertNoticesThatTheStoreIsDown(Connector::check);
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void reports_that_the_store_hangs() {
        assertGivesUpOnAStoreThatHangs(Connector::check);
    }

    @Test
    void is_made_by_a_factory_that_the_service_loader_finds() throws ConnectorException {
        try (Connector connector = factory().create(settings())) {
            connector.check();
        }
    }

    @Test
    void refuses_a_missing_setting_by_its_name() {
        List<String> required = factory().settings().stream()
                .filter(ConnectorFactory.Setting::required)
                .map(ConnectorFactory.Setting::name)
                .toList();

        assertThat(required).as("settings that must be there").isNotEmpty();
        for (String name : required) {
            Map<String, String> settings = new HashMap<>(settings());
            settings.remove(name);
            assertThatThrownBy(() -> factory().create(settings))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(name);
        }
    }

    @Test
    void knows_every_setting_that_it_is_given() {
        List<String> known = factory().settings().stream()
                .map(ConnectorFactory.Setting::name)
                .toList();

        assertThat(known).containsExactlyInAnyOrderElementsOf(settings().keySet());
    }

    @Test
    void never_shows_a_secret() {
        List<String> secrets = factory().settings().stream()
                .filter(ConnectorFactory.Setting::secret)
                .map(setting -> settings().getOrDefault(setting.name(), ""))
                .toList();

        try (Connector connector = factory().create(settings())) {
            for (String secret : secrets) {
                assertThat(secret).as("a secret setting").isNotBlank();
                assertThat(connector.toString()).doesNotContain(secret);
            }
        }
    }

    @Test
    void does_not_show_a_secret_that_does_not_fit() {
        String misfit = "hush-hush:@/%\0";
        Map<String, String> settings = new HashMap<>(settings());
        factory().settings().stream()
                .filter(ConnectorFactory.Setting::secret)
                .forEach(setting -> settings.put(setting.name(), misfit));

        try (Connector connector = factory().create(settings)) {
            // A store that asks nobody for a secret lets it in.
            connector.check();
        } catch (IllegalArgumentException | ConnectorException failure) {
            assertSilent(failure, "hush-hush");
        }
    }

    @Test
    void does_not_work_after_it_was_closed() throws ConnectorException {
        Connector connector = factory().create(settings());
        connector.check();
        connector.close();

        assertThatThrownBy(connector::check).isInstanceOf(IllegalStateException.class);
    }

    private ConnectorFactory factory() {
        return ServiceLoader.load(ConnectorFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.kind().equals(kind()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("META-INF/services names no factory of the kind " + kind()));
    }
}
