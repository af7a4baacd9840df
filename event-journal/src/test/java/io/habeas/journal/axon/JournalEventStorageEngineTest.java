// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.habeas.journal.AlreadyCausedException;
import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.GroupedAppends;
import io.habeas.journal.GroupedReads;
import io.habeas.journal.JournalDatabase;
import io.habeas.journal.JournalWakeup;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class JournalEventStorageEngineTest {

    private static final UUID STREAM = UUID.fromString("0199d3c1-0000-7000-8000-000000000001");
    private static final UUID CAUSE = UUID.fromString("0199d3c1-0000-7000-8000-000000000002");
    private static final Map<String, String> METADATA = Map.of(
            "controller", "acme",
            "actor", "requester",
            "cause", CAUSE.toString(),
            "rule", "rights.erasure",
            "time", "2026-11-22T10:15:30Z",
            "traceparent", "00-4bf9-00f0-01");

    private EventJournal journal;
    private GroupedAppends appends;
    private GroupedReads reads;
    private JournalEventStorageEngine engine;
    private JournalDatabase database;

    @BeforeEach
    void open() throws Exception {
        database = JournalDatabase.fresh();
        var wakeup = new JournalWakeup();
        journal = new EventJournal(database.dataSource(), wakeup);
        appends = new GroupedAppends(database.dataSource(), wakeup);
        reads = new GroupedReads(database.dataSource());
        engine = engine(EventNames.of(Map.of(Happened.class, new EventName("sample.happened", 3))));
    }

    @AfterEach
    void close() {
        appends.close();
        reads.close();
    }

    @Test
    void an_event_is_stored_under_its_wire_name_with_its_columns() {
        engine.appendEvents(List.of(message(0, METADATA), message(1, METADATA)));

        var stored = journal.read(FeedPosition.START, 10);
        var event = stored.getLast().event();
        assertThat(event.stream()).isEqualTo(STREAM);
        assertThat(event.sequence()).isEqualTo(1);
        assertThat(event.type()).isEqualTo("sample.happened");
        assertThat(event.revision()).isEqualTo(3);
        assertThat(event.cause()).isEqualTo(CAUSE);
        assertThat(event.causeIndex()).isEqualTo(1);
        assertThat(event.controller()).isEqualTo("acme");
        assertThat(event.actor()).isEqualTo("requester");
        assertThat(event.rule()).isEqualTo("rights.erasure");
        assertThat(event.time()).isEqualTo("2026-11-22T10:15:30Z");
        assertThat(event.payload()).asString().isEqualTo("{\"what\":\"it\"}");
        assertThat(event.metadata()).asString().isEqualTo("{\"traceparent\":\"00-4bf9-00f0-01\"}");
    }

    @Test
    void a_loaded_event_is_the_one_that_was_stored() {
        var message = message(0, METADATA);
        engine.appendEvents(List.of(message));

        var loaded = engine.readEvents(STREAM.toString()).next();

        assertThat(loaded.getPayload()).isEqualTo(new Happened("it"));
        assertThat(loaded.getMetaData()).isEqualTo(message.getMetaData());
        assertThat(loaded.getIdentifier()).isEqualTo(message.getIdentifier());
        assertThat(loaded.getType()).isEqualTo("sample");
        assertThat(loaded.getSequenceNumber()).isZero();
        assertThat(engine.lastSequenceNumberFor(STREAM.toString())).contains(0L);
    }

    @Test
    void a_taken_sequence_is_a_concurrent_command_and_a_known_cause_is_not() {
        engine.appendEvents(List.of(message(0, METADATA)));

        assertThatThrownBy(() -> engine.appendEvents(List.of(message(0, without("cause")))))
                .isInstanceOf(ConcurrencyException.class);
        assertThatThrownBy(() -> engine.appendEvents(List.of(message(1, METADATA))))
                .isInstanceOf(AlreadyCausedException.class);
    }

    @Test
    void an_event_without_a_controller_or_a_name_is_refused_and_says_why() {
        assertThatThrownBy(() -> engine.appendEvents(List.of(message(0, without("controller")))))
                .hasMessageContaining("'controller'");
        assertThatThrownBy(() -> engine(EventNames.of(Map.of())).appendEvents(List.of(message(0, METADATA))))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("no wire name");
    }

    @Test
    void an_aggregate_is_not_loaded_past_an_event_that_is_unknown() {
        engine.appendEvents(List.of(message(0, METADATA)));
        var older = engine(EventNames.of(Map.of(Happened.class, new EventName("sample.happened", 2))));

        var failure = catchThrowable(() -> {
            var events = older.readEvents(STREAM.toString());
            events.next().getPayload();
        });

        assertThat(failure)
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("sample.happened revision 3");
    }

    @Test
    void a_snapshot_is_refused_loudly() {
        assertThatThrownBy(() -> engine.storeSnapshot(message(0, METADATA)))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(engine.readSnapshot(STREAM.toString())).isEmpty();
    }

    @Test
    void a_token_at_the_head_lies_behind_what_is_shown_and_before_what_is_open() throws Exception {
        engine.appendEvents(List.of(message(0, METADATA)));
        var shown = FeedToken.of(journal.read(FeedPosition.START, 1).getFirst().position());

        assertThat(engine.createHeadToken()).isEqualTo(shown);
        assertThat(engine.createTokenAt(java.time.Instant.parse("2026-11-22T00:00:00Z")))
                .matches(token -> !token.covers(shown));
    }

    @Test
    void tokens_are_compared_by_generation_first() {
        var old = new FeedToken(1, 900_000, 900_000);
        var fresh = new FeedToken(2, 800, 17);

        assertThat(fresh.covers(old)).isTrue();
        assertThat(old.covers(fresh)).isFalse();
        assertThat(fresh.lowerBound(old)).isEqualTo(old);
        assertThat(fresh.upperBound(old)).isEqualTo(fresh);
    }

    @Test
    void a_token_survives_its_store() {
        var json = Jackson3Serializer.builder().build();
        var token = new FeedToken(2, 800, 17);

        assertThat(json.<byte[], FeedToken>deserialize(json.serialize(token, byte[].class)))
                .isEqualTo(token);
    }

    private JournalEventStorageEngine engine(EventNames names) {
        return JournalEventStorageEngine.builder()
                .journal(journal)
                .appends(appends)
                .reads(reads)
                .names(names)
                .build();
    }

    private static Map<String, String> without(String key) {
        var rest = new java.util.HashMap<>(METADATA);
        rest.remove(key);
        return rest;
    }

    private static DomainEventMessage<Happened> message(long sequence, Map<String, String> metadata) {
        return new GenericDomainEventMessage<>("sample", STREAM.toString(), sequence, new Happened("it"), metadata);
    }
}
