// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Describing;
import io.habeas.connector.Describing.Field;
import io.habeas.connector.Describing.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link Describing} connector promises. */
public abstract class DescribingConformance extends StoreConformance {

    @Test
    void names_the_fields_of_a_collection_and_what_they_hold() throws ConnectorException {
        put(Person.fresh(), 1);

        Map<String, Field> fields = describing()
                .describe(place().collection())
                .orElseThrow(() -> new AssertionError("the collection is not seen"))
                .fields();

        assertThat(kind(fields, Row.OWNER)).isEqualTo(Kind.TEXT);
        assertThat(kind(fields, Row.EMAIL)).isEqualTo(Kind.TEXT);
        assertThat(kind(fields, Row.NOTE)).isEqualTo(Kind.TEXT);
        assertThat(kind(fields, Row.NUMBER)).isEqualTo(Kind.NUMBER);
        assertThat(fields).containsKey(path(place().key())).doesNotContainKey(path(NO_SUCH));
    }

    @Test
    void says_which_fields_may_be_emptied() throws ConnectorException {
        put(Person.fresh(), 1);

        Map<String, Field> fields =
                describing().describe(place().collection()).orElseThrow().fields();

        assertThat(fields.get(path(Row.NOTE))).isNotNull().matches(Field::nullable, "may be emptied");
    }

    @Test
    void sees_no_collection_that_is_not_there() throws ConnectorException {
        assertThat(describing().describe(NO_SUCH)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.habeas.connector.testkit.HostileText#all")
    void sees_no_collection_of_a_hostile_name(HostileText hostile) throws ConnectorException {
        assertThat(describing().describe(hostile.text())).isEmpty();
        assertThat(describing().describe(place().collection() + hostile.text())).isEmpty();
    }

    @Test
    void a_store_that_is_down_is_never_an_absent_collection() {
        assertNoticesThatTheStoreIsDown(down -> ((Describing) down).describe(place().collection()));
    }

    private Describing describing() {
        return (Describing) store().connector();
    }

    private String path(String field) {
        String array = place().array();
        return array == null ? field : array + "." + field;
    }

    private @Nullable Kind kind(Map<String, Field> fields, String field) {
        Field found = fields.get(path(field));
        return found == null ? null : found.kind();
    }
}
