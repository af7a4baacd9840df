// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.web.bind.annotation.RestController;

@AnalyzeClasses(packages = "io.habeas.messaging", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule entry_points_are_hidden = classes()
            .that()
            .areAnnotatedWith(RestController.class)
            .or()
            .areAnnotatedWith(AutoConfiguration.class)
            .should()
            .bePackagePrivate();

    @ArchTest
    static final ArchRule what_features_see_knows_nothing_of_kafka = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .should(new com.tngtech.archunit.lang.ArchCondition<>("not name types of Kafka") {
                @Override
                public void check(
                        com.tngtech.archunit.core.domain.JavaMethod method,
                        com.tngtech.archunit.lang.ConditionEvents events) {
                    var named = new java.util.ArrayList<>(method.getRawParameterTypes());
                    named.add(method.getRawReturnType());
                    named.stream()
                            .filter(type -> type.getPackageName().startsWith("org.apache.kafka"))
                            .forEach(type -> events.add(com.tngtech.archunit.lang.SimpleConditionEvent.violated(
                                    method, method.getFullName() + " names " + type.getName())));
                }
            });

    @ArchTest
    static final ArchRule legal_time_is_given_never_taken = noClasses().should().callMethod(Instant.class, "now");
}
