// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.audit;

import io.habeas.auditlog.NoteSigner;
import io.habeas.auditlog.NoteVerifier;
import io.habeas.contracts.ProofLevel;
import io.habeas.journal.EventJournal;
import io.habeas.messaging.Sample;
import io.habeas.messaging.TrailSecret;
import io.habeas.messaging.TrailSource;
import io.habeas.sealeddata.KeyStore;
import io.habeas.service.AccessRules;
import io.habeas.service.LegalClock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuditLogProperties.class)
class AuditConfiguration {

    @Bean
    LogStore logStore(DataSource dataSource) {
        return new LogStore(dataSource);
    }

    @Bean
    AuditProgress auditProgress() {
        return new AuditProgress();
    }

    @Bean
    NoteSigner checkpointSigner(AuditLogProperties properties, Environment environment) {
        var file = properties.signerFile();
        return signer(properties.origin(), file == null ? secret(environment, "audit-signer") : file);
    }

    private static Path secret(Environment environment, String name) {
        return Path.of(environment.getRequiredProperty("habeas.home"), "secrets", name);
    }

    private static NoteSigner signer(String origin, Path file) {
        try {
            // TrailSecret looks at the file as at every secret: there, long enough, closed to others
            TrailSecret.ofFile(file);
            var seed = HexFormat.of().parseHex(Files.readString(file).strip());
            return NoteSigner.ofSeed(origin, seed);
        } catch (IllegalArgumentException | IOException unreadable) {
            throw new IllegalStateException(file + " must hold 32 random bytes as 64 hexadecimal digits");
        }
    }

    @Bean
    NoteVerifier checkpointVerifier(NoteSigner signer) {
        return NoteVerifier.of(signer.verifierKey());
    }

    @Bean
    Proving proving(LogStore store, NoteVerifier verifier) {
        return new Proving(store, verifier);
    }

    @Bean
    AuditController auditController(LogStore store, Proving proving) {
        return new AuditController(store, proving);
    }

    @Bean
    SelfCheck selfCheck(LogStore store, NoteVerifier verifier, AuditLogProperties properties, AuditProgress progress) {
        return new SelfCheck(store, verifier, properties.origin(), progress);
    }

    @Bean
    TrailCheck trailCheck(
            AuditLogProperties properties,
            Environment environment,
            EventJournal journal,
            KeyStore keys,
            TrailSource source) {
        var secrets = new HashMap<String, TrailSecret>();
        properties
                .services()
                .forEach(service -> secrets.put(service, TrailSecret.ofFile(secret(environment, "audit-" + service))));
        return new TrailCheck(
                secrets,
                journal,
                keys,
                row -> source.own(TrailCheck.OWN, row),
                generation -> source.own(TrailCheck.OWN, generation));
    }

    @Bean
    @ConditionalOnProperty(name = "habeas.audit.enabled", matchIfMissing = true)
    Sequencer sequencer(
            LogStore store,
            TrailSource source,
            TrailCheck check,
            SelfCheck selfCheck,
            NoteSigner signer,
            AuditLogProperties properties,
            AuditProgress progress,
            LegalClock clock) {
        return new Sequencer(store, source, check, selfCheck, signer, properties.origin(), progress, clock);
    }

    @Bean
    CheckpointPush checkpointPush(LogStore store, AuditProgress progress, AuditLogProperties properties) {
        return new CheckpointPush(store, progress, properties.push());
    }

    /** Entries are seen by who runs the log's audits; a person and her controller's staff see their own requests. */
    @Bean
    AccessRules auditAccess() {
        return new AccessRules()
                .staff(HttpMethod.GET, "/api/v1/audit/checkpoint", "auditor", AccessRules.SERVICE)
                .staff(HttpMethod.GET, "/api/v1/audit/tile/**", "auditor", AccessRules.SERVICE)
                .requesterOrStaff(
                        HttpMethod.GET,
                        "/api/v1/audit/requests/{id}/proof",
                        ProofLevel.STANDARD,
                        "auditor",
                        "operator",
                        AccessRules.SERVICE)
                .requesterOrStaff(
                        HttpMethod.GET,
                        "/api/v1/requests/{id}/receipt",
                        ProofLevel.NONE,
                        "clerk",
                        "reviewer",
                        "operator",
                        "auditor");
    }

    /** A log that stands still makes the service degraded and not down: it goes on accepting, and no restart would help. */
    @Bean
    HealthIndicator auditHealthIndicator(AuditProgress progress) {
        var degraded = new Status("DEGRADED");
        return () -> {
            var broken = progress.broken();
            var heldBy = progress.heldBy();
            var signed = progress.signed();
            boolean well = broken == null && heldBy == null && progress.refused() == 0;
            return Health.status(well ? Status.UP : degraded)
                    .withDetail("sequencer", progress.isLeading() ? "appending" : "standing by")
                    .withDetail("refusesToAppend", broken == null ? "no" : broken)
                    .withDetail("heldBy", heldBy == null ? "nothing" : heldBy)
                    .withDetail("entries", signed == null ? 0 : signed.size())
                    .withDetail("refused", progress.refused())
                    .build();
        };
    }

    /** Of the log itself: what the relays have sent and the sequencer has not taken in yet. */
    @Bean
    Sample auditLag(TrailSource source, LogStore store) {
        return Sample.of(
                "habeas.audit.lag",
                "",
                "records of habeas.audit.v1 that are not in the log yet",
                () -> source.behind(store.places()));
    }

    @Bean
    MeterBinder auditMetrics(AuditProgress progress, LegalClock clock) {
        return registry -> {
            Gauge.builder("habeas.audit.entries", progress, it -> {
                        var signed = it.signed();
                        return signed == null ? 0 : signed.size();
                    })
                    .description("entries under the last checkpoint that this process signed or found")
                    .register(registry);
            Gauge.builder("habeas.audit.checkpoint.age", progress, it -> {
                        var signed = it.signed();
                        return signed == null
                                ? 0
                                : Duration.between(signed.signedAt(), clock.instant())
                                                .toMillis()
                                        / 1000.0;
                    })
                    .baseUnit("seconds")
                    .description("since the last checkpoint was signed")
                    .register(registry);
            Gauge.builder("habeas.audit.leading", progress, it -> it.isLeading() ? 1 : 0)
                    .description("1 in the process that appends to the log")
                    .register(registry);
            Gauge.builder("habeas.audit.refused", progress, AuditProgress::refused)
                    .description("records that were not let into the log since the start: 0 unless somebody forges")
                    .register(registry);
            Gauge.builder("habeas.audit.broken", progress, it -> it.broken() == null ? 0 : 1)
                    .description("1 when the log does not fit its own checkpoint and nothing is appended")
                    .register(registry);
        };
    }
}
