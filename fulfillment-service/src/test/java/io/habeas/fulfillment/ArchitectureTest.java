// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import org.springframework.web.bind.annotation.RestController;

@AnalyzeClasses(packages = "io.habeas.fulfillment", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule features_form_no_cycle =
            slices().matching("io.habeas.fulfillment.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_are_named_after_features = noClasses()
            .should()
            .resideInAnyPackage(
                    "..impl..", "..util..", "..common..", "..dto..", "..mapper..", "..controller..", "..config..");

    @ArchTest
    static final ArchRule entry_points_are_hidden =
            classes().that().areAnnotatedWith(RestController.class).should().bePackagePrivate();

    @ArchTest
    static final ArchRule time_is_given_never_taken = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule no_feature_knows_Kafka =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule no_feature_knows_a_certain_store = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.habeas.connector.postgres..", "io.habeas.connector.mongo..", "com.mongodb..");

    @ArchTest
    static final ArchRule the_directory_cannot_erase = noClasses()
            .that()
            .resideInAPackage("..directory..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.habeas.connector.Erasing");
}
