// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

import io.habeas.auditlog.LogProof;
import io.habeas.auditlog.NoteVerifier;
import io.habeas.auditlog.ProofException;
import io.habeas.quickstart.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.lingala.zip4j.ZipFile;
import net.lingala.zip4j.model.FileHeader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One access and one erasure of a sample customer, over the public API alone; what came of it is judged by the stores themselves. */
public final class Demonstration {

    private static final Pattern CODE = Pattern.compile("(?m)^\\s*(\\d{4}-\\d{4})\\s*$");
    private static final Set<String> ENDS = Set.of("ANSWERED", "CLOSED");
    private static final Set<String> BAD_ENDS = Set.of("NOT_VERIFIED", "WITHDRAWN", "LAPSED", "REFUSED");
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final int LOOK_BACK_MONTHS = 12;
    private static final double NANOS = 1e9;

    private final Surroundings surroundings;
    private final Progress progress;
    private final PublicApi api;
    private final List<String> complaints = new ArrayList<>();
    private long codeAt;

    /** One request on its way. */
    private record Filed(String id, String reference, String token) {}

    /** @param seconds from handing in the code to the answer */
    private record Answered(Filed filed, JsonNode status, double seconds) {}

    public Demonstration(Surroundings surroundings, Progress progress) {
        this.surroundings = surroundings;
        this.progress = progress;
        this.api = new PublicApi(surroundings.gateway());
    }

    /** @return whether all of it went as it should; what did not was said */
    public boolean run(Optional<Long> wanted) throws SQLException, IOException, InterruptedException {
        double ready = progress.seconds();
        String password = surroundings.secret("shop-db");
        String reviewsUri = surroundings.secret("reviews-uri");
        try (var stores = new Stores(surroundings.shopUrl(), password, reviewsUri)) {
            Customer customer = wanted.isEmpty()
                    ? stores.anyone()
                    : stores.find(wanted.get())
                            .orElseThrow(() -> new DemoException("the shop has no customer " + wanted.get()));
            Mailbox mailbox = new Mailbox(surroundings.mails(), customer.email());
            title("Customer " + customer.id() + ": " + customer.name() + " <" + customer.email()
                    + ">, an invented person");
            Map<String, Long> before = stores.erasableOf(customer);
            long keptBefore = stores.keptOf(customer);
            tell("in the stores now", before);
            progress.print("    shop.orders of the last three years: " + keptBefore);

            Answered access = access(customer, mailbox, stores);
            Answered erasure = erasure(customer, mailbox);
            judge(stores, customer, keptBefore);
            recipient(erasure.status(), customer, surroundings.subscribers());

            title("Seconds");
            progress.print(String.format(Locale.ROOT, """
                        everything ready after the start command  %6.1f
                        access answered after the code            %6.1f
                        erasure answered after the code           %6.1f""", ready, access.seconds(), erasure.seconds()));
        } catch (DemoException failed) {
            complaints.add(failed.getMessage());
        }
        sayHowItWent();
        return complaints.isEmpty();
    }

    private Answered access(Customer customer, Mailbox mailbox, Stores stores)
            throws IOException, InterruptedException, SQLException {
        title("Access: what does SmallRig hold about me?");
        Set<String> earlier = mailbox.arrived();
        Filed filed = file("ACCESS", customer);
        String token = prove(filed, mailbox, earlier);
        Answered answered = awaitAnswer(filed, token);
        outcomes(answered.status());
        fetchPackage(filed, token, customer, stores);
        String letter = mailbox.await(earlier, "letter with the answer", it -> isAnswer(it, filed));
        quote("the letter", letter);
        return answered;
    }

    private Answered erasure(Customer customer, Mailbox mailbox) throws IOException, InterruptedException {
        title("Erasure: delete what you hold about me");
        Set<String> earlier = mailbox.arrived();
        Filed filed = file("ERASURE", customer);
        String token = prove(filed, mailbox, earlier);
        Answered answered = awaitAnswer(filed, token);
        outcomes(answered.status());
        String letter = mailbox.await(earlier, "letter with the answer", it -> isAnswer(it, filed));
        quote("the letter", letter);
        receipt(filed, token);
        return answered;
    }

    private void receipt(Filed filed, String token) throws IOException, InterruptedException {
        String receipt = api.awaitText("/api/v1/requests/" + filed.id() + "/receipt", token);
        Path file = surroundings.packages().resolve(filed.reference() + ".tlog-proof");
        Files.createDirectories(file.getParent());
        Files.writeString(file, receipt);
        var key = NoteVerifier.of(surroundings.secret("audit-signer.pub"));
        try {
            LogProof proof = LogProof.parse(receipt);
            byte[] entry = Objects.requireNonNull(proof.extra(), "the receipt holds its entry");
            var checkpoint = proof.verify(entry, key);
            progress.say("the receipt verifies: the answer is entry " + proof.index() + " of " + checkpoint.size()
                    + " in the signed audit log: " + file);
        } catch (ProofException broken) {
            complaints.add("the receipt does not verify: " + broken.getMessage());
        }
    }

    private Filed file(String right, Customer customer) throws IOException, InterruptedException {
        var person = Map.of(
                "name", customer.name(),
                "identifiers", List.of(Map.of("kind", "EMAIL", "value", customer.email())));
        JsonNode accepted = api.post(
                "/api/v1/controllers/smallrig/requests",
                Map.of(
                        "right",
                        right,
                        "jurisdiction",
                        "US-CA",
                        "language",
                        "en",
                        "subject",
                        person,
                        "replyTo",
                        Map.of("name", customer.name(), "email", customer.email())),
                null);
        var filed = new Filed(
                accepted.path("requestId").asString(),
                accepted.path("reference").asString(),
                accepted.path("token").asString());
        progress.say("filed over the gateway: " + filed.reference());
        return filed;
    }

    /** Reads the code in the mail and hands it in; from then on the clock of the figures runs. */
    private String prove(Filed filed, Mailbox mailbox, Set<String> earlier) throws IOException, InterruptedException {
        String mail = mailbox.await(
                earlier,
                "mail with a code",
                it -> it.contains(filed.reference()) && CODE.matcher(it).find());
        quote("a mail to the address that the shop has on file", mail);
        Matcher code = CODE.matcher(mail);
        if (!code.find()) {
            throw new DemoException("the mail holds no code");
        }
        codeAt = System.nanoTime();
        JsonNode proved = api.post(
                "/api/v1/requests/" + filed.id() + "/verification", Map.of("code", code.group(1)), filed.token());
        progress.say("the code proves who asks: " + proved.path("proofLevel").asString());
        return proved.path("token").asString();
    }

    private Answered awaitAnswer(Filed filed, String token) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        boolean confirmed = false;
        while (System.nanoTime() < end) {
            JsonNode status = api.get("/api/v1/requests/" + filed.id(), token);
            String state = status.path("state").asString();
            if (ENDS.contains(state)) {
                double seconds = (System.nanoTime() - codeAt) / NANOS;
                progress.say(
                        String.format(Locale.ROOT, "%s: %s, %.1f s after the code", filed.reference(), state, seconds));
                return new Answered(filed, status, seconds);
            }
            if (BAD_ENDS.contains(state)) {
                throw new DemoException(filed.reference() + " ended as " + state);
            }
            if (!state.equals(last)) {
                progress.say(filed.reference() + ": " + state);
                last = state;
            }
            if (state.equals("AWAITING_CONFIRMATION") && !confirmed) {
                api.post(
                        "/api/v1/requests/" + filed.id() + "/confirmation",
                        Map.of("confirmed", true, "delivery", "ELECTRONIC"),
                        token);
                progress.say("confirmed: yes, delete");
                confirmed = true;
            }
            Thread.sleep(PAUSE);
        }
        throw new DemoException(
                filed.reference() + " was not answered within " + PATIENCE.toSeconds() + " s; it is " + last);
    }

    private void outcomes(JsonNode status) {
        for (JsonNode outcome : status.path("outcomes")) {
            progress.print("    " + outcome.path("store").asString() + ": found "
                    + outcome.path("found").asLong()
                    + number(outcome, "delivered") + number(outcome, "deleted") + number(outcome, "anonymized")
                    + "  [" + outcome.path("grade").asString() + "]");
            for (JsonNode kept : outcome.path("kept")) {
                progress.print("      kept " + kept.path("records").asLong() + ": "
                        + kept.path("ground").asString()
                        + (kept.path("until").isString()
                                ? ", until " + kept.path("until").asString()
                                : ""));
            }
            for (JsonNode omitted : outcome.path("omitted")) {
                progress.print("      left out " + omitted.path("records").asLong() + ": "
                        + omitted.path("reason").asString());
            }
        }
        if (status.path("outcomes").isEmpty()) {
            complaints.add("the answered request names no outcomes");
        }
        for (JsonNode remaining : status.path("remaining")) {
            complaints.add("answered, yet something remains to be done in "
                    + remaining.path("store").asString());
        }
    }

    private static String number(JsonNode outcome, String name) {
        long number = outcome.path(name).asLong();
        return number == 0 ? "" : ", " + name + " " + number;
    }

    private void fetchPackage(Filed filed, String token, Customer customer, Stores stores)
            throws IOException, InterruptedException, SQLException {
        JsonNode link = api.post("/api/v1/requests/" + filed.id() + "/package/links", Map.of(), token);
        Path folder = Files.createDirectories(surroundings.packages());
        Path file = folder.resolve(filed.reference() + ".zip");
        api.download(
                "/api/v1/requests/" + filed.id() + "/package",
                token,
                link.path("link").asString(),
                file);
        String passphrase = link.path("passphrase").asString();
        progress.say("the package: " + file + " (" + Files.size(file) + " bytes)");
        progress.print("    passphrase: " + passphrase + "   (shown only now, mailed never)");
        int orders = -1;
        try (var zip = new ZipFile(file.toFile(), passphrase.toCharArray())) {
            for (FileHeader entry : zip.getFileHeaders()) {
                try (var in = zip.getInputStream(entry)) {
                    byte[] content = in.readAllBytes();
                    if (entry.getFileName().equals("data/shop/orders.json")) {
                        orders = JsonMapper.shared().readTree(content).size();
                    }
                    progress.print("    " + entry.getFileName() + "  " + content.length + " bytes"
                            + (entry.isEncrypted() ? "" : "  NOT ENCRYPTED"));
                    if (!entry.isEncrypted()) {
                        complaints.add("the package holds " + entry.getFileName() + " without encryption");
                    }
                }
            }
        }
        long least = stores.ordersOfMonths(customer, LOOK_BACK_MONTHS - 1);
        long most = stores.ordersOfMonths(customer, LOOK_BACK_MONTHS + 1);
        if (orders < least || orders > most) {
            complaints.add("the package holds " + orders + " orders; the shop has " + least + " to " + most
                    + " of the last twelve months");
        }
    }

    private void judge(Stores stores, Customer customer, long keptBefore) throws SQLException {
        title("Looking into both stores, past Habeas");
        Map<String, Long> after = stores.erasableOf(customer);
        tell("still there", after);
        after.forEach((where, number) -> {
            if (number > 0) {
                complaints.add(number + " records are still in " + where);
            }
        });
        long kept = stores.keptOf(customer);
        progress.print("    shop.orders of the last three years: " + kept
                + ", kept with their date: the law wants records of sales (TRANSACTION_RECORDS)");
        if (kept != keptBefore) {
            complaints.add("of " + keptBefore + " orders that must be kept, " + kept + " are there");
        }
        long traces = stores.tracesOf(customer);
        if (traces > 0) {
            complaints.add("the address still stands in " + traces + " records that are not kept");
        }
    }

    /** Nobody of Habeas can look into the provider's list; the demonstration can, since the provider runs on this machine. */
    private void recipient(JsonNode status, Customer customer, Path list) throws IOException {
        title("The recipient: a mailing provider that had the address");
        String grade = "";
        for (JsonNode outcome : status.path("outcomes")) {
            if (outcome.path("store").asString().equals("mailer")) {
                grade = outcome.path("grade").asString();
            }
        }
        boolean listed = Files.readAllLines(list).contains(customer.email().toLowerCase(Locale.ROOT));
        progress.print("    told by a signed notice; graded " + (grade.isEmpty() ? "not at all" : grade)
                + ", since it signed that it is done and nobody can look there");
        progress.print(
                "    its list, past Habeas: the address is " + (listed ? "STILL THERE" : "gone") + " (" + list + ")");
        if (!grade.equals("ATTESTED")) {
            complaints.add("the mailing provider has not attested: " + grade);
        }
        if (listed) {
            complaints.add("the address is still on the mailing provider's list");
        }
    }

    private static boolean isAnswer(String mail, Filed filed) {
        return mail.lines().findFirst().orElse("").equals("Subject: The answer to your request " + filed.reference());
    }

    private void title(String text) {
        progress.print("\n== " + text);
    }

    private void tell(String what, Map<String, Long> records) {
        progress.print("  " + what + ":");
        records.forEach((where, number) -> progress.print("    " + where + ": " + number));
    }

    private void quote(String what, String mail) {
        progress.say(what + ":");
        mail.strip().lines().forEach(line -> progress.print("    | " + line));
    }

    private void sayHowItWent() {
        if (complaints.isEmpty()) {
            progress.print("\nAll went well.");
        } else {
            progress.print("\nNot all went well:");
            complaints.forEach(it -> progress.print("  - " + it));
        }
        progress.print("\nWhat to try next\n" + surroundings.hints().indent(2).stripTrailing());
    }
}
