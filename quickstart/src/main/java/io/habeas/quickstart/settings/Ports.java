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
    private static final int BETWEEN_COPIES = 20;
    private static final int TO_SPREADER = 15;

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

    /** Each further copy of a service has the ports of the one before, and 20. */
    public int of(Copy copy) {
        return of(copy.service()) + (copy.number() - 1) * BETWEEN_COPIES;
    }

    public int managementOf(Copy copy) {
        return of(copy) + 1000;
    }

    public String urlOf(Copy copy) {
        return "http://127.0.0.1:" + of(copy);
    }

    /** Where the other services find a service that has several copies. */
    public int spreaderOf(Service service) {
        return of(service) + TO_SPREADER;
    }

    public String urlOf(Service service) {
        return "http://127.0.0.1:" + of(service);
    }

    /** For one copy of each service. */
    public void requireFree() {
        requireFree(1);
    }

    /** @throws IllegalStateException naming every port that is taken, and what it is for */
    public void requireFree(int copies) {
        List<String> taken = new ArrayList<>();
        all(copies).forEach((use, port) -> {
            if (!isFree(port)) {
                taken.add("port " + port + " (" + use + ")");
            }
        });
        if (!taken.isEmpty()) {
            throw new IllegalStateException("in use by another process: " + String.join(", ", taken)
                    + ". Stop what listens there, or move all ports with --port-offset 100");
        }
    }

    private Map<String, Integer> all(int copies) {
        Map<String, Integer> all = new LinkedHashMap<>();
        for (Copy copy : Copy.all(copies)) {
            all.put(copy.name(), of(copy));
            all.put(copy.name() + ", management", managementOf(copy));
        }
        for (Service service : Service.values()) {
            if (copies > 1 && service.isInner()) {
                all.put("spreader before " + service.folder(), spreaderOf(service));
            }
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
