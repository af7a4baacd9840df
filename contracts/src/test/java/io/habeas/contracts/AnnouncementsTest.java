// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AnnouncementsTest {

    private static final Set<Class<?>> HARMLESS =
            Set.of(UUID.class, Instant.class, LocalDate.class, boolean.class, int.class, long.class, SealedField.class);

    /** Text is where personal data slips in, so every text component is named here, and why it can hold none. */
    private static final Set<String> TEXTS = Set.of(
            // words of the policy
            "what",
            "ask",
            // drawn by us
            "reference",
            // addresses of the policy
            "profile",
            "jurisdiction",
            "rule",
            "complaint",
            "complaintSource",
            "uses",
            "source",
            "use",
            "keepGrounds",
            "ground",
            // an estimate, such as 12.50 and USD
            "amount",
            "currency",
            // one of the profile's languages
            "language",
            // names of the data map
            "dataMap",
            "replaces",
            "store",
            "collection",
            "categories",
            "category",
            "field",
            // slugs of ours
            "reason",
            "channel",
            "channels");

    static Stream<Class<?>> records() {
        return AsyncApiDocument.FAMILIES.values().stream()
                .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @MethodSource("records")
    void no_component_can_hold_personal_data_in_the_open(Class<?> record) {
        assertThat(suspects(record)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("records")
    void every_announcement_has_a_wire_name_in_its_own_family(Class<?> record) {
        var announced = record.getAnnotation(Announced.class);
        var family = record.getEnclosingClass()
                .getSimpleName()
                .replace("Announcement", "")
                .toLowerCase(java.util.Locale.ROOT);

        assertThat(announced).isNotNull();
        assertThat(announced.type()).startsWith(family + ".").matches("[a-z]+\\.[a-z-]+");
        assertThat(announced.revision()).isPositive();
    }

    @Test
    void no_wire_name_is_used_twice() {
        assertThat(records()
                        .map(record -> record.getAnnotation(Announced.class).type())
                        .toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void what_stands_inside_sealed_fields_does_not_print_itself() {
        var address = "ada@example.com";
        var email = new Identifier(IdentifierKind.EMAIL, address);

        assertThat(List.of(
                                email,
                                new Sealed.Claims("Ada", List.of(email), "text"),
                                new Sealed.Correction("name", "Ada"),
                                new Sealed.Evidence("MANDATE", "text"),
                                new Sealed.WrittenStatement("text"),
                                new Sealed.Contact("Ada", address),
                                new Sealed.Challenge(address, "123456"),
                                new Sealed.Proved(List.of(email)),
                                new Sealed.DirectoryPerson(address, List.of(email), true))
                        .toString())
                .doesNotContain("ada", "Ada", "123456", "text");
    }

    private static List<String> suspects(Class<?> record) {
        var found = new ArrayList<String>();
        for (RecordComponent component : record.getRecordComponents()) {
            if (!harmless(component.getGenericType(), component.getName())) {
                found.add(record.getSimpleName() + "." + component.getName());
            }
        }
        return found;
    }

    private static boolean harmless(Type type, String name) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return harmless(list.getActualTypeArguments()[0], name);
        }
        var plain = (Class<?>) type;
        if (HARMLESS.contains(plain) || plain.isEnum()) {
            return true;
        }
        if (plain == String.class) {
            return TEXTS.contains(name);
        }
        return plain.isRecord() && suspects(plain).isEmpty();
    }
}
