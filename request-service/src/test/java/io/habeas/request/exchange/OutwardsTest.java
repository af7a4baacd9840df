// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.RequestAnnouncement;
import io.habeas.messaging.AnnouncementCodec;
import io.habeas.request.lifecycle.RequestEvent;
import io.habeas.request.lifecycle.SampleEvents;
import io.habeas.request.lifecycle.Samples;
import io.habeas.request.standing.SampleStandings;
import io.habeas.request.standing.StandingEvent;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OutwardsTest {

    private final AnnouncementCodec codec = new AnnouncementCodec();

    static Stream<RequestEvent> everything() {
        return SampleEvents.all();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void every_fact_is_announced_once_and_can_be_read_by_the_others(RequestEvent event) {
        var announcement = Outwards.announcementOf(event);

        var read = codec.read(codec.type(announcement), codec.revision(announcement), codec.payload(announcement));
        assertThat(read).isEqualTo(announcement);
        assertThat(announcement.requestId()).isEqualTo(Samples.ID);
    }

    static Stream<StandingEvent> everything_that_stands() {
        return SampleStandings.all();
    }

    @ParameterizedTest
    @MethodSource("everything_that_stands")
    void what_stands_is_announced_once_and_can_be_read_by_the_others(StandingEvent event) {
        var announcement = Outwards.announcementOf(event);

        var read = codec.read(codec.type(announcement), codec.revision(announcement), codec.payload(announcement));
        assertThat(read).isEqualTo(announcement);
        assertThat(announcement.requestId()).isEqualTo(event.factId());
    }

    @Test
    void nothing_that_can_be_announced_is_left_unsaid() {
        var said = Stream.concat(
                        everything().map(Outwards::announcementOf),
                        SampleStandings.all().map(Outwards::announcementOf))
                .<Class<?>>map(Object::getClass)
                .collect(Collectors.toSet());

        assertThat(said).containsAll(Arrays.asList(RequestAnnouncement.class.getPermittedSubclasses()));
    }

    @Test
    void who_was_asked_and_who_proved_what_is_nobody_elses_business() {
        var proved = everything()
                .filter(RequestEvent.IdentityProved.class::isInstance)
                .findFirst()
                .orElseThrow();

        assertThat(Outwards.announcementOf(proved)).isInstanceOf(RequestAnnouncement.Noted.class);
    }
}
