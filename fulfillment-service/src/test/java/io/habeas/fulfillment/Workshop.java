// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import com.zaxxer.hikari.HikariDataSource;
import io.habeas.connector.OutboundNetworks;
import io.habeas.contracts.DirectoryLookup;
import io.habeas.contracts.Exclusion;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.RequestAnnouncement.Withdrawn;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Right;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.Telling;
import io.habeas.contracts.Withheld;
import io.habeas.fulfillment.catalog.Connectors;
import io.habeas.fulfillment.catalog.Recipients;
import io.habeas.fulfillment.catalog.SchemaCheck;
import io.habeas.fulfillment.catalog.Secrets;
import io.habeas.fulfillment.datamap.DataMapLoader;
import io.habeas.fulfillment.datamap.DataMaps;
import io.habeas.fulfillment.datamap.MapsInEffect;
import io.habeas.fulfillment.directory.Asked;
import io.habeas.fulfillment.directory.Directory;
import io.habeas.fulfillment.evidence.ApprovalGate;
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
import io.habeas.fulfillment.recipient.Answers;
import io.habeas.fulfillment.recipient.Messenger;
import io.habeas.fulfillment.recipient.Notices;
import io.habeas.fulfillment.worker.BackOff;
import io.habeas.fulfillment.worker.Lease;
import io.habeas.fulfillment.worker.Transactions;
import io.habeas.messaging.AnnouncementCodec;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.RequestTraces;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import io.habeas.service.StrictJson;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The service without its web edge and its threads: the tests call the workers themselves. */
final class Workshop implements AutoCloseable {

    private final AnnouncementCodec codec = new AnnouncementCodec();

    /** Where approvals are proved; by default it has every one that is received. */
    final TestLog log = new TestLog();

    final ApprovalGate gate;

    static final String CONTROLLER = "acme";

    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);
    private final HikariDataSource pool = new HikariDataSource();
    private final KeyStore keys;
    private final RequestReceiver receiver;
    private final TransactionTemplate template;
    private final Stores stores;

    final JdbcClient jdbc;
    final Sealer sealer;
    final Orders orders;
    final Planner planner;
    final Shelf shelf;
    final LegalClock clock = new LegalClock(InstantSource.system(), offset::get);
    final RecordedAnnouncements announced = new RecordedAnnouncements();

    /** What the policy of the next approvals does not cover. */
    @Nullable
    List<Exclusion> exclusions;

    /** Grounds on which the profile keeps, as the next approval says. */
    List<String> keepGrounds = List.of("TRANSACTION_RECORDS");

    final DataMaps maps;
    final MapsInEffect effect;
    final Connectors connectors;
    private final Transactions transactions;
    private final Directory directory;
    private long sequence;
    private UUID asking = UUID.randomUUID();
    private Executor executor;
    private final Recipients recipients;
    final Messenger messenger;
    final FollowUps followUps;
    final Tasks tasks;
    final FollowUpWork followUpWork;
    final Answers answers;

    Workshop(Stores stores) {
        this.stores = stores;
        pool.setDataSource(stores.service());
        pool.setMaximumPoolSize(8);
        Flyway.configure()
                .dataSource(pool)
                .locations("classpath:db/journal", "classpath:db/messaging", "classpath:db/migration")
                .load()
                .migrate();
        jdbc = JdbcClient.create(pool);
        template = new TransactionTemplate(new JdbcTransactionManager(pool));
        transactions = new Transactions(template);
        keys = new KeyStore(stores.keys(), stores.home().resolve("kek"), clock);
        var json = StrictJson.mapper();
        sealer = new Sealer(keys, json);
        connectors = new Connectors(new Secrets(stores.home(), Map.of()));
        recipients = new Recipients(
                new Secrets(stores.home(), Map.of()), OutboundNetworks.allowing(List.of("127.0.0.1/32")));
        maps = new DataMaps(
                stores.home(), new DataMapLoader(connectors.kinds(), recipients.kinds(), recipients.networks()), jdbc);
        effect = new MapsInEffect(jdbc, transactions, maps, announced, clock, 1);
        var addressees = new Addressees(jdbc, sealer, transactions);
        shelf = new Shelf(
                jdbc,
                json,
                sealer,
                keys,
                clock,
                transactions,
                announced,
                new Shelf.Terms(stores.home().resolve("packages"), Duration.ofDays(7), 5));
        var terms = new Lease.Terms(Duration.ofSeconds(60), Duration.ofSeconds(10));
        orders = new Orders(jdbc, json, transactions, announced, shelf, terms);
        var check = new SchemaCheck(connectors);
        directory = new Directory(maps, connectors, check, sealer);
        var frozen = new FrozenStore(jdbc, sealer);
        var freezer = new Freezer(connectors, frozen, transactions);
        var backOff = new BackOff(Duration.ofMillis(1), Duration.ofMillis(2), 50);
        planner = new Planner(
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
        var followUps = new FollowUps(jdbc, transactions, announced, clock, terms, 4);
        tasks = new Tasks(jdbc, json, transactions, announced, shelf, followUps, clock, terms, 4);
        gate = new ApprovalGate(log, log.verifier(), TestLog.ORIGIN, orders, keys);
        var traces = new RequestTraces(pool, () -> List.of("habeas.request.v1"));
        this.followUps = followUps;
        followUpWork = new FollowUpWork(
                followUps, orders, maps, effect, check, connectors, frozen, clock, backOff, gate, traces);
        executor = new Executor(
                tasks, orders, maps, check, connectors, frozen, freezer, shelf, clock, backOff, gate, traces);
        var notices = new Notices(jdbc, json, transactions, announced, orders, terms, 2, 1000);
        var questions = new BackOff(Duration.ofMillis(1), Duration.ofMillis(2), Integer.MAX_VALUE);
        messenger = new Messenger(
                notices,
                orders,
                addressees,
                maps,
                recipients,
                clock,
                backOff,
                questions,
                URI.create("http://127.0.0.1:8080"),
                gate);
        answers = new Answers(notices, maps, recipients, json);
        receiver = new RequestReceiver(orders, () -> {});
    }

    void advance(Duration by) {
        offset.updateAndGet(it -> it.plus(by));
    }

    Executor executor() {
        return executor;
    }

    /** An approved request of a person with these proved identifiers. */
    UUID approve(Right right, @Nullable Instant since, Identifier... proved) {
        var message = approval(right, since, proved);
        log.add(TestLog.entryOf(message, keys));
        receive(message);
        return message.requestId();
    }

    /** An approved request of which recipients are to be told. */
    UUID approveTelling(Right right, Telling telling, Identifier... named) {
        var message = approvalTelling(right, null, telling, named);
        log.add(TestLog.entryOf(message, keys));
        receive(message);
        return message.requestId();
    }

    /** An approval as it would come on the topic; nobody has heard of it yet. */
    Inbound<Approved> approval(Right right, @Nullable Instant since, Identifier... proved) {
        return approvalTelling(right, since, null, proved);
    }

    Inbound<Approved> approvalTelling(
            Right right, @Nullable Instant since, @Nullable Telling telling, Identifier... proved) {
        var requestId = UUID.randomUUID();
        var pair = keys.allotRequestKeys(CONTROLLER);
        keys.bind(pair.caseKey(), CONTROLLER, requestId);
        return message(new Approved(
                requestId,
                UUID.randomUUID(),
                "HB-TEST-0001",
                "acme@1",
                "US-CA",
                right,
                null,
                "en",
                new RequestKeys(pair.identity(), pair.caseKey()),
                sealer.seal(CONTROLLER, requestId, "proved", pair.caseKey(), new Sealed.Proved(List.of(proved))),
                clock.instant(),
                since,
                keepGrounds,
                exclusions,
                "acme@1#ERASURE",
                telling,
                null));
    }

    /** The same approval, decided anew so that these are kept back. */
    Inbound<Approved> keepingBack(Inbound<Approved> approval, String... names) {
        var it = approval.announcement();
        return message(new Approved(
                it.requestId(),
                it.approvalId(),
                it.reference(),
                it.profile(),
                it.jurisdiction(),
                it.right(),
                it.scope(),
                it.language(),
                it.keys(),
                it.proved(),
                it.receivedAt(),
                it.collectedSince(),
                it.keepGrounds(),
                it.exclusions(),
                it.rule(),
                it.telling(),
                Stream.of(names)
                        .map(name -> new Withheld(name, "SECURITY_RISK"))
                        .toList()));
    }

    /** Another copy of the service, as far as it looks at data maps. */
    MapsInEffect anotherCopy(long generation) {
        return new MapsInEffect(jdbc, transactions, maps, announced, clock, generation);
    }

    /** Whom the directory has under what somebody claims. */
    DirectoryLookup.Answer look(Identifier... claimed) throws Exception {
        return lookAs(null, claimed);
    }

    /** The same for somebody who has logged in. */
    DirectoryLookup.Answer lookAs(@Nullable Identifier account, Identifier... claimed) throws Exception {
        asking = UUID.randomUUID();
        var key = keys.allotRequestKeys(CONTROLLER).identity();
        keys.bind(key, CONTROLLER, asking);
        var claims = sealer.seal(CONTROLLER, asking, "claims", key, new Sealed.Claims(null, List.of(claimed), null));
        var login =
                account == null ? null : sealer.seal(CONTROLLER, asking, "account", key, new Sealed.Account(account));
        return Asked.look(directory, CONTROLLER, new DirectoryLookup.Query(asking, claims, login));
    }

    /** The person of the last answer. */
    Sealed.DirectoryPerson person(DirectoryLookup.Answer answer) {
        return sealer.open(
                CONTROLLER, asking, "person", Objects.requireNonNull(answer.person()), Sealed.DirectoryPerson.class);
    }

    void withdraw(UUID requestId) {
        receive(message(new Withdrawn(requestId, "HB-TEST-0001", "en")));
    }

    <A extends RequestAnnouncement> Inbound<A> message(A announcement) {
        return new Inbound<>(
                UUID.randomUUID(),
                announcement.requestId(),
                CONTROLLER,
                sequence++,
                clock.instant(),
                null,
                announcement,
                codec.payload(announcement));
    }

    void receive(Inbound<? extends RequestAnnouncement> message) {
        template.executeWithoutResult(_ -> receiver.on(widened(message)));
    }

    private static Inbound<RequestAnnouncement> widened(Inbound<? extends RequestAnnouncement> message) {
        return new Inbound<>(
                message.eventId(),
                message.requestId(),
                message.controller(),
                message.sequence(),
                message.time(),
                message.rule(),
                message.announcement(),
                message.payload());
    }

    static Identifier id(long number) {
        return new Identifier(IdentifierKind.CUSTOMER_ID, Long.toString(number));
    }

    static Identifier email(String address) {
        return new Identifier(IdentifierKind.EMAIL, address);
    }

    /** Plans everything that waits. */
    void plan() {
        while (planner.once()) {
            // until there is nothing more
        }
    }

    /** Works on everything that is due at this moment. */
    void work() {
        while (executor.once()) {
            // until there is nothing more
        }
    }

    /** As long as a moment: for what waits and is due again and again. */
    void workForAMoment() {
        for (int i = 0; i < 20; i++) {
            executor.once();
        }
    }

    /** Works on every follow-up whose day has come. */
    void followUp() {
        while (followUpWork.once()) {
            // until there is nothing more
        }
    }

    void planAndWork() {
        plan();
        work();
    }

    KeyStore keys() {
        return keys;
    }

    String stateOf(UUID requestId) {
        return jdbc.sql("select state from fulfillment_order where request_id = ?")
                .param(requestId)
                .query(String.class)
                .single();
    }

    Stores stores() {
        return stores;
    }

    @Override
    public void close() {
        recipients.close();
        connectors.close();
        keys.close();
        pool.close();
        stores.close();
    }
}
