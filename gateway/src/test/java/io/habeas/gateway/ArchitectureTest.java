// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import org.springframework.stereotype.Component;

@AnalyzeClasses(packages = "io.habeas.gateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule features_form_no_cycle =
            slices().matching("io.habeas.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_are_named_after_features = noClasses()
            .should()
            .resideInAnyPackage(
                    "..impl..", "..util..", "..common..", "..dto..", "..mapper..", "..service..", "..config..");

    @ArchTest
    static final ArchRule entry_points_are_hidden =
            classes().that().areAnnotatedWith(Component.class).should().bePackagePrivate();

    @ArchTest
    static final ArchRule no_business_word_is_known_here = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.habeas.contracts..", "io.habeas.service..", "org.axonframework..");

    @ArchTest
    static final ArchRule time_is_given_never_taken = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");
}
