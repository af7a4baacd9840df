// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.recipient;

import io.habeas.fulfillment.catalog.Recipients;
import io.habeas.fulfillment.datamap.DataMaps;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/** Hands an answer in, as the edge would. */
public final class Answers {

    private final AnswerController controller;

    public Answers(Notices notices, DataMaps maps, Recipients recipients, JsonMapper json) {
        this.controller = new AnswerController(notices, maps, recipients, json);
    }

    public void hand(UUID task, Map<String, String> headers, byte[] body) {
        controller.answer(
                task,
                headers.get("webhook-id"),
                headers.get("webhook-timestamp"),
                headers.get("webhook-signature"),
                body);
    }
}
