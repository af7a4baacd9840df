// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.benchmarks.faults.Journey.Wish;
import io.habeas.quickstart.settings.Service;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.utils.Utils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Records on the topics that are not as the relay sends them. */
final class Messages {

    private static final String REQUESTS = "habeas.request.v1";
    private static final int PARTITIONS = 24;

    private Messages() {}

    static List<Fault> all() {
        return List.of(
                new Fault(
                        "F30",
                        "duplicate Kafka messages",
                        "every record about the run's requests is produced twice more, half of them while the requests are on their way",
                        Messages::twice),
                new Fault(
                        "F31",
                        "reordered messages of one request",
                        "the services are cut off from Kafka; the harness produces the rows of the internal feed in reversed order, then the relay comes back. I5 is judged by what took effect",
                        Messages::reversed),
                new Fault(
                        "F32",
                        "poison messages",
                        "bad JSON, unknown type, null, unknown revision, no headers, 900 kB and 10 MB of rubbish on `habeas.request.v1`, with requests on their way",
                        Messages::poison),
                new Fault(
                        "F33",
                        "dead-letter re-drive after the fix",
                        "a record comes ahead of its predecessor while the feed that would fill the hole is cut; it is parked; the cut is mended and an operator redrives it",
                        Messages::redrive));
    }

    private static void twice(Run run) throws Exception {
        run.crowd().usual();
        Patience.of(Duration.ofSeconds(60))
                .await(() -> run.crowd().journeys().stream().allMatch(Journey::isAccepted));
        run.pause(run.draw().instant("after", 500, 3_000));
        int copies = copy(run, 1);
        run.crowd().arrive();
        run.settle(Judge.ALWAYS);
        copies += copy(run, 2);
        run.pause(Duration.ofSeconds(2));
        run.note(copies + " copies");
        run.settle(Judge.ALWAYS);
    }

    private static int copy(Run run, int times) throws Exception {
        var ours = run.crowd().journeys().stream()
                .filter(Journey::isAccepted)
                .map(journey -> journey.requestId().toString())
                .collect(Collectors.toSet());
        int copies = 0;
        for (var record : run.arena().topics().readOn()) {
            if (Judge.TOPICS.containsValue(record.topic())
                    && record.key() != null
                    && ours.contains(new String(record.key(), StandardCharsets.UTF_8))) {
                for (int i = 0; i < times; i++) {
                    run.arena()
                            .topics()
                            .put(record.topic(), record.partition(), record.key(), record.value(), record.headers());
                    copies++;
                }
            }
        }
        return copies;
    }

    private static void reversed(Run run) throws Exception {
        run.arena().fault("cut all>kafka");
        run.arena().proxy("all", Arena.KAFKA).cut();
        var journeys = List.of(
                run.crowd().add(Wish.WITHDRAWAL),
                run.crowd().add(Wish.WITHDRAWAL),
                run.crowd().add(Wish.WITHDRAWAL));
        for (var journey : journeys) {
            journey.submit();
            withdraw(run, journey);
        }
        int produced = 0;
        for (var journey : run.draw().shuffled(journeys)) {
            var rows = feed(run, journey);
            for (int i = rows.size() - 1; i >= 0; i--) {
                produce(run, rows.get(i));
                produced++;
            }
        }
        run.pause(run.draw().instant("cut for another", 500, 2_000));
        run.arena().mend();
        run.note(produced + " records in reversed order");
        run.crowd().usual().arrive();
        run.settle(Deaths.butOrder());
        run.judge(Invariant.I5, true, "");
    }

    private static void withdraw(Run run, Journey journey) throws InterruptedException {
        run.arena()
                .client()
                .persist(
                        "POST withdrawal",
                        journey.path("/withdrawal"),
                        journey.token(),
                        journey.key() + "-withdrawal",
                        "{}",
                        Patience.of(Duration.ofSeconds(60)));
    }

    private static List<JsonNode> feed(Run run, Journey journey) throws Exception {
        var answer = run.arena()
                .inner(Service.REQUEST, "/internal/v1/feed?stream=" + journey.requestId() + "&from=0", "service", null);
        if (answer.statusCode() != 200) {
            throw new Run.NotRunException("the internal feed answered " + answer.statusCode());
        }
        var rows = new ArrayList<JsonNode>();
        JsonMapper.shared().readTree(answer.body()).path("events").forEach(rows::add);
        return rows;
    }

    /** As the relay would. */
    private static void produce(Run run, JsonNode row) throws ExecutionException, InterruptedException {
        var headers = new ArrayList<Header>();
        header(headers, "ce_id", row.path("id").asString(""));
        header(headers, "ce_source", "request-service");
        header(headers, "ce_specversion", "1.0");
        header(headers, "ce_type", row.path("type").asString(""));
        header(headers, "ce_time", row.path("time").asString(""));
        header(headers, "ce_sequence", Long.toString(row.path("sequence").asLong()));
        header(headers, "ce_generation", Long.toString(row.path("generation").asLong()));
        header(headers, "ce_controller", row.path("controller").asString(""));
        header(headers, "ce_position", row.path("position").asString(""));
        header(headers, "ce_revision", Integer.toString(row.path("revision").asInt()));
        if (row.has("rule")) {
            header(headers, "ce_rule", row.path("rule").asString(""));
        }
        header(headers, "content-type", "application/json");
        var key = row.path("stream").asString("").getBytes(StandardCharsets.UTF_8);
        run.arena()
                .topics()
                .put(
                        REQUESTS,
                        partition(key),
                        key,
                        JsonMapper.shared().writeValueAsBytes(row.path("payload")),
                        headers);
    }

    private static int partition(byte[] key) {
        return Utils.toPositive(Utils.murmur2(key)) % PARTITIONS;
    }

    private static void header(List<Header> headers, String name, String value) {
        headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Header> envelope(UUID request, String type, String revision) {
        var headers = new ArrayList<Header>();
        header(headers, "ce_id", UUID.randomUUID().toString());
        header(headers, "ce_source", "request-service");
        header(headers, "ce_specversion", "1.0");
        header(headers, "ce_type", type);
        header(headers, "ce_time", Instant.EPOCH.toString());
        header(headers, "ce_sequence", "0");
        header(headers, "ce_generation", "1");
        header(headers, "ce_controller", "smallrig");
        header(headers, "ce_position", "1.1." + Math.abs(request.getLeastSignificantBits() % 1_000_000));
        header(headers, "ce_revision", revision);
        return headers;
    }

    private static void poison(Run run) throws Exception {
        var topics = run.arena().topics();
        long parkedBefore = parked(run.arena());
        run.crowd().usual();
        run.pause(run.draw().instant("after", 500, 3_000));
        int sent = 0;
        for (var kind : run.draw().shuffled(List.of("json", "type", "null", "revision", "bare", "large"))) {
            var request = UUID.randomUUID();
            var key = request.toString().getBytes(StandardCharsets.UTF_8);
            var noted = ("{\"requestId\":\"" + request + "\"}").getBytes(StandardCharsets.UTF_8);
            int partition = partition(key);
            switch (kind) {
                case "json" ->
                    topics.put(
                            REQUESTS,
                            partition,
                            key,
                            "{\"requestId\": ".getBytes(StandardCharsets.UTF_8),
                            envelope(request, "request.received", "1"));
                case "type" ->
                    topics.put(REQUESTS, partition, key, noted, envelope(request, "request.never-heard-of", "1"));
                case "null" -> topics.put(REQUESTS, partition, key, null, envelope(request, "request.received", "1"));
                case "revision" ->
                    topics.put(REQUESTS, partition, key, noted, envelope(request, "request.received", "99"));
                case "bare" -> topics.put(REQUESTS, partition, null, noted, List.of());
                default ->
                    topics.put(REQUESTS, partition, key, new byte[900_000], envelope(request, "request.received", "1"));
            }
            sent++;
        }
        try {
            topics.put(REQUESTS, 0, null, new byte[10 << 20], List.of());
            sent++;
        } catch (ExecutionException refused) {
            run.note("10 MB were refused by the broker already");
        }
        int poisons = sent;
        run.crowd().arrive();
        boolean all =
                Patience.of(Duration.ofMinutes(4)).await(() -> parked(run.arena()) - parkedBefore >= poisons * 3L);
        long parkedNow = parked(run.arena()) - parkedBefore;
        run.judge(
                Invariant.I3,
                all && parkedNow == poisons * 3L,
                parkedNow + " records were parked by three readers, of " + poisons + " each");
        run.settle(Judge.ALWAYS);
        long letters = topics.readOn().stream()
                .filter(record -> record.topic().equals(REQUESTS + ".dlt"))
                .count();
        run.note(poisons + " poisons, " + parkedNow + " parked by three readers, " + letters
                + " records on the dead-letter topic");
    }

    /** By the three readers of requests. */
    private static long parked(Arena arena) throws Exception {
        long sum = 0;
        for (var service : List.of("verification", "fulfillment", "notification")) {
            try (var connection = arena.database("habeas_" + service);
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("select count(*) from parked_message")) {
                rows.next();
                sum += rows.getLong(1);
            }
        }
        return sum;
    }

    private static void redrive(Run run) throws Exception {
        var arena = run.arena();
        var reader = run.draw().one("reader", List.of(Service.NOTIFICATION, Service.VERIFICATION, Service.FULFILLMENT));
        arena.fault("cut all>kafka and " + reader.shortName() + ">request");
        arena.proxy("all", Arena.KAFKA).cut();
        var journey = run.crowd().add(Wish.WITHDRAWAL);
        journey.submit();
        withdraw(run, journey);
        var rows = feed(run, journey);
        arena.proxy(reader.shortName(), "request").cut();
        // only the reader is to see the record that comes ahead, before the relay brings its predecessor
        produce(run, rows.getLast());
        arena.process("request", "stop");
        try {
            arena.proxy("all", Arena.KAFKA).mend();
            boolean held =
                    Patience.of(Duration.ofSeconds(120)).await(() -> parkedOf(arena, reader, journey.requestId()) > 0);
            if (!held) {
                throw new Run.NotRunException("the record that came ahead was not parked within 4 min");
            }
        } finally {
            arena.process("request", "cont");
            arena.mend();
        }
        var list = arena.inner(reader, "/api/v1/desk/dead-letters?limit=200", "operator", null);
        var id = ids(JsonMapper.shared().readTree(list.body()), journey.requestId());
        int status = id.isEmpty()
                ? 0
                : arena.inner(reader, "/api/v1/desk/dead-letters/" + id.getFirst() + "/redrive", "operator", "{}")
                        .statusCode();
        run.note("redrive by an operator answered " + status
                + (status == 404 || status == 0 ? " (it was redriven by itself before)" : ""));
        run.crowd().usual().arrive();
        run.settle(Deaths.butOrder());
        run.judge(
                Invariant.I4,
                parkedOf(arena, reader, journey.requestId()) == 0,
                "the message is still parked after the cause was mended");
    }

    private static List<String> ids(JsonNode page, UUID request) {
        var found = new ArrayList<String>();
        for (var item : page.path("items")) {
            if (item.path("requestId").asString("").equals(request.toString())) {
                found.add(item.path("id").asString(""));
            }
        }
        return found;
    }

    private static long parkedOf(Arena arena, Service reader, UUID request) throws Exception {
        try (var connection = arena.database("habeas_" + reader.shortName());
                var select = connection.prepareStatement("select count(*) from parked_message where request_id = ?")) {
            select.setObject(1, request);
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
