// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway on a free port before four services that answer with their own name. */
public final class House implements AutoCloseable {

    public final Map<String, WireMockServer> services = new TreeMap<>();
    private final ConfigurableApplicationContext gateway;
    private final HttpClient client = HttpClient.newHttpClient();

    public House(String... properties) {
        for (String name : new String[] {"request", "verification", "fulfillment", "notification"}) {
            var service = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
            service.start();
            services.put(name, service);
        }
        reset();
        var arguments =
                new TreeMap<>(Map.of("server.port", "0", "server.address", "127.0.0.1", "management.server.port", "0"));
        // on the class path for its list of problems alone; a gateway outside of tests does not carry it
        arguments.put("spring.autoconfigure.exclude", "io.habeas.service.ServiceAutoConfiguration");
        services.forEach(
                (name, service) -> arguments.put("habeas.services." + name, "http://127.0.0.1:" + service.port()));
        for (String property : properties) {
            int equals = property.indexOf('=');
            arguments.put(property.substring(0, equals), property.substring(equals + 1));
        }
        gateway = SpringApplication.run(
                GatewayApplication.class,
                arguments.entrySet().stream()
                        .map(it -> "--" + it.getKey() + '=' + it.getValue())
                        .toArray(String[]::new));
    }

    public void reset() {
        services.forEach((name, service) -> {
            service.resetAll();
            service.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200).withBody(name)));
        });
    }

    public int port() {
        return ((WebServerApplicationContext) gateway).getWebServer().getPort();
    }

    public int managementPort() {
        return gateway.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }

    public HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    public HttpResponse<String> get(String path) {
        return send(to(path).build());
    }

    public List<HttpResponse<String>> getAtOnce(String path, int times) {
        return sendAtOnce(Stream.generate(() -> to(path).build()).limit(times).toList());
    }

    public List<HttpResponse<String>> sendAtOnce(List<HttpRequest> requests) {
        return requests.stream().map(it -> client.sendAsync(it, HttpResponse.BodyHandlers.ofString())).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** Sends bytes as they are, for what no well-bred client would send, and reads until the gateway closes. */
    public String raw(String head) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            var answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String rawGet(String target) {
        return raw("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    @Override
    public void close() {
        gateway.close();
        client.shutdownNow();
        services.values().forEach(WireMockServer::stop);
    }
}
