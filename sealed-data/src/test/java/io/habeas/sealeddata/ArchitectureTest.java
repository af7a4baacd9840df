// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import javax.sql.DataSource;

@AnalyzeClasses(packages = "io.habeas.sealeddata", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule time_is_given_never_taken = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule the_room_stands_without_spring =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule sealing_knows_no_database = noClasses()
            .that()
            .haveSimpleName("Sealer")
            .or()
            .haveSimpleName("RemoteKeyService")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(DataSource.class);
}
