// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import io.habeas.gateway.problem.AnswerHeaders;
import io.habeas.gateway.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.server.mvc.handler.GatewayServerResponse;
import org.springframework.cloud.gateway.server.mvc.handler.ProxyExchange;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Passes one request on with the JDK's client. A request body is small and is read first; an answer's body is copied as it
 * comes, so memory stays flat whatever its size.
 *
 * <p>Another copy of the service is tried where that can do no harm: when nothing was sent, and, for what may be repeated (a safe or idempotent method, or
 * an {@code Idempotency-Key}), when one broke off before its answer or was about to stop. A slow copy is not given up for another: two would be slow.
 */
@Component
class UpstreamExchange implements ProxyExchange, AutoCloseable {

    /** In bytes; packages go out, nothing large comes in. */
    private static final int LARGEST_BODY = 64 * 1024;

    private static final int CHUNK = 16 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamExchange.class);
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS");
    private static final Set<String> SET_BY_THE_CLIENT =
            Set.of("host", "content-length", "connection", "expect", "upgrade", "transfer-encoding");

    private final HttpClient client;
    private final UpstreamProperties properties;
    private final SilenceWatch answers;
    private final SilenceWatch silence;
    private final Map<String, Copies> services = new HashMap<>();

    UpstreamExchange(UpstreamProperties properties, ServiceProperties addresses) {
        this.properties = properties;
        this.answers = new SilenceWatch(properties.answer());
        this.silence = new SilenceWatch(properties.silence());
        addresses
                .byName()
                .forEach((name, bases) -> services.put(
                        name, new Copies(bases, properties.atOnce(), properties.leaveOut(), System::nanoTime)));
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(properties.connect())
                // what it does between network and waiting request does not block; a thread for each step costs more
                // than the step
                .executor(Runnable::run)
                .build();
    }

    @Override
    public ServerResponse exchange(Request request) {
        var copies = Objects.requireNonNull(
                services.get(Objects.requireNonNull(request.getUri()).getHost()));
        byte[] body;
        try {
            body = request.getServerRequest().servletRequest().getInputStream().readNBytes(LARGEST_BODY + 1);
        } catch (IOException failure) {
            return problem(Problem.BAD_ANSWER);
        }
        if (body.length > LARGEST_BODY) {
            return problem(Problem.BODY_TOO_LARGE);
        }
        boolean repeatable = isRepeatable(request);
        var meaning = Problem.SERVICE_DOWN;
        for (var copy : copies.inTurn()) {
            if (!copy.places().tryAcquire()) {
                continue;
            }
            boolean handedOn = false;
            try {
                URI uri = targetOf(request, copy.base());
                HttpResponse<InputStream> answer = answerTo(outgoing(request, uri, body));
                if (isStopping(answer)) {
                    answer.body().close();
                    copies.unreachable(copy);
                    meaning = Problem.SERVICE_DOWN;
                    if (repeatable) {
                        continue;
                    }
                    return problem(meaning);
                }
                copies.reached(copy);
                ServerResponse response = incoming(request, answer, copy.places());
                handedOn = true;
                return response;
            } catch (IOException failure) {
                meaning = meaningOf(failure, copy.base());
                if (meaning == Problem.SERVICE_DOWN || meaning == Problem.SERVICE_SLOW) {
                    copies.unreachable(copy);
                }
                boolean harmless = meaning == Problem.SERVICE_DOWN || meaning == Problem.BAD_ANSWER && repeatable;
                if (!harmless) {
                    return problem(meaning);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return problem(Problem.SERVICE_DOWN);
            } finally {
                if (!handedOn) {
                    copy.places().release();
                }
            }
        }
        return problem(meaning);
    }

    /** The client's own time limit takes a lock that all requests share, and a timer each; one look at all of them does. */
    private HttpResponse<InputStream> answerTo(HttpRequest request) throws IOException, InterruptedException {
        var pending = client.sendAsync(request, BodyHandlers.ofInputStream());
        try (var watched = answers.over(() -> pending.cancel(true))) {
            watched.waiting();
            try {
                return pending.get();
            } catch (CancellationException | ExecutionException failed) {
                throw watched.wasEnded()
                        ? new HttpTimeoutException("no answer within " + properties.answer())
                        : failureOf(failed);
            }
        } catch (InterruptedException stopped) {
            pending.cancel(true);
            throw stopped;
        }
    }

    private static IOException failureOf(Exception failed) {
        return failed.getCause() instanceof IOException failure
                ? failure
                : new IOException("the client failed", failed.getCause());
    }

    /** RFC 9110, 9.2.2; and what carries a key by which a service tells a repeat. */
    private static boolean isRepeatable(Request request) {
        return IDEMPOTENT.contains(request.getMethod().name())
                || request.getHeaders().getFirst("Idempotency-Key") != null;
    }

    /** The container of a process that is about to stop refuses without a problem document: nobody has looked at the request. */
    private static boolean isStopping(HttpResponse<InputStream> answer) {
        return answer.statusCode() == 503
                && answer.headers().firstValue("content-type").isEmpty();
    }

    /** A copy of the service that the route chose, with path and query exactly as the caller wrote them: the door has checked those. */
    private static URI targetOf(Request request, URI copy) {
        HttpServletRequest original = request.getServerRequest().servletRequest();
        String query = original.getQueryString();
        return URI.create(copy.getScheme() + "://" + copy.getAuthority() + original.getRequestURI()
                + (query == null ? "" : '?' + query));
    }

    private HttpRequest outgoing(Request request, URI uri, byte[] body) {
        BodyPublisher publisher = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
        HttpRequest.Builder outgoing =
                HttpRequest.newBuilder(uri).method(request.getMethod().name(), publisher);
        request.getHeaders().forEach((name, values) -> {
            if (!SET_BY_THE_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> outgoing.header(name, value));
            }
        });
        return outgoing.build();
    }

    private ServerResponse incoming(Request request, HttpResponse<InputStream> answer, Semaphore place) {
        var headers = new HttpHeaders();
        answer.headers().map().forEach(headers::addAll);
        ServerResponse response = GatewayServerResponse.status(HttpStatusCode.valueOf(answer.statusCode()))
                .build((_, servletResponse) -> {
                    copy(answer, servletResponse, place);
                    return null;
                });
        var received = new Received(HttpStatusCode.valueOf(answer.statusCode()), headers);
        request.getResponseConsumers().forEach(consumer -> consumer.accept(received, response));
        return response;
    }

    /** A break in the middle is thrown on, so that the container cuts the connection and nobody takes a part for the whole. */
    private void copy(HttpResponse<InputStream> answer, HttpServletResponse response, Semaphore place)
            throws IOException {
        try (InputStream body = answer.body();
                SilenceWatch.Watched watched = silence.over(() -> end(body))) {
            OutputStream out = response.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int read = read(body, chunk, watched); read >= 0; read = read(body, chunk, watched)) {
                out.write(chunk, 0, read);
            }
            response.flushBuffer();
        } catch (IOException broken) {
            if (response.isCommitted()) {
                throw new BrokenOffException(broken);
            }
            startOver(response);
            Problem.BAD_ANSWER.writeTo(response);
        } finally {
            place.release();
        }
    }

    /** Only waiting for the sender counts; a slow reader on the other side is the container's business. */
    private static int read(InputStream body, byte[] chunk, SilenceWatch.Watched watched) throws IOException {
        watched.waiting();
        int read = body.read(chunk);
        watched.heard();
        return read;
    }

    private static void end(InputStream body) {
        try {
            body.close();
        } catch (IOException failure) {
            LOG.debug("a silent body did not close cleanly", failure);
        }
    }

    /** Forgets the headers of an answer of which nothing was sent yet, but not those of the door. */
    private static void startOver(HttpServletResponse response) {
        Map<String, String> ofTheDoor = new HashMap<>();
        for (String name : response.getHeaderNames()) {
            if (AnswerHeaders.ownedByTheDoor(name)) {
                ofTheDoor.put(name, response.getHeader(name));
            }
        }
        response.reset();
        ofTheDoor.forEach(response::setHeader);
    }

    private static Problem meaningOf(IOException failure, URI uri) {
        LOG.atWarn()
                .addKeyValue("upstream", uri.getAuthority())
                .addKeyValue("failure", failure.getClass().getSimpleName())
                .log("a service did not answer");
        return switch (failure) {
            case HttpConnectTimeoutException _ -> Problem.SERVICE_DOWN;
            case HttpTimeoutException _ -> Problem.SERVICE_SLOW;
            case ConnectException _ -> Problem.SERVICE_DOWN;
            default -> Problem.BAD_ANSWER;
        };
    }

    private static ServerResponse problem(Problem problem) {
        return ServerResponse.status(problem.status()).build((_, response) -> {
            problem.writeTo(response);
            return null;
        });
    }

    @Override
    public void close() {
        answers.close();
        silence.close();
        client.shutdownNow();
    }

    /** Carries no cause: Spring takes an EOFException for a caller who went away, and would end the answer as if it were whole. */
    private static final class BrokenOffException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private BrokenOffException(IOException cause) {
            super("the body broke off between the service and the caller: "
                    + cause.getClass().getSimpleName());
        }
    }

    private record Received(HttpStatusCode statusCode, HttpHeaders headers) implements Response {

        @Override
        public HttpStatusCode getStatusCode() {
            return statusCode;
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }
}
