// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One person's way through one request, at the public door and the mailbox alone. Every step is repeated until its outcome is known. */
final class Journey implements Runnable {

    /** What the person has in mind. */
    enum Wish {
        ERASURE,
        ACCESS,
        /** Asks for an erasure, proves who they are, and takes it back in place of confirming it. */
        WITHDRAWAL,
        /** Asks, and leaves it at that. */
        SUBMISSION
    }

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> AFTER_CONFIRMATION = Set.of("IN_FULFILLMENT", "ANSWERED", "CLOSED");
    private static final Set<String> ENDED = Set.of("CLOSED", "WITHDRAWN", "NOT_VERIFIED", "LAPSED");

    private final Client client;
    private final Mails mails;
    private final Wish wish;
    private final Person person;
    private final String canary;
    private final Map<String, Long> heldBefore;
    private final long keptBefore;
    private final Instant begun;
    private final Patience patience;
    private final String key = "faults-" + UUID.randomUUID();
    private volatile @Nullable String requestId;
    private volatile @Nullable String reference;
    private volatile @Nullable String token;
    private volatile @Nullable String trouble;

    /** @param canary a name that nobody has, by which leaks are found @param begun legal time at which the stores were looked into */
    Journey(
            Client client,
            Mails mails,
            Wish wish,
            Person person,
            String canary,
            Map<String, Long> heldBefore,
            long keptBefore,
            Instant begun,
            Duration atMost) {
        this.client = client;
        this.mails = mails;
        this.wish = wish;
        this.person = person;
        this.canary = canary;
        this.heldBefore = heldBefore;
        this.keptBefore = keptBefore;
        this.begun = begun;
        this.patience = Patience.of(atMost);
    }

    @Override
    public void run() {
        try {
            submit();
            if (wish == Wish.SUBMISSION) {
                return;
            }
            prove();
            if (wish == Wish.ACCESS) {
                return;
            }
            if (await(Set.of("AWAITING_CONFIRMATION", "IN_FULFILLMENT", "ANSWERED", "CLOSED"))
                    .equals("AWAITING_CONFIRMATION")) {
                if (wish == Wish.WITHDRAWAL) {
                    post("POST withdrawal", "/withdrawal", "-withdrawal", "{}");
                } else {
                    confirm();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            trouble = failed.getClass().getSimpleName() + ": " + failed.getMessage();
        }
    }

    Client.Answer submit() throws InterruptedException {
        return submit(true);
    }

    /** @param persistent whether to call again until the outcome is known */
    Client.Answer submit(boolean persistent) throws InterruptedException {
        var path = "/api/v1/controllers/smallrig/requests";
        var answer = persistent
                ? client.persist("POST requests", path, null, key, body(), patience)
                : client.once("POST requests", path, null, key, body());
        if (answer.status() == 202) {
            requestId = answer.text("/requestId");
            reference = answer.text("/reference");
            token = answer.text("/token");
        } else {
            trouble = "intake answered " + answer.status();
        }
        return answer;
    }

    String body() {
        var body = JSON.createObjectNode();
        body.put("right", wish == Wish.ACCESS ? "ACCESS" : "ERASURE");
        body.put("jurisdiction", "US-CA");
        body.put("language", "en");
        var subject = body.putObject("subject");
        subject.put("name", canary);
        subject.putArray("identifiers").addObject().put("kind", "EMAIL").put("value", person.email());
        return body.toString();
    }

    void prove() throws Exception {
        String code = null;
        while (code == null) {
            if (patience.isOver()) {
                throw new IllegalStateException("no code came");
            }
            code = mails.newestCode(reference());
            if (code == null) {
                TimeUnit.MILLISECONDS.sleep(150);
            }
        }
        var answer = post("POST verification", "/verification", "-code", "{\"code\":\"" + code + "\"}");
        if (answer.status() == 200) {
            token = answer.text("/token");
        } else {
            trouble = "the code was answered with " + answer.status() + " " + answer.text("/type");
        }
    }

    Client.Answer confirm() throws InterruptedException {
        return post(
                "POST confirmation",
                "/confirmation",
                "-confirmation",
                "{\"confirmed\":true,\"delivery\":\"ELECTRONIC\"}");
    }

    private Client.Answer post(String what, String path, String suffix, String body) throws InterruptedException {
        return client.persist(what, path(path), token, key + suffix, body, patience);
    }

    /** @return the state, one of these or whatever it was when the time was over */
    String await(Set<String> states) throws InterruptedException {
        while (true) {
            var state = state();
            if (states.contains(state) || ENDED.contains(state) || patience.isOver()) {
                return state;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    String state() throws InterruptedException {
        return status().path("state").asString("");
    }

    JsonNode status() throws InterruptedException {
        return client.persist("GET request", path(""), token, null, null, Patience.of(Duration.ofSeconds(30)))
                .body();
    }

    boolean isConfirmed() throws InterruptedException {
        return AFTER_CONFIRMATION.contains(state());
    }

    String path(String rest) {
        return "/api/v1/requests/" + requestId + rest;
    }

    boolean isAccepted() {
        return requestId != null;
    }

    UUID requestId() {
        var id = requestId;
        if (id == null) {
            throw new IllegalStateException("the request was not accepted: " + trouble);
        }
        return UUID.fromString(id);
    }

    String reference() {
        var known = reference;
        if (known == null) {
            throw new IllegalStateException("the request was not accepted: " + trouble);
        }
        return known;
    }

    @Nullable
    String trouble() {
        return trouble;
    }

    @Nullable
    String token() {
        return token;
    }

    String key() {
        return key;
    }

    Wish wish() {
        return wish;
    }

    Person person() {
        return person;
    }

    String canary() {
        return canary;
    }

    Map<String, Long> heldBefore() {
        return heldBefore;
    }

    long keptBefore() {
        return keptBefore;
    }

    /** Legal time at which the stores were looked into; they are looked into by the same time afterwards, however far it has moved. */
    Instant begun() {
        return begun;
    }
}
