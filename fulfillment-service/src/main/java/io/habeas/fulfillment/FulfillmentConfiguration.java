// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import io.habeas.auditlog.NoteVerifier;
import io.habeas.connector.OutboundNetworks;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.fulfillment.catalog.Connectors;
import io.habeas.fulfillment.catalog.Recipients;
import io.habeas.fulfillment.catalog.SchemaCheck;
import io.habeas.fulfillment.catalog.Secrets;
import io.habeas.fulfillment.datamap.DataMapChanges;
import io.habeas.fulfillment.datamap.DataMapLoader;
import io.habeas.fulfillment.datamap.DataMaps;
import io.habeas.fulfillment.datamap.MapsInEffect;
import io.habeas.fulfillment.directory.Directory;
import io.habeas.fulfillment.evidence.ApprovalGate;
import io.habeas.fulfillment.evidence.AuditLogClient;
import io.habeas.fulfillment.execution.Executor;
import io.habeas.fulfillment.execution.Tasks;
import io.habeas.fulfillment.followup.FollowUpWork;
import io.habeas.fulfillment.followup.FollowUps;
import io.habeas.fulfillment.parcel.Shelf;
import io.habeas.fulfillment.plan.Addressees;
import io.habeas.fulfillment.plan.Freezer;
import io.habeas.fulfillment.plan.FrozenStore;
import io.habeas.fulfillment.plan.Orders;
import io.habeas.fulfillment.plan.Planner;
import io.habeas.fulfillment.plan.RequestReceiver;
import io.habeas.fulfillment.recipient.Messenger;
import io.habeas.fulfillment.recipient.Notices;
import io.habeas.fulfillment.worker.BackOff;
import io.habeas.fulfillment.worker.Lease;
import io.habeas.fulfillment.worker.Transactions;
import io.habeas.fulfillment.worker.Worker;
import io.habeas.journal.GenerationCheck;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.RequestTraces;
import io.habeas.messaging.Sample;
import io.habeas.messaging.Subscription;
import io.habeas.sealeddata.KeyService;
import io.habeas.sealeddata.RemoteKeyService;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.AccessRules;
import io.habeas.service.LegalClock;
import io.habeas.service.ServiceTokens;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Puts the service together. */
@Configuration(proxyBeanMethods = false)
class FulfillmentConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(FulfillmentConfiguration.class);
    private static final Duration FOLLOW_UPS_POLL = Duration.ofSeconds(2);

    @Bean
    AccessRules fulfillmentRules() {
        return new AccessRules()
                .requester(HttpMethod.POST, "/api/v1/requests/{id}/package/links", ProofLevel.NONE)
                .requester(HttpMethod.GET, "/api/v1/requests/{id}/package", ProofLevel.NONE)
                .staff(HttpMethod.GET, "/api/v1/desk/tasks", "operator")
                .staff(HttpMethod.POST, "/api/v1/desk/tasks/{task}/retry", "operator")
                .staff(HttpMethod.GET, "/api/v1/desk/controllers/{c}/data-map", "integrator", "approver", "operator")
                .staff(
                        HttpMethod.POST,
                        "/api/v1/desk/controllers/{c}/data-map/checks",
                        "integrator",
                        "approver",
                        "operator")
                .staff(HttpMethod.PUT, "/api/v1/desk/controllers/{c}/data-map", "integrator")
                .staff(HttpMethod.POST, "/api/v1/desk/controllers/{c}/data-map/approvals", "approver")
                .staff(
                        HttpMethod.GET,
                        "/api/v1/desk/controllers/{c}/data-map/versions",
                        "integrator",
                        "approver",
                        "operator",
                        "auditor")
                .staff(
                        HttpMethod.GET,
                        "/api/v1/desk/controllers/{c}/data-map/versions/{version}",
                        "integrator",
                        "approver",
                        "operator",
                        "auditor")
                .staff(HttpMethod.GET, "/api/v1/desk/plans/{request}", "integrator", "approver", "operator")
                .staff(HttpMethod.POST, "/api/v1/desk/plans/{request}/retry", "operator")
                .anybody(HttpMethod.POST, "/api/v1/recipients/{task}/answers")
                .staff(HttpMethod.GET, "/api/v1/desk/dead-letters", "operator")
                .staff(HttpMethod.POST, "/api/v1/desk/dead-letters/{id}/redrive", "operator")
                .services(HttpMethod.GET, "/internal/v1/feed")
                .services(HttpMethod.POST, "/internal/v1/controllers/{c}/directory/lookups", "verification");
    }

    @Bean
    KeyService keyService(FulfillmentProperties properties, ServiceTokens tokens, JsonMapper json) {
        return new RemoteKeyService(properties.services().request(), tokens, json);
    }

    @Bean
    Sealer sealer(KeyService keys, JsonMapper json) {
        return new Sealer(keys, json);
    }

    @Bean
    Transactions transactions(PlatformTransactionManager manager) {
        return new Transactions(new TransactionTemplate(manager));
    }

    @Bean
    Connectors connectors(FulfillmentProperties properties) {
        return new Connectors(new Secrets(properties.home(), System.getenv()));
    }

    @Bean
    Recipients recipients(FulfillmentProperties properties) {
        var allow = properties.outbound().allow();
        if (!allow.isEmpty()) {
            LOG.atWarn().addKeyValue("networks", allow).log("recipients may be called in these inner networks");
        }
        return new Recipients(new Secrets(properties.home(), System.getenv()), OutboundNetworks.allowing(allow));
    }

    @Bean
    DataMaps dataMaps(FulfillmentProperties properties, Connectors connectors, Recipients recipients, JdbcClient jdbc) {
        var loader = new DataMapLoader(connectors.kinds(), recipients.kinds(), recipients.networks());
        return new DataMaps(properties.home(), loader, jdbc);
    }

    @Bean
    DataMapChanges dataMapChanges(
            JdbcClient jdbc,
            Transactions transactions,
            DataMaps maps,
            Announcements announcements,
            MapsInEffect effect) {
        return new DataMapChanges(jdbc, transactions, maps, announcements, effect);
    }

    @Bean
    MapsInEffect mapsInEffect(
            JdbcClient jdbc,
            Transactions transactions,
            DataMaps maps,
            Announcements announcements,
            LegalClock clock,
            GenerationCheck generations) {
        return new MapsInEffect(jdbc, transactions, maps, announcements, clock, generations.requireKnown());
    }

    /** A file may be changed at any time. */
    @Bean
    Worker mapWorker(MapsInEffect effect) {
        return new Worker("data-maps", 1, Duration.ofSeconds(5), () -> {
            effect.look();
            return false;
        });
    }

    @Bean
    Addressees addressees(JdbcClient jdbc, Sealer sealer, Transactions transactions) {
        return new Addressees(jdbc, sealer, transactions);
    }

    @Bean
    Notices notices(
            JdbcClient jdbc,
            JsonMapper json,
            Transactions transactions,
            Announcements announcements,
            Orders orders,
            Lease.Terms terms,
            FulfillmentProperties properties) {
        var outbound = properties.outbound();
        return new Notices(
                jdbc, json, transactions, announcements, orders, terms, outbound.width(), outbound.perSecond());
    }

    @Bean
    Messenger messenger(
            Notices notices,
            Orders orders,
            Addressees addressees,
            DataMaps maps,
            Recipients recipients,
            LegalClock clock,
            BackOff backOff,
            FulfillmentProperties properties,
            ApprovalGate gate) {
        var questions = new BackOff(properties.outbound().firstQuestion(), Duration.ofHours(1), Integer.MAX_VALUE);
        return new Messenger(
                notices, orders, addressees, maps, recipients, clock, backOff, questions, properties.publicUrl(), gate);
    }

    @Bean
    Worker noticeWorker(Messenger messenger, LegalClock clock, FulfillmentProperties properties) {
        var execution = properties.execution();
        var worker = new Worker("notices", execution.width(), execution.poll(), messenger::once);
        clock.onJump(worker::nudge);
        return worker;
    }

    @Bean
    ApplicationListener<ApplicationReadyEvent> dataMapFaults(DataMaps maps) {
        return _ -> maps.announceFaults();
    }

    @Bean
    SchemaCheck schemaCheck(Connectors connectors) {
        return new SchemaCheck(connectors);
    }

    @Bean
    Directory directory(DataMaps maps, Connectors connectors, SchemaCheck check, Sealer sealer) {
        return new Directory(maps, connectors, check, sealer);
    }

    @Bean
    Lease.Terms leaseTerms(FulfillmentProperties properties) {
        return new Lease.Terms(
                properties.execution().lease(), properties.execution().command());
    }

    @Bean
    BackOff backOff(FulfillmentProperties properties) {
        var execution = properties.execution();
        return new BackOff(execution.firstPause(), execution.longestPause(), execution.attempts());
    }

    @Bean
    Shelf shelf(
            JdbcClient jdbc,
            JsonMapper json,
            Sealer sealer,
            KeyService keys,
            LegalClock clock,
            Transactions transactions,
            Announcements announcements,
            FulfillmentProperties properties) {
        var packages = properties.packages();
        var terms = new Shelf.Terms(packages.directory(), packages.lifetime(), packages.downloads());
        return new Shelf(jdbc, json, sealer, keys, clock, transactions, announcements, terms);
    }

    @Bean
    FrozenStore frozenStore(JdbcClient jdbc, Sealer sealer) {
        return new FrozenStore(jdbc, sealer);
    }

    @Bean
    Freezer freezer(Connectors connectors, FrozenStore store, Transactions transactions) {
        return new Freezer(connectors, store, transactions);
    }

    @Bean
    Orders orders(
            JdbcClient jdbc,
            JsonMapper json,
            Transactions transactions,
            Announcements announcements,
            Shelf shelf,
            Lease.Terms terms) {
        return new Orders(jdbc, json, transactions, announcements, shelf, terms);
    }

    @Bean
    Planner planner(
            Orders orders,
            DataMaps maps,
            SchemaCheck check,
            Connectors connectors,
            Freezer freezer,
            Sealer sealer,
            KeyService keys,
            LegalClock clock,
            BackOff backOff,
            Addressees addressees,
            Recipients recipients,
            MapsInEffect effect) {
        return new Planner(
                orders,
                maps,
                effect,
                check,
                connectors,
                freezer,
                sealer,
                keys,
                clock,
                backOff,
                addressees,
                recipients.kinds());
    }

    @Bean
    Tasks tasks(
            JdbcClient jdbc,
            JsonMapper json,
            Transactions transactions,
            Announcements announcements,
            Shelf shelf,
            FollowUps followUps,
            LegalClock clock,
            Lease.Terms terms,
            FulfillmentProperties properties) {
        return new Tasks(
                jdbc,
                json,
                transactions,
                announcements,
                shelf,
                followUps,
                clock,
                terms,
                properties.execution().storeBudget());
    }

    @Bean
    FollowUps followUps(
            JdbcClient jdbc,
            Transactions transactions,
            Announcements announcements,
            LegalClock clock,
            Lease.Terms terms,
            FulfillmentProperties properties) {
        return new FollowUps(
                jdbc,
                transactions,
                announcements,
                clock,
                terms,
                properties.execution().storeBudget());
    }

    @Bean
    FollowUpWork followUpWork(
            FollowUps followUps,
            Orders orders,
            DataMaps maps,
            MapsInEffect effect,
            SchemaCheck check,
            Connectors connectors,
            FrozenStore frozen,
            LegalClock clock,
            BackOff backOff,
            ApprovalGate gate,
            RequestTraces traces) {
        return new FollowUpWork(
                followUps, orders, maps, effect, check, connectors, frozen, clock, backOff, gate, traces);
    }

    /** Days, not moments: it looks seldom, and at once when legal time jumps. */
    @Bean
    Worker followUpWorker(FollowUpWork work, LegalClock clock, FulfillmentProperties properties) {
        var worker =
                new Worker("follow-ups", Math.max(1, properties.execution().width() / 4), FOLLOW_UPS_POLL, work::once);
        clock.onJump(worker::nudge);
        return worker;
    }

    @Bean
    ApprovalGate approvalGate(
            FulfillmentProperties properties,
            ServiceTokens tokens,
            JsonMapper json,
            Orders orders,
            KeyService keys,
            RequestTraces traces) {
        var source = new AuditLogClient(properties.services().request(), tokens, json, traces);
        return new ApprovalGate(source, logKey(properties), properties.audit().origin(), orders, keys);
    }

    private static NoteVerifier logKey(FulfillmentProperties properties) {
        var file = properties.audit().verifierKeyFile();
        if (file == null) {
            file = properties.home().resolve("secrets").resolve("audit-signer.pub");
        }
        try {
            return NoteVerifier.of(Files.readString(file).strip());
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new IllegalStateException(file
                    + " must hold the verifier key of the audit log, name+hash+key in one line: without it no approval can"
                    + " be proved and nothing is erased");
        }
    }

    @Bean
    MeterBinder proofMetrics(ApprovalGate gate) {
        return registry -> Gauge.builder("habeas.fulfillment.proofs.refused", gate, ApprovalGate::refused)
                .description("approvals whose proof contradicts: 0 unless somebody forges")
                .register(registry);
    }

    @Bean
    Sample tasksByState(JdbcClient jdbc) {
        return Sample.counted(
                "habeas.tasks",
                "",
                "tasks that are not ended, and follow-ups whose day has come",
                List.of(
                        Sample.Label.of("target", "store", "recipient", "follow_up"),
                        Sample.Label.of("state", "draft", "ready", "read_back", "waiting", "parked")),
                jdbc,
                """
                select case when recipient then 'recipient' else 'store' end, state, count(*) from task
                 where state not in ('DONE', 'CANCELLED') group by recipient, state
                 union all
                select 'follow_up', state, count(*) from follow_up
                 where state not in ('WAITING', 'DONE') group by state""");
    }

    @Bean
    Sample ordersByState(JdbcClient jdbc) {
        return Sample.counted(
                "habeas.orders",
                "",
                "approved requests without a plan",
                List.of(Sample.Label.of("state", "planning", "parked")),
                jdbc,
                """
                select state, count(*) from fulfillment_order where state in ('PLANNING', 'PARKED') group by state""");
    }

    @Bean
    Executor executor(
            Tasks tasks,
            Orders orders,
            DataMaps maps,
            SchemaCheck check,
            Connectors connectors,
            FrozenStore frozen,
            Freezer freezer,
            Shelf shelf,
            LegalClock clock,
            BackOff backOff,
            ApprovalGate gate,
            RequestTraces traces) {
        return new Executor(
                tasks, orders, maps, check, connectors, frozen, freezer, shelf, clock, backOff, gate, traces);
    }

    @Bean
    Worker executionWorker(Executor executor, FulfillmentProperties properties) {
        var execution = properties.execution();
        return new Worker("execution", execution.width(), execution.poll(), executor::once);
    }

    @Bean
    Worker planningWorker(Planner planner, Worker executionWorker, FulfillmentProperties properties) {
        var execution = properties.execution();
        return new Worker("planning", Math.max(1, execution.width() / 4), execution.poll(), () -> {
            boolean some = planner.once();
            if (some) {
                executionWorker.nudge();
            }
            return some;
        });
    }

    @Bean
    Worker destructionWorker(Shelf shelf, LegalClock clock) {
        var worker = new Worker("package-destruction", 1, Duration.ofSeconds(5), shelf::destroyOne);
        clock.onJump(worker::nudge);
        return worker;
    }

    @Bean
    Subscription<RequestAnnouncement> requests(Orders orders, Worker planningWorker) {
        return Subscription.transactional(
                RequestAnnouncement.class,
                RequestAnnouncement.TOPIC,
                new RequestReceiver(orders, planningWorker::nudge));
    }
}
