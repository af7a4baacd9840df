// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Finding.Search;
import io.habeas.connector.Match;
import io.habeas.connector.Place;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Timeout;

/**
 * What the suites share: fresh people, deadlines, and failures that are looked at from all sides. Extend a suite, not this.
 *
 * <p>A call that never ends is a failure of its test, after two minutes.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class StoreConformance {

    static final String NO_SUCH = "no_such_thing";

    private static final AtomicLong NUMBERS = new AtomicLong(System.nanoTime());

    /** The store; the same at every call within a test, and best within the class. */
    protected abstract StoreUnderTest store();

    /** Somebody that no store has heard of. */
    record Person(String owner, String email) {

        static Person fresh() {
            String token = UUID.randomUUID().toString();
            return new Person("owner-" + token, "who." + token + "@example.com");
        }

        Subject subject() {
            return subjectOf(Row.OWNER, new Value.Text(owner));
        }

        Row row(String note) {
            return new Row(owner, email, note, NUMBERS.incrementAndGet());
        }
    }

    static Subject subjectOf(String field, Value... values) {
        return new Subject(List.of(Match.exactly(field, Set.of(values))));
    }

    static Subject ignoringCase(String field, String text) {
        return new Subject(List.of(new Match(field, Set.of(new Value.Text(text)), true)));
    }

    final List<Value> put(Person person, int rows) {
        List<Value> keys = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            keys.add(put(person.row("note " + i + " of " + person.owner())));
        }
        return keys;
    }

    final Value put(Row row) {
        return store().put(row).orElseThrow(() -> new AssertionError("the fixture could not store an ordinary row"));
    }

    final Row look(Value key) {
        return store().look(key).orElseThrow(() -> new AssertionError("a record is gone that nobody may touch"));
    }

    final boolean isThere(Value key) {
        return store().look(key).isPresent();
    }

    final Place place() {
        return store().place();
    }

    final Place unknownCollection() {
        return new Place(NO_SUCH, place().array(), place().key());
    }

    final Place unknownKey() {
        return new Place(place().collection(), place().array(), NO_SUCH);
    }

    final Search search(Place place, Subject subject, List<String> with) {
        return new Search(place, subject, with, null, 100, inTime());
    }

    static Instant inTime() {
        return InstantSource.system().instant().plus(Duration.ofSeconds(60));
    }

    static Instant soon() {
        return InstantSource.system().instant().plus(Duration.ofSeconds(2));
    }

    static Instant tooLate() {
        return InstantSource.system().instant().minus(Duration.ofSeconds(1));
    }

    /** The call fails in this way, and what it says names neither person nor text. */
    static void assertRefused(Category category, Person person, ThrowingCallable call) {
        Throwable failure = catchThrowable(call);
        assertThat(failure).as("the failure").isInstanceOf(ConnectorException.class);
        assertThat(((ConnectorException) failure).category())
                .as("who acts next")
                .isEqualTo(category);
        assertSilent(failure, person.owner(), person.email());
    }

    /** Nothing that the failure carries quotes any of the texts. */
    static void assertSilent(Throwable failure, String... texts) {
        for (Throwable link = failure; link != null; link = link.getCause()) {
            assertThat(link.toString()).as("what the failure says").doesNotContainIgnoringCase(texts);
            for (Throwable suppressed : link.getSuppressed()) {
                assertSilent(suppressed, texts);
            }
        }
    }

    /** What is done with a connector to a store that does not answer. */
    @FunctionalInterface
    interface Attempt {
        void with(Connector connector) throws ConnectorException;
    }

    final void assertNoticesThatTheStoreIsDown(Attempt attempt) {
        try (Connector connector = store().connectorAt("127.0.0.1", DeafServer.deadPort())) {
            assertRefused(Category.TRY_AGAIN, Person.fresh(), () -> attempt.with(connector));
        }
    }

    final void assertGivesUpOnAStoreThatHangs(Attempt attempt) {
        try (var server = new DeafServer();
                Connector connector = store().connectorAt("127.0.0.1", server.port())) {
            assertRefused(Category.TRY_AGAIN, Person.fresh(), () -> attempt.with(connector));
        }
    }
}
