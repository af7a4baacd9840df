// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.http;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Notifying;
import io.habeas.connector.http.Exchange.Reply;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A recipient that takes notices at an address of its own. Only what it signs counts as its word. */
final class HttpRecipient implements Notifying {

    private static final InstantSource REAL = InstantSource.system();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,8}");
    private static final byte[] NOTHING = {};

    private final URI endpoint;
    private final Signing signing;
    private final Exchange exchange;

    HttpRecipient(URI endpoint, Signing signing, Exchange exchange) {
        this.endpoint = endpoint;
        this.signing = signing;
        this.exchange = exchange;
    }

    private record Body(
            UUID taskId,
            String right,
            String controller,
            List<Identifier> identifiers,
            List<String> uses,
            List<String> channels,
            URI answerTo,
            int reminder) {}

    @Override
    public Answer tell(Notice notice) throws ConnectorException {
        var body = JSON.writeValueAsBytes(new Body(
                notice.id(),
                notice.right(),
                notice.controller(),
                notice.identifiers(),
                notice.uses(),
                notice.channels(),
                notice.answerTo(),
                notice.reminder()));
        var headers = signing.headers(notice.id().toString(), REAL.instant(), body);
        return answer(notice.id(), exchange.send("POST", endpoint, headers, body, notice.deadline()));
    }

    @Override
    public Answer ask(UUID notice, Instant deadline) throws ConnectorException {
        var base = endpoint.toString();
        var uri = URI.create((base.endsWith("/") ? base : base + "/") + notice);
        var headers = signing.headers(notice.toString(), REAL.instant(), NOTHING);
        var reply = exchange.send("GET", uri, headers, NOTHING, deadline);
        return switch (reply.status()) {
            case 404, 405, 501 -> new Answer.CannotBeAsked();
            default -> answer(notice, reply);
        };
    }

    @Override
    public boolean isSigned(Message message, Instant now) {
        return signing.verifies(message, now);
    }

    private Answer answer(UUID notice, Reply reply) throws ConnectorException {
        int status = reply.status();
        if (status == 429 || status == 503) {
            return new Answer.Later(retryAfter(reply.header("retry-after")));
        }
        if (status >= 200 && status < 300) {
            return signed(notice, reply);
        }
        if (status >= 300 && status < 400) {
            throw new ConnectorException(
                    Category.FIX_CONFIGURATION, "the recipient sends to another address, which is never followed");
        }
        if (status == 408 || status == 425 || status >= 500) {
            throw new ConnectorException(Category.TRY_AGAIN, "the recipient answers with status " + status);
        }
        throw new ConnectorException(
                Category.FIX_CONFIGURATION, "the recipient does not take the notice: status " + status);
    }

    /** An answer that nobody signed only shows that the notice arrived. */
    private Answer signed(UUID notice, Reply reply) {
        var message = new Message(
                reply.header(Signing.ID),
                reply.header(Signing.TIMESTAMP),
                reply.header(Signing.SIGNATURE),
                reply.body());
        if (reply.status() == 202 || !signing.verifies(message, REAL.instant())) {
            return new Answer.Accepted();
        }
        try {
            var said = JSON.readTree(reply.body());
            if (!notice.toString().equals(said.path("taskId").asString(""))) {
                return new Answer.Accepted();
            }
            return switch (said.path("status").asString("")) {
                case "done" -> new Answer.Done();
                case "refused" -> new Answer.Refused();
                default -> new Answer.Accepted();
            };
        } catch (JacksonException garbage) {
            return new Answer.Accepted();
        }
    }

    /** Seconds alone; a date would trust the recipient's clock. */
    private static @Nullable Duration retryAfter(@Nullable String text) {
        return text != null && SECONDS.matcher(text).matches() ? Duration.ofSeconds(Long.parseLong(text)) : null;
    }
}
