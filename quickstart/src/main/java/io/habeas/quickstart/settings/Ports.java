// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every port of the suite; the offset moves all of them, so that two suites can stand side by side. */
public record Ports(int offset) {

    private static final int LARGEST_OFFSET = 65_535 - 19_093;

    public Ports {
        if (offset < 0 || offset > LARGEST_OFFSET) {
            throw new IllegalArgumentException("--port-offset must be between 0 and " + LARGEST_OFFSET);
        }
    }

    public int control() {
        return 8079 + offset;
    }

    public int issuer() {
        return 8090 + offset;
    }

    /** The sample recipient, a mailing provider. */
    public int mailer() {
        return 8095 + offset;
    }

    public int mails() {
        return 8025 + offset;
    }

    public int smtp() {
        return 1025 + offset;
    }

    public int postgres() {
        return 15_432 + offset;
    }

    public int shop() {
        return 15_433 + offset;
    }

    public int documents() {
        return 17_017 + offset;
    }

    public int kafka() {
        return 19_092 + offset;
    }

    public int kafkaController() {
        return 19_093 + offset;
    }

    public int of(Service service) {
        return service.port() + offset;
    }

    public int managementOf(Service service) {
        return of(service) + 1000;
    }

    public String urlOf(Service service) {
        return "http://127.0.0.1:" + of(service);
    }

    /** @throws IllegalStateException naming every port that is taken, and what it is for */
    public void requireFree() {
        List<String> taken = new ArrayList<>();
        all().forEach((use, port) -> {
            if (!isFree(port)) {
                taken.add("port " + port + " (" + use + ")");
            }
        });
        if (!taken.isEmpty()) {
            throw new IllegalStateException("in use by another process: " + String.join(", ", taken)
                    + ". Stop what listens there, or move all ports with --port-offset 100");
        }
    }

    private Map<String, Integer> all() {
        Map<String, Integer> all = new LinkedHashMap<>();
        for (Service service : Service.values()) {
            all.put(service.folder(), of(service));
            all.put(service.folder() + ", management", managementOf(service));
        }
        all.put("launcher's control", control());
        all.put("development issuer", issuer());
        all.put("sample recipient, a mailing provider", mailer());
        all.put("mails, web page", mails());
        all.put("mails, SMTP", smtp());
        all.put("PostgreSQL of Habeas", postgres());
        all.put("PostgreSQL of the sample shop", shop());
        all.put("MongoDB protocol of the sample shop", documents());
        all.put("Kafka", kafka());
        all.put("Kafka, controller", kafkaController());
        return all;
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
