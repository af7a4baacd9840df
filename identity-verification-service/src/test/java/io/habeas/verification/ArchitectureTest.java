// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.web.bind.annotation.RestController;

@AnalyzeClasses(packages = "io.habeas.verification", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule features_form_no_cycle =
            slices().matching("io.habeas.verification.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule entry_points_are_hidden =
            classes().that().areAnnotatedWith(RestController.class).should().bePackagePrivate();

    @ArchTest
    static final ArchRule legal_time_is_given_never_taken = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule codes_come_from_a_source_that_nobody_can_foresee = noClasses()
            .that()
            .resideInAPackage("..codes..")
            .should()
            .dependOnClassesThat(assignableTo(Random.class)
                    .and(not(equivalentTo(SecureRandom.class)))
                    .or(equivalentTo(ThreadLocalRandom.class)));

    @ArchTest
    static final ArchRule kafka_is_spoken_by_the_starter_alone =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule codes_know_nothing_of_cases = noClasses()
            .that()
            .resideInAnyPackage("..codes..", "..directory..", "..logins..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..cases..");
}
