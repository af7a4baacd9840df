// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.habeas.contracts.Right;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.service.ProblemException;
import io.habeas.service.ProblemException.Invalid;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Nobody files a request whose letters could go nowhere. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReplyAddressTest {

    private static final Policies POLICIES = SamplePolicies.load();

    private static IntakeCheck.Checked check(String people) {
        var controller = POLICIES.controller("smallrig").orElseThrow();
        var body = "{\"right\": \"ERASURE\", \"jurisdiction\": \"US-CA\", %s}".formatted(people);
        return IntakeCheck.check(
                controller.profile("smallrig@2021-06").orElseThrow(),
                POLICIES.terms("smallrig", "smallrig@2021-06", "US-CA", Right.ERASURE),
                JsonMapper.shared().readValue(body, Submission.class));
    }

    private static String email(String value) {
        return "{\"kind\": \"EMAIL\", \"value\": \"%s\"}".formatted(value);
    }

    private static List<Invalid> refused(String people) {
        var refusal = catchThrowableOfType(ProblemException.class, () -> check(people));
        assertThat(refusal).as("a refusal of %s", people).isNotNull();
        return refusal.errors();
    }

    @ParameterizedTest
    @ValueSource(strings = {"müller@example.org", "a..b@example.org", ".a@example.org"})
    void an_address_that_no_letter_can_go_to_is_refused_where_letters_would_go_to_it(String address) {
        var byIdentifier = refused("\"subject\": {\"identifiers\": [%s]}".formatted(email(address)));
        var byReply = refused("\"subject\": {\"identifiers\": [%s]}, \"replyTo\": {\"email\": \"%s\"}"
                .formatted(email("ada@example.org"), address));

        assertThat(byIdentifier).singleElement().satisfies(it -> {
            assertThat(it.pointer()).isEqualTo("/subject/identifiers/0/value");
            assertThat(it.detail()).contains("letters", "/replyTo").doesNotContain(address);
        });
        assertThat(byReply).singleElement().satisfies(it -> {
            assertThat(it.pointer()).isEqualTo("/replyTo/email");
            assertThat(it.detail()).contains("letters").doesNotContain(address);
        });
    }

    @Test
    void it_is_looked_for_all_the_same_where_letters_go_to_another() {
        var byReply = check("\"subject\": {\"identifiers\": [%s]}, \"replyTo\": {\"email\": \"ada@example.org\"}"
                .formatted(email("müller@example.org")));
        var second = check("\"subject\": {\"identifiers\": [%s, %s]}"
                .formatted(email("ada@example.org"), email("müller@example.org")));

        assertThat(byReply.claims().identifiers()).hasSize(1);
        assertThat(byReply.replyTo().email()).isEqualTo("ada@example.org");
        assertThat(second.claims().identifiers()).hasSize(2);
    }

    @Test
    void what_is_no_address_at_all_is_refused_once() {
        assertThat(refused("\"subject\": {\"identifiers\": [%s]}".formatted(email("nobody"))))
                .singleElement()
                .satisfies(it -> assertThat(it.pointer()).isEqualTo("/subject/identifiers/0/value"));
    }
}
