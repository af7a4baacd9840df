// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

@AnalyzeClasses(packages = "io.habeas.notification", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule features_form_no_cycle =
            slices().matching("io.habeas.notification.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule legal_time_is_given_never_taken = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule kafka_is_spoken_by_the_starter_alone =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule letters_are_pure_text = noClasses()
            .that()
            .resideInAPackage("..letters..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..delivery..", "jakarta.mail..", "org.springframework.jdbc..", "io.habeas.sealeddata..");

    @ArchTest
    static final ArchRule smtp_is_spoken_at_one_door = noClasses()
            .that()
            .resideOutsideOfPackage("..delivery..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.mail..", "org.springframework.mail..");
}
