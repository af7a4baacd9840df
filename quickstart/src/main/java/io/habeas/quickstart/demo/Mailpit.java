// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Mailpit's API: lists are newest first, names differ in their capitals. */
record Mailpit(String page) implements Mails {

    private static final int NEWEST = 500;

    @Override
    public List<Arrived> list() throws IOException, InterruptedException {
        List<Arrived> mails = new ArrayList<>();
        for (JsonNode mail : Json.get(page + "/api/v1/messages?limit=" + NEWEST).path("messages")) {
            List<String> to = new ArrayList<>();
            mail.path("To").forEach(it -> to.add(it.path("Address").asString()));
            mails.add(new Arrived(mail.path("ID").asString(), to));
        }
        return mails.reversed();
    }

    @Override
    public String read(Arrived mail) throws IOException, InterruptedException {
        JsonNode whole = Json.get(page + "/api/v1/message/" + mail.id());
        return "Subject: " + whole.path("Subject").asString() + "\n\n"
                + whole.path("Text").asString().replace("\r\n", "\n");
    }
}
