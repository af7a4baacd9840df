// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.messaging.RequestTraces;
import io.habeas.messaging.Sample;
import io.habeas.messaging.Subscription;
import io.habeas.sealeddata.Hmac;
import io.habeas.sealeddata.KeyService;
import io.habeas.sealeddata.RemoteKeyService;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.AccessRules;
import io.habeas.service.AccountTokens;
import io.habeas.service.LegalClock;
import io.habeas.service.ServiceTokens;
import io.habeas.verification.codes.CodeBook;
import io.habeas.verification.directory.Directory;
import io.habeas.verification.logins.AccountMarks;
import io.habeas.verification.logins.LoginRules;
import io.habeas.verification.logins.Logins;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class CasesConfiguration {

    /** Where the others are. */
    @ConfigurationProperties("habeas")
    record Surroundings(Services services) {

        /**
         * @param request holds the keys
         * @param fulfillment reads the directory
         */
        record Services(URI request, URI fulfillment) {}
    }

    /** @param codeSecretFile key of the hashes of codes; not in the database, the same for every copy */
    @ConfigurationProperties("habeas.verification")
    record Secrets(Path codeSecretFile) {}

    @Bean
    AccessRules verificationRules() {
        return new AccessRules()
                .requester(HttpMethod.POST, "/api/v1/requests/{id}/verification", ProofLevel.NONE)
                .requester(HttpMethod.POST, "/api/v1/requests/{id}/verification/codes", ProofLevel.NONE)
                .services(HttpMethod.GET, "/internal/v1/feed")
                .staff(HttpMethod.GET, "/api/v1/desk/dead-letters", "operator")
                .staff(HttpMethod.POST, "/api/v1/desk/dead-letters/{id}/redrive", "operator");
    }

    @Bean
    @ConditionalOnMissingBean
    KeyService keyService(Surroundings surroundings, ServiceTokens tokens, JsonMapper json) {
        return new RemoteKeyService(surroundings.services().request(), tokens, json);
    }

    @Bean
    CaseStore caseStore(JdbcClient jdbc, CodeRules rules) {
        return new CaseStore(jdbc, rules.tick());
    }

    @Bean
    CodeBook codeBook(Secrets secrets) {
        return new CodeBook(Hmac.ofFile(secrets.codeSecretFile()), new SecureRandom());
    }

    @Bean
    Directory directory(Surroundings surroundings, ServiceTokens tokens, JsonMapper json) {
        return new Directory(surroundings.services().fulfillment(), tokens, json);
    }

    @Bean
    RepeatedTransaction repeatedTransaction(TransactionTemplate transactions) {
        return new RepeatedTransaction(transactions);
    }

    @Bean
    Proving proving(
            CaseStore cases,
            CodeBook codes,
            CodeRules rules,
            Announcements announcements,
            RepeatedTransaction transactions,
            LegalClock clock) {
        return new Proving(cases, codes, rules, announcements, transactions, clock);
    }

    @Bean
    ProvingByLogin provingByLogin(
            CaseStore cases,
            AccountTokens accounts,
            LoginRules rules,
            Secrets secrets,
            Directory directory,
            KeyService keys,
            JsonMapper json,
            Announcements announcements,
            RepeatedTransaction transactions,
            LegalClock clock) {
        return new ProvingByLogin(
                cases,
                new Logins(accounts, rules, InstantSource.system()),
                new AccountMarks(Hmac.ofFile(secrets.codeSecretFile())),
                directory,
                new Sealer(keys, json),
                announcements,
                transactions,
                clock);
    }

    @Bean
    CaseWorker caseWorker(
            CaseStore cases,
            Directory directory,
            CodeBook codes,
            CodeRules rules,
            KeyService keys,
            JsonMapper json,
            Announcements announcements,
            RepeatedTransaction transactions,
            RequestTraces traces,
            LegalClock clock) {
        return new CaseWorker(
                cases, directory, codes, rules, new Sealer(keys, json), announcements, transactions, traces, clock);
    }

    @Bean
    CaseTicker caseTicker(CaseStore cases, CaseWorker worker, CodeRules rules) {
        return new CaseTicker(cases, worker, rules.tick());
    }

    @Bean
    Sample openCases(JdbcClient jdbc) {
        return Sample.of(
                "habeas.verification.cases.open", "", "cases in which identity is not proved yet", () -> jdbc.sql(
                                "select count(*) from verification_case where state = 'OPEN'")
                        .query(Long.class)
                        .single());
    }

    @Bean
    Sample waitingWork(JdbcClient jdbc) {
        return Sample.counted(
                "habeas.verification.work",
                "",
                "cases that wait for the directory to be asked, or for a code to be drawn",
                List.of(Sample.Label.of("work", "look_up", "issue")),
                jdbc,
                "select work, count(*) from verification_case where work is not null group by work");
    }

    @Bean
    Subscription<RequestAnnouncement> requestAnnouncements(CaseStore cases, CodeRules rules, AccountTokens accounts) {
        return Subscription.transactional(
                RequestAnnouncement.class, RequestAnnouncement.TOPIC, new CaseReceiver(cases, rules, accounts::knows));
    }
}
