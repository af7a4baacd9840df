// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static io.habeas.fulfillment.Workshop.email;
import static io.habeas.fulfillment.Workshop.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Announcement;
import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.contracts.ControllerAnnouncement.Came;
import io.habeas.contracts.ControllerAnnouncement.DataMapTookEffect;
import io.habeas.contracts.ControllerAnnouncement.MappedField;
import io.habeas.contracts.FulfillmentAnnouncement.Planned;
import io.habeas.contracts.Right;
import io.habeas.messaging.AnnouncementCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What the others are told of the data map that counts, on a real database. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MapsInEffectTest {

    private Stores stores;
    private Workshop workshop;
    private String map;

    @BeforeEach
    void open() {
        stores = Stores.start();
        workshop = new Workshop(stores);
        map = stores.map("postgres");
    }

    @AfterEach
    void close() {
        workshop.close();
    }

    private List<DataMapTookEffect> told() {
        return workshop.announced.of(ControllerAnnouncement.dataMapOf("acme"), DataMapTookEffect.class);
    }

    @Test
    void a_map_that_lies_in_the_folder_is_told_once_however_many_copies_start_at_once() throws Exception {
        var together = new CountDownLatch(1);
        try (var copies = Executors.newVirtualThreadPerTaskExecutor()) {
            var looks = IntStream.range(0, 6)
                    .<Callable<Void>>mapToObj(_ -> () -> {
                        together.await();
                        workshop.anotherCopy(1).look();
                        return null;
                    })
                    .map(copies::submit)
                    .toList();
            together.countDown();
            for (var look : looks) {
                look.get();
            }
        }

        assertThat(told()).singleElement().satisfies(it -> {
            assertThat(it.came()).isEqualTo(Came.FILE);
            assertThat(it.replaces()).isNull();
            assertThat(it.since()).isBeforeOrEqualTo(workshop.clock.instant());
        });
    }

    @Test
    void a_file_that_is_changed_is_told_and_so_is_one_that_comes_back() {
        workshop.effect.look();
        workshop.effect.look();
        stores.map(map + "# another\n", "acme");
        workshop.effect.look();
        stores.map(map, "acme");
        workshop.effect.look();
        workshop.anotherCopy(1).look();

        assertThat(told()).hasSize(3);
        var first = told().getFirst().dataMap();
        var second = told().get(1).dataMap();
        assertThat(second).isNotEqualTo(first);
        assertThat(told().stream().map(DataMapTookEffect::dataMap)).containsExactly(first, second, first);
        assertThat(told().stream().map(DataMapTookEffect::replaces)).containsExactly(null, first, second);
    }

    @Test
    void a_copy_whose_file_is_behind_for_a_moment_does_not_tell_the_older_one_again() {
        var behind = workshop.anotherCopy(1);
        behind.look();
        var older = told().getFirst().dataMap();
        stores.map(map + "# another\n", "acme");
        workshop.effect.look();

        behind.notice("acme", older);

        assertThat(told()).hasSize(2);
        assertThat(told().getLast().dataMap()).isNotEqualTo(older);
    }

    @Test
    void names_are_told_and_nothing_of_how_stores_are_reached() {
        stores.mailer("endpoint: https://mailer.example/habeas");
        workshop.effect.look();

        var it = told().getFirst();
        assertThat(it.collections().stream().map(each -> each.store() + "." + each.collection()))
                .containsExactly(
                        "shop.customers", "shop.orders", "shop.order_lines", "shop.tickets", "reviews.reviews");
        assertThat(it.collections().getFirst().fields())
                .containsExactly(
                        new MappedField("email", "A", true),
                        new MappedField("phone", "A", true),
                        new MappedField("full_name", "A", true),
                        new MappedField("password_hash", null, false));
        assertThat(it.collections().getLast().fields()).contains(new MappedField("replies.text", null, false));
        var payload = new String(new AnnouncementCodec().payload(it), StandardCharsets.UTF_8);
        assertThat(payload)
                .doesNotContain("jdbc", "localhost", "shop-db", "reviews-uri", "secret", "mailer", "habeas")
                .contains("delivery_address");
    }

    @Test
    void a_map_that_is_refused_takes_no_effect_until_it_is_right_again() {
        workshop.effect.look();
        stores.map(map.replace("timeZone", "timezone"), "acme");
        workshop.effect.look();
        assertThat(told()).hasSize(1);

        stores.map(map.replace("timeZone: UTC", "timeZone: Europe/Paris"), "acme");
        workshop.effect.look();

        assertThat(told()).hasSize(2);
    }

    @Test
    void no_plan_is_made_from_a_map_that_was_not_told_of() {
        stores.customer(1, "person1@example.org");
        workshop.effect.look();
        stores.map(map + "# another\n", "acme");
        var request = workshop.approve(Right.ACCESS, null, id(1), email("person1@example.org"));

        workshop.plan();

        var version = workshop.announced.of(request, Planned.class).getFirst().dataMap();
        assertThat(told().getLast().dataMap()).isEqualTo(version);
        assertThat(workshop.announced.all().stream().<Class<?>>map(Announcement::getClass))
                .containsSubsequence(DataMapTookEffect.class, DataMapTookEffect.class, Planned.class);
    }

    @Test
    void a_restored_service_tells_anew_in_its_new_generation() {
        workshop.effect.look();

        workshop.anotherCopy(2).look();
        workshop.anotherCopy(2).look();

        assertThat(told()).hasSize(2);
        assertThat(told().getLast().dataMap()).isEqualTo(told().getFirst().dataMap());
        assertThat(told().getLast().replaces()).isNull();
    }
}
