// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import net.lingala.zip4j.ZipFile;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One person's way through one request, at the public door and the mailbox alone. Every step may be repeated. */
final class Journey {

    static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Api api;
    private final Mailbox mailbox;
    private final String email;
    private final String right;
    private final String language;
    private final String controller;
    private final @Nullable String replyTo;
    private final String key;
    private Consumer<ObjectNode> more = _ -> {};
    private @Nullable String requestId;
    private @Nullable String reference;
    private @Nullable String token;
    private @Nullable String provedToken;

    Journey(Api api, Mailbox mailbox, String right, String email, String language) {
        this(api, mailbox, right, email, language, "smallrig", (String) null);
    }

    Journey(
            Api api,
            Mailbox mailbox,
            String right,
            String email,
            String language,
            String controller,
            @Nullable String replyTo) {
        this(api, mailbox, right, email, language, controller, replyTo, "acceptance-" + UUID.randomUUID());
    }

    /** @param more what else the body says, such as the jurisdiction, or that it says something else */
    Journey(
            Api api,
            Mailbox mailbox,
            String right,
            String email,
            String language,
            String controller,
            Consumer<ObjectNode> more) {
        this(api, mailbox, right, email, language, controller, null, "acceptance-" + UUID.randomUUID());
        this.more = more;
    }

    private Journey(
            Api api,
            Mailbox mailbox,
            String right,
            String email,
            String language,
            String controller,
            @Nullable String replyTo,
            String key) {
        this.controller = controller;
        this.replyTo = replyTo;
        this.key = key;
        this.api = api;
        this.mailbox = mailbox;
        this.right = right;
        this.email = email;
        this.language = language;
    }

    /** The same request, from here on by other means of calling. */
    Journey continuedBy(Api other) {
        var continued = new Journey(other, mailbox, right, email, language, controller, replyTo, key);
        continued.more = more;
        continued.requestId = requestId;
        continued.reference = reference;
        continued.token = token;
        continued.provedToken = provedToken;
        return continued;
    }

    static String submission(String right, String language, String kind, String value, @Nullable String replyTo) {
        var body = JSON.createObjectNode();
        body.put("right", right);
        body.put("jurisdiction", "US-CA");
        body.put("language", language);
        var subject = body.putObject("subject");
        subject.put("name", "Somebody");
        subject.putArray("identifiers").addObject().put("kind", kind).put("value", value);
        if (replyTo != null) {
            body.putObject("replyTo").put("email", replyTo);
        }
        return body.toString();
    }

    private String body() {
        var body = (ObjectNode) JSON.readTree(submission(right, language, "EMAIL", email, replyTo));
        more.accept(body);
        return body.toString();
    }

    Api.Answer submit() {
        var answer = api.post("/api/v1/controllers/" + controller + "/requests", null, key, body());
        if (answer.status() == 202) {
            requestId = answer.text("/requestId");
            reference = answer.text("/reference");
            token = answer.text("/token");
        }
        return answer;
    }

    /** Hands in the newest code of the mailbox, for a fresh proof. */
    Api.Answer proveAgain() {
        return prove(key + "-code-" + UUID.randomUUID());
    }

    /** Waits for the newest code in the mailbox and hands it in. */
    Api.Answer prove() {
        return prove(key + "-code");
    }

    private Api.Answer prove(String idempotencyKey) {
        awaitThat("a code", () -> mailbox.newestCode(email, reference()) != null);
        var code = mailbox.newestCode(email, reference());
        return handIn(idempotencyKey, "{\"code\":\"" + code + "\"}");
    }

    /** Hands in what an account system says; until the request has arrived there, again. */
    Api.Answer logIn(String login) {
        var answer = new Api.Answer[1];
        awaitThat("verification that knows the request", () -> {
            answer[0] = handIn(key + "-login-" + UUID.randomUUID(), "{\"login\":\"" + login + "\"}");
            return answer[0].status() != 503;
        });
        return answer[0];
    }

    private Api.Answer handIn(String idempotencyKey, String body) {
        var answer = api.post(path("/verification"), token(), idempotencyKey, body);
        if (answer.status() == 200) {
            token = answer.text("/token");
            provedToken = token;
        }
        return answer;
    }

    Api.Answer confirm() {
        return api.post(
                path("/confirmation"),
                token(),
                key + "-confirmation",
                "{\"confirmed\":true,\"delivery\":\"ELECTRONIC\"}");
    }

    Api.Answer withdraw() {
        return api.post(path("/withdrawal"), token(), key + "-withdrawal", "{}");
    }

    JsonNode status() {
        return api.get(path(""), token()).body();
    }

    String state() {
        return status().path("state").asString("");
    }

    JsonNode awaitState(String... wanted) {
        var states = Set.of(wanted);
        awaitThat(String.join(" or ", wanted), () -> states.contains(state()));
        return status();
    }

    /** Waits until a key of the request is destroyed. */
    void awaitErased(String what) {
        awaitThat("destruction of " + what, () -> status().path("erased")
                .valueStream()
                .anyMatch(it -> what.equals(it.path("what").asString(""))));
    }

    void awaitStep(String wanted) {
        awaitThat(wanted, () -> status().path("steps")
                .valueStream()
                .anyMatch(it -> wanted.equals(it.path("step").asString(""))));
    }

    /** Until it is known that the letter of a question arrived: before that nobody is held to an answer. */
    void awaitAsked(String occasion) {
        mailbox.awaitLetter(email, reference(), occasion);
        awaitThat(occasion + " known to have arrived", () -> Whereabouts.isSent(requestId(), occasion));
    }

    private void awaitThat(String what, Callable<Boolean> holds) {
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(holds);
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(
                    "no " + what + " for " + requestId() + " within " + PATIENCE + ": " + Whereabouts.of(requestId()),
                    late);
        }
    }

    /** From the form to the answer. */
    JsonNode run() {
        require(202, submit());
        require(200, prove());
        if ("ERASURE".equals(right)) {
            awaitState("AWAITING_CONFIRMATION", "IN_FULFILLMENT", "ANSWERED", "CLOSED");
            if ("AWAITING_CONFIRMATION".equals(state())) {
                require(202, confirm());
            }
        }
        return awaitState("ANSWERED", "CLOSED");
    }

    private void require(int status, Api.Answer answer) {
        if (answer.status() != status) {
            throw new AssertionError("answered " + answer.status() + " " + answer.problem() + " for "
                    + (requestId == null ? key : requestId + ": " + Whereabouts.of(requestId)));
        }
    }

    /** A submission that was repeated answers with a token without proof; the earlier one is kept beside it. */
    void useProvedToken() {
        if (provedToken != null) {
            token = provedToken;
        }
    }

    /** Fetches the package with the proof at hand. */
    Delivered fetch(Path into) {
        var link = api.post(path("/package/links"), token(), key + "-link-" + UUID.randomUUID(), "{}");
        if (link.status() >= 300) {
            throw new IllegalStateException("no link: " + link.status() + " " + link.problem());
        }
        try (var zip = api.stream(path("/package"), token(), Map.of("habeas-package-link", link.text("/link")))) {
            Files.copy(zip, into, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return new Delivered(into, link.text("/passphrase"));
    }

    /** A downloaded package. */
    record Delivered(Path zip, String passphrase) {

        /** Every file of the package by its name; each must be encrypted. */
        Map<String, String> files() throws IOException {
            var files = new TreeMap<String, String>();
            try (var archive = new ZipFile(zip.toFile(), passphrase.toCharArray())) {
                for (var header : archive.getFileHeaders()) {
                    assertThat(header.isDirectory() || header.isEncrypted())
                            .as(header.getFileName())
                            .isTrue();
                    if (!header.isDirectory()) {
                        try (var in = archive.getInputStream(header)) {
                            files.put(header.getFileName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
                        }
                    }
                }
            }
            return files;
        }
    }

    String path(String rest) {
        return "/api/v1/requests/" + requestId() + rest;
    }

    String requestId() {
        return java.util.Objects.requireNonNull(requestId, "nothing was submitted yet");
    }

    String reference() {
        return java.util.Objects.requireNonNull(reference, "nothing was submitted yet");
    }

    String token() {
        return java.util.Objects.requireNonNull(token, "nothing was submitted yet");
    }

    String key() {
        return key;
    }

    String email() {
        return email;
    }
}
