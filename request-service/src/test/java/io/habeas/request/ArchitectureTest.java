// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.habeas.contracts.SealedField;
import io.habeas.request.lifecycle.RequestCommand;
import io.habeas.request.lifecycle.RequestEvent;
import io.habeas.request.standing.StandingEvent;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.axonframework.spring.stereotype.Aggregate;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RestController;

@AnalyzeClasses(packages = "io.habeas.request", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule features_form_no_cycle =
            slices().matching("io.habeas.request.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_are_named_after_features = noClasses()
            .should()
            .resideInAnyPackage("..impl..", "..util..", "..common..", "..dto..", "..mapper..", "..service..");

    @ArchTest
    static final ArchRule entry_points_are_hidden = classes()
            .that()
            .areAnnotatedWith(RestController.class)
            .or()
            .areAnnotatedWith(Aggregate.class)
            .should()
            .bePackagePrivate();

    @ArchTest
    static final ArchRule facts_and_orders_are_records = classes()
            .that()
            .implement(RequestEvent.class)
            .or()
            .implement(RequestCommand.class)
            .or()
            .implement(StandingEvent.class)
            .should()
            .beRecords();

    @ArchTest
    static final ArchRule the_life_of_a_request_knows_no_web_no_tables_and_no_broker = noClasses()
            .that()
            .resideInAPackage("..lifecycle..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.springframework.web..",
                    "org.springframework.http..",
                    "org.springframework.jdbc..",
                    "java.sql..",
                    "org.apache.kafka..");

    @ArchTest
    static final ArchRule nobody_here_speaks_to_the_broker =
            noClasses().that(alwaysTrue()).should().dependOnClassesThat().resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule announcements_are_read_and_made_at_the_exchange = noClasses()
            .that()
            .resideOutsideOfPackage("..exchange..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.habeas.contracts.RequestAnnouncement");

    @ArchTest
    static final ArchRule time_is_given_never_taken = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    /** Names of stores, rules, references, slugs and the like; never what a person wrote. */
    private static final Set<String> TEXTS = Set.of(
            "controller",
            "reference",
            "profile",
            "jurisdiction",
            // where a person lives: countries and parts of them
            "declared",
            "language",
            "use",
            "fingerprint",
            "rule",
            "dataMap",
            "store",
            "reason",
            "channel",
            "collection",
            "ground",
            // an estimate, such as 12.50 and USD
            "amount",
            "currency",
            "keepGrounds",
            "actor",
            "category",
            "complaint",
            "complaintSource",
            "categories",
            // names and words out of the profile
            "what",
            "ask",
            "kind",
            "purposes",
            "channels",
            "uses",
            "source",
            "ciphertext");

    @Test
    void events_hold_ids_enums_instants_numbers_and_sealed_fields_only() {
        for (var family : List.of(RequestEvent.class, StandingEvent.class)) {
            for (var event : family.getPermittedSubclasses()) {
                requireHarmless(event);
            }
        }
    }

    private static void requireHarmless(Class<?> record) {
        for (var component : record.getRecordComponents()) {
            requireHarmless(record, component, component.getGenericType());
        }
    }

    private static void requireHarmless(Class<?> owner, RecordComponent component, Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            requireHarmless(owner, component, list.getActualTypeArguments()[0]);
            return;
        }
        var plain = (Class<?>) type;
        if (plain == String.class) {
            assertThat(TEXTS).as("%s of %s", component.getName(), owner).contains(component.getName());
        } else if (plain.isRecord() && plain != SealedField.class) {
            requireHarmless(plain);
        } else {
            boolean harmless = plain.isPrimitive()
                    || plain.isEnum()
                    || Set.of(UUID.class, Instant.class, LocalDate.class, SealedField.class)
                            .contains(plain);
            assertThat(harmless)
                    .as("%s of %s is a %s", component.getName(), owner, plain)
                    .isTrue();
        }
    }
}
