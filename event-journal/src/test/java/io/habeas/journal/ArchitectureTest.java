// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

@AnalyzeClasses(packages = "io.habeas.journal", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule the_journal_knows_nothing_of_axon = noClasses()
            .that()
            .resideInAPackage("io.habeas.journal")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.axonframework..", "io.habeas.journal.axon..");

    @ArchTest
    static final ArchRule nothing_here_needs_spring =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule legal_time_is_given_never_taken = noClasses().should().callMethod(Instant.class, "now");
}
