// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.service.AccessProperties.Account;
import io.habeas.service.AccessProperties.Issuer;
import io.habeas.service.AccessProperties.IssuerKind;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AccountTokensTest {

    private static final Instant LOGGED_IN =
            Instant.now().minusSeconds(30).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);

    @TempDir
    static Path directory;

    private static TestIssuer shop;
    private static TestIssuer other;
    private static AccountTokens tokens;

    @BeforeAll
    static void start() {
        shop = TestIssuer.start(directory.resolve("shop"));
        other = TestIssuer.start(directory.resolve("other"));
        tokens = new AccountTokens(properties(
                issuer(
                        shop,
                        Set.of(IssuerKind.ACCOUNT),
                        new Account("smallrig", "customer", IdentifierKind.CUSTOMER_ID)),
                issuer(other, Set.of(IssuerKind.ACCOUNT), new Account("cic", "sub", IdentifierKind.ACCOUNT_NAME))));
    }

    @AfterAll
    static void stop() {
        shop.close();
        other.close();
    }

    private static Issuer issuer(TestIssuer issuer, Set<IssuerKind> kinds, @Nullable Account account) {
        return new Issuer(issuer.url(), URI.create(issuer.url() + "/jwks"), "privacy", kinds, account);
    }

    private static AccessProperties properties(Issuer... issuers) {
        return new AccessProperties(
                List.of(issuers),
                null,
                null,
                new AccessProperties.Revoked(null, Duration.ofSeconds(15)),
                Duration.ofSeconds(30),
                65_536);
    }

    private static Map<String, Object> claims() {
        var claims = new HashMap<String, Object>();
        claims.put("aud", "privacy");
        claims.put("sub", UUID.randomUUID().toString());
        claims.put("customer", "42");
        claims.put("nonce", "the-request");
        claims.put("auth_time", LOGGED_IN.getEpochSecond());
        return claims;
    }

    private static String refused(String controller, String token) {
        var refused = new String[1];
        assertThatThrownBy(() -> tokens.check(controller, token))
                .isInstanceOfSatisfying(AccountTokens.Refused.class, it -> refused[0] = it.reason())
                .hasNoCause();
        return refused[0];
    }

    private static Map<String, Object> claimsWith(String claim, @Nullable Object value) {
        var claims = claims();
        claims.put(claim, value);
        return claims;
    }

    @Test
    void it_says_whose_account_it_is_and_when_and_for_what_they_logged_in() {
        var token = tokens.check("smallrig", shop.loginToken(claims()));

        assertThat(token.account()).isEqualTo(new Identifier(IdentifierKind.CUSTOMER_ID, "42"));
        assertThat(token.nonce()).isEqualTo("the-request");
        assertThat(token.authenticatedAt()).isEqualTo(LOGGED_IN);
        assertThat(token.verifiedEmail()).isNull();
        assertThat(token).hasToString("AccountToken[]");
    }

    @Test
    void an_account_number_may_be_a_number() {
        assertThat(tokens.check("smallrig", shop.loginToken(claimsWith("customer", 42L)))
                        .account()
                        .value())
                .isEqualTo("42");
    }

    @Test
    void an_address_counts_only_where_the_account_system_has_verified_it() {
        var claims = claimsWith("email", "ada@example.org");
        var said = tokens.check("smallrig", shop.loginToken(claims));
        claims.put("email_verified", "true");
        var saidInWords = tokens.check("smallrig", shop.loginToken(claims));
        claims.put("email_verified", true);
        var verified = tokens.check("smallrig", shop.loginToken(claims));

        assertThat(said.verifiedEmail()).isNull();
        assertThat(saidInWords.verifiedEmail()).isNull();
        assertThat(verified.verifiedEmail()).isEqualTo("ada@example.org");
    }

    @Test
    void the_account_system_of_one_controller_says_nothing_for_another() {
        assertThat(tokens.knows("smallrig")).isTrue();
        assertThat(tokens.knows("ciie")).isFalse();
        assertThat(refused("cic", shop.loginToken(claims()))).isEqualTo("token");
        assertThat(refused("smallrig", other.loginToken(claims()))).isEqualTo("token");
        assertThat(refused("smallrig", other.loginToken(claimsWith("iss", shop.url()))))
                .isEqualTo("token");
        assertThat(refused("ciie", shop.loginToken(claims()))).isEqualTo("no-account-system");
    }

    @Test
    void a_token_that_nobody_signed_or_everybody_could_have_is_refused() {
        assertThat(refused("smallrig", shop.unsignedLoginToken(claims()))).isEqualTo("token");
        assertThat(refused("smallrig", shop.loginTokenUnderPublicKey(claims()))).isEqualTo("token");
        assertThat(refused("smallrig", "nonsense")).isEqualTo("token");
        assertThat(refused("smallrig", "a.b.c")).isEqualTo("token");
    }

    @Test
    void a_token_for_another_client_of_the_account_system_is_refused() {
        assertThat(refused("smallrig", shop.loginToken(claimsWith("aud", "newsletter"))))
                .isEqualTo("audience");
        assertThat(refused("smallrig", shop.loginToken(claimsWith("aud", null))))
                .isEqualTo("audience");
        var several = claimsWith("aud", List.of("newsletter", "privacy"));
        assertThat(refused("smallrig", shop.loginToken(several))).isEqualTo("audience");
        several.put("azp", "newsletter");
        assertThat(refused("smallrig", shop.loginToken(several))).isEqualTo("audience");
        several.put("azp", "privacy");
        assertThat(tokens.check("smallrig", shop.loginToken(several)).account().value())
                .isEqualTo("42");
    }

    @Test
    void a_token_that_has_expired_or_never_does_is_refused() {
        assertThat(refused(
                        "smallrig",
                        shop.loginToken(claimsWith(
                                "exp", Instant.now().minusSeconds(120).getEpochSecond()))))
                .isEqualTo("token");
        assertThat(refused("smallrig", shop.loginToken(claimsWith("exp", null))))
                .isEqualTo("never-expires");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void a_token_that_names_no_account_is_refused(String account) {
        assertThat(refused("smallrig", shop.loginToken(claimsWith("customer", account))))
                .isEqualTo("account");
        assertThat(refused("smallrig", shop.loginToken(claimsWith("customer", null))))
                .isEqualTo("account");
        assertThat(refused("smallrig", shop.loginToken(claimsWith("customer", List.of("42", "43")))))
                .isEqualTo("account");
        assertThat(refused("smallrig", shop.loginToken(claimsWith("customer", "4".repeat(500)))))
                .isEqualTo("account");
    }

    @Test
    void an_account_system_that_is_away_is_not_the_callers_fault() {
        var gone = TestIssuer.start(directory.resolve("gone"));
        var token = gone.loginToken(claims());
        var ofGone = new AccountTokens(properties(issuer(
                gone, Set.of(IssuerKind.ACCOUNT), new Account("smallrig", "customer", IdentifierKind.CUSTOMER_ID))));
        gone.close();

        assertThatThrownBy(() -> ofGone.check("smallrig", token))
                .isInstanceOfSatisfying(
                        ProblemException.class, it -> assertThat(it.problem()).isEqualTo(Problem.UNAVAILABLE));
    }

    @Test
    void an_account_system_is_bound_to_one_controller_and_is_nothing_else() {
        var account = new Account("smallrig", "sub", IdentifierKind.CUSTOMER_ID);
        assertThatThrownBy(() -> issuer(shop, Set.of(IssuerKind.ACCOUNT), null))
                .hasMessageContaining("account.controller");
        assertThatThrownBy(() -> issuer(shop, Set.of(IssuerKind.STAFF, IssuerKind.ACCOUNT), account))
                .hasMessageContaining("ACCOUNT alone");
        assertThatThrownBy(() -> issuer(shop, Set.of(IssuerKind.STAFF), account))
                .hasMessageContaining("ACCOUNT alone");
        assertThatThrownBy(() -> new Account("smallrig", "email", IdentifierKind.EMAIL))
                .hasMessageContaining("CUSTOMER_ID or ACCOUNT_NAME");
        assertThatThrownBy(() -> properties(
                        issuer(shop, Set.of(IssuerKind.ACCOUNT), account),
                        issuer(
                                shop,
                                Set.of(IssuerKind.ACCOUNT),
                                new Account("cic", "sub", IdentifierKind.CUSTOMER_ID))))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> properties(
                        issuer(shop, Set.of(IssuerKind.ACCOUNT), account),
                        issuer(shop, Set.of(IssuerKind.STAFF), null)))
                .hasMessageContaining("twice");
    }
}
