// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The launcher's own mail sink. */
record LauncherMails(String page) implements Mails {

    @Override
    public List<Arrived> list() throws IOException, InterruptedException {
        List<Arrived> mails = new ArrayList<>();
        for (JsonNode mail : Json.get(page + "/api/messages")) {
            List<String> to = new ArrayList<>();
            mail.path("to").forEach(it -> to.add(it.asString()));
            mails.add(new Arrived(mail.path("n").asString(), to));
        }
        return mails;
    }

    @Override
    public String read(Arrived mail) throws IOException, InterruptedException {
        JsonNode whole = Json.get(page + "/api/messages/" + mail.id());
        return "Subject: " + whole.path("subject").asString() + "\n\n"
                + whole.path("text").asString();
    }
}
