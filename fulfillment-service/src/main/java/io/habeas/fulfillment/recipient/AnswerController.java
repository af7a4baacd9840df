// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.recipient;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Notifying.Message;
import io.habeas.fulfillment.catalog.Recipients;
import io.habeas.fulfillment.datamap.DataMapException;
import io.habeas.fulfillment.datamap.DataMaps;
import io.habeas.fulfillment.recipient.Notices.Known;
import io.habeas.fulfillment.recipient.Notices.Said;
import io.habeas.fulfillment.recipient.Notices.Taken;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Takes the answers of recipients. Anybody may call; only what the recipient of that very notice signed a moment ago counts. */
@RestController
class AnswerController {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerController.class);
    private static final InstantSource REAL = InstantSource.system();

    /** @param status done, accepted or refused */
    record Answer(UUID taskId, String status) {}

    private final Notices notices;
    private final DataMaps maps;
    private final Recipients recipients;
    private final JsonMapper json;

    AnswerController(Notices notices, DataMaps maps, Recipients recipients, JsonMapper json) {
        this.notices = notices;
        this.maps = maps;
        this.recipients = recipients;
        this.json = json;
    }

    @PostMapping(path = "/api/v1/recipients/{task}/answers", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void answer(
            @PathVariable UUID task,
            @RequestHeader(name = "webhook-id", required = false) @Nullable String id,
            @RequestHeader(name = "webhook-timestamp", required = false) @Nullable String timestamp,
            @RequestHeader(name = "webhook-signature", required = false) @Nullable String signature,
            @RequestBody byte[] body) {
        var message = new Message(id, timestamp, signature, body);
        var notice = notices.find(task).orElseThrow(() -> refused(task));
        if (!isSigned(notice, message)) {
            throw refused(task);
        }
        var said = said(task, body);
        if (notices.answer(notice, Objects.requireNonNull(id), said) == Taken.OVER) {
            throw new ProblemException(Problem.GONE, "this answer was taken before, or the notice has ended");
        }
        LOG.atInfo()
                .addKeyValue("taskId", task)
                .addKeyValue("recipient", notice.recipient())
                .addKeyValue("said", said)
                .log("a recipient has answered");
    }

    private boolean isSigned(Known notice, Message message) {
        try {
            var map = maps.version(notice.controller(), notice.dataMap());
            return recipients.of(map, notice.recipient()).isSigned(message, REAL.instant());
        } catch (ConnectorException | DataMapException unusable) {
            throw new ProblemException(Problem.UNAVAILABLE, "answers of this recipient cannot be checked for now");
        }
    }

    /** The same for a notice that there is not, so that nobody learns which there are. */
    private static ProblemException refused(UUID task) {
        LOG.atWarn().addKeyValue("taskId", task).log("an answer that no recipient signed was refused");
        return new ProblemException(
                Problem.SIGNATURE_NOT_ACCEPTED,
                "sign webhook-id, webhook-timestamp and the body with the shared secret, within five minutes");
    }

    private Said said(UUID task, byte[] body) {
        @Nullable Answer answer;
        try {
            answer = json.readValue(body, Answer.class);
        } catch (JacksonException malformed) {
            throw new ProblemException(Problem.MALFORMED_JSON, "expected: {\"taskId\": \"...\", \"status\": \"done\"}");
        }
        if (answer == null || !task.equals(answer.taskId())) {
            throw ProblemException.invalid("/taskId", "it must be the task of the path");
        }
        return Arrays.stream(Said.values())
                .filter(it -> it.name().toLowerCase(Locale.ROOT).equals(answer.status()))
                .findFirst()
                .orElseThrow(() -> ProblemException.invalid("/status", "allowed: done, accepted, refused"));
    }
}
