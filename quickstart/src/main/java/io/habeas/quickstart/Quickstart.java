// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart;

import io.habeas.quickstart.containers.Preparation;
import io.habeas.quickstart.containers.Provision;
import io.habeas.quickstart.demo.Demonstration;
import io.habeas.quickstart.demo.Surroundings;
import io.habeas.quickstart.issuer.AccountSystem;
import io.habeas.quickstart.issuer.Issuer;
import io.habeas.quickstart.issuer.Tokens;
import io.habeas.quickstart.mailer.Mailer;
import io.habeas.quickstart.secrets.Secrets;
import io.habeas.quickstart.settings.ComposeNetwork;
import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.SampleController;
import io.habeas.quickstart.settings.Service;
import io.habeas.quickstart.settings.SuiteSecrets;
import io.habeas.quickstart.web.LocalServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The commands behind the script {@code habeas}. Exit status: 0 all went well, 1 something failed, 2 not understood. */
public final class Quickstart {

    private static final Set<String> ROLES =
            Set.of("clerk", "reviewer", "childrens-data-officer", "integrator", "approver", "operator", "auditor");
    private static final Path MAILER_IN_CONTAINER = Path.of("/mailer");
    private static final int TIME_TO_STOP_SECONDS = 60;

    private Quickstart() {}

    public static void main(String[] arguments) {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int status;
        try {
            status = run(Arrays.asList(arguments), out);
        } catch (IllegalArgumentException notUnderstood) {
            out.println("habeas: " + notUnderstood.getMessage());
            status = 2;
        } catch (Exception failure) {
            out.println("habeas: " + failure.getMessage());
            if (failure.getCause() != null) {
                out.println("  because of: " + failure.getCause());
            }
            status = 1;
        }
        System.exit(status);
    }

    private static int run(List<String> words, PrintStream out) throws Exception {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command is missing; ./habeas help says which there are");
        }
        boolean ofGenerations = words.getFirst().equals("generation");
        if (ofGenerations && words.size() < 2) {
            throw new IllegalArgumentException("./habeas generation show, or begin");
        }
        Options options = Options.parse(words.subList(ofGenerations ? 2 : 1, words.size()), System.getenv());
        return switch (words.getFirst()) {
            case "start" -> start(options, new Progress(out));
            case "demo" -> demo(options, new Progress(out));
            case "stop" -> stop(options.home(), out);
            case "token" -> token(options, out);
            case "login" -> login(options, out);
            case "generation" -> Generations.run(words.get(1), options, out);
            case "aot" -> Suite.train(options, new Progress(out));
            case "arguments" -> ContainerArguments.write(options.home(), out);
            case "prepare" -> prepare(options, out);
            case "provide" -> provide(options, new Progress(out));
            case "issuer" -> issuer(options.home(), new Progress(out));
            case "mailer" -> mailer(options, new Progress(out));
            case "try" -> tryOut(options, new Progress(out));
            default ->
                throw new IllegalArgumentException(
                        "no command is called " + words.getFirst() + "; ./habeas help says which there are");
        };
    }

    private static int start(Options options, Progress progress) throws Exception {
        try (var _ = Suite.start(options, progress)) {
            progress.say("ready: " + options.ports().urlOf(Service.GATEWAY) + "  (Ctrl-C stops everything)");
            untilInterrupted();
            return 0;
        }
    }

    private static int demo(Options options, Progress progress) throws Exception {
        // one person looks at it, for minutes
        try (var _ = Suite.start(options.forShort(), progress)) {
            progress.say("everything is up");
            boolean well = new Demonstration(Surroundings.local(options.home(), options.ports()), progress)
                    .run(options.customer());
            if (!options.exit()) {
                progress.print("\nEverything stays up until Ctrl-C.");
                untilInterrupted();
            }
            return well ? 0 : 1;
        }
    }

    private static int prepare(Options options, PrintStream out) throws IOException {
        new Preparation(options.home(), Path.of("/folders")).run();
        out.println("every container has its secrets");
        return 0;
    }

    private static int provide(Options options, Progress progress) throws IOException, SQLException {
        new Provision(options.home(), MAILER_IN_CONTAINER, options.customers(), progress).run();
        return 0;
    }

    /** The development issuer in a container of its own, until the container is stopped. */
    private static int issuer(Home home, Progress progress) throws IOException, InterruptedException {
        var secrets = new Secrets(home.secrets());
        var key = secrets.key("issuer");
        var tokens = new Tokens(key, ComposeNetwork.ISSUER, Clock.systemUTC());
        try (var _ = new Issuer(
                LocalServer.inContainer(ComposeNetwork.ISSUER_PORT, ComposeNetwork.ISSUER_NAME),
                ComposeNetwork.ISSUER,
                key,
                tokens,
                SuiteSecrets.clients(secrets),
                () -> SampleController.controllersOf(home),
                SuiteSecrets.accountSystems(secrets, ComposeNetwork.ISSUER, Clock.systemUTC()))) {
            progress.say("issuing tokens as " + ComposeNetwork.ISSUER);
            untilInterrupted();
            return 0;
        }
    }

    /** The sample recipient in a container of its own, until the container is stopped. */
    private static int mailer(Options options, Progress progress) throws IOException, InterruptedException {
        String named = options.value("--public-url")
                .orElseThrow(() -> new IllegalArgumentException("--public-url is missing: where answers are taken"));
        try (var _ = new Mailer(
                LocalServer.inContainer(ComposeNetwork.MAILER_PORT, ComposeNetwork.MAILER_ADDRESS),
                MAILER_IN_CONTAINER,
                new Secrets(options.home().secrets()).signing("mailer-signing"),
                new Mailer.Door(URI.create(named), URI.create(ComposeNetwork.GATEWAY)),
                false)) {
            progress.say("a mailing provider, at " + ComposeNetwork.MAILER);
            untilInterrupted();
            return 0;
        }
    }

    private static int tryOut(Options options, Progress progress)
            throws SQLException, IOException, InterruptedException {
        Path packages = Path.of("/var/lib/habeas/packages");
        return new Demonstration(Surroundings.compose(options.home(), packages, MAILER_IN_CONTAINER), progress)
                        .run(options.customer())
                ? 0
                : 1;
    }

    /** A signal ends the process through the hook of {@link Suite}; this thread only has to stay. */
    private static void untilInterrupted() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private static int stop(Home home, PrintStream out) throws IOException, InterruptedException {
        var file = home.pidOf("launcher");
        try (var _ = home.lock()) {
            out.println("Habeas does not run in " + home.directory());
            return 0;
        } catch (IllegalStateException running) {
            long pid = Long.parseLong(Files.readString(file).strip());
            var launcher = ProcessHandle.of(pid)
                    .orElseThrow(() -> new IllegalStateException(
                            file + " names process " + pid + ", which is gone, yet the lock is held"));
            launcher.destroy();
            for (int waited = 0; waited < TIME_TO_STOP_SECONDS && launcher.isAlive(); waited++) {
                TimeUnit.SECONDS.sleep(1);
            }
            out.println(launcher.isAlive() ? "Habeas is still stopping (process " + pid + ")" : "Habeas has stopped");
            return launcher.isAlive() ? 1 : 0;
        } catch (Exception failure) {
            throw new IOException(failure);
        }
    }

    private static int token(Options options, PrintStream out) throws IOException {
        String role = options.value("--role")
                .orElseThrow(() -> new IllegalArgumentException("--role is missing; one of " + ROLES));
        if (!ROLES.contains(role)) {
            throw new IllegalArgumentException("no role is called " + role + "; one of " + ROLES);
        }
        Home home = options.home();
        var secrets = new Secrets(home.secrets());
        var tokens = new Tokens(
                secrets.key("issuer"),
                options.value("--issuer").orElse(Tokens.issuerAt(options.ports().issuer())),
                Clock.systemUTC());
        List<String> controllers =
                options.value("--controller").map(List::of).orElseGet(() -> SampleController.controllersOf(home));
        if (controllers.isEmpty()) {
            throw new IllegalArgumentException("no controller is configured in " + home.controllers()
                    + ". Start once (./habeas start), or name one with --controller");
        }
        out.println(tokens.sign(options.value("--subject").orElse("dev-" + role), List.of(role), controllers));
        return 0;
    }

    /** What the account system of a sample controller would say once that customer had logged in for that request. */
    private static int login(Options options, PrintStream out) throws IOException {
        String customer = options.value("--customer")
                .orElseThrow(() -> new IllegalArgumentException("--customer is missing: the number of an account"));
        String request = options.value("--request")
                .orElseThrow(() -> new IllegalArgumentException("--request is missing: the id of the request"));
        String controller = options.value("--controller").orElse(SuiteSecrets.ACCOUNT_SYSTEMS.getFirst());
        if (!SuiteSecrets.ACCOUNT_SYSTEMS.contains(controller)) {
            throw new IllegalArgumentException("the sample has account systems of " + SuiteSecrets.ACCOUNT_SYSTEMS
                    + "; the policy of " + controller + " takes no login");
        }
        var system = new AccountSystem(
                options.value("--issuer").orElse(Tokens.issuerAt(options.ports().issuer())),
                controller,
                new Secrets(options.home().secrets()).key(AccountSystem.keyOf(controller)),
                Clock.systemUTC());
        out.println(system.login(customer, request, options.value("--email").orElse(null)));
        return 0;
    }
}
