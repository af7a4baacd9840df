// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The services of Habeas, in the order in which they are started. */
public enum Service {
    REQUEST("request-service", "io.habeas.request.RequestServiceApplication", 8081, 320, false),
    FULFILLMENT("fulfillment-service", "io.habeas.fulfillment.FulfillmentServiceApplication", 8083, 256, true),
    VERIFICATION(
            "identity-verification-service", "io.habeas.verification.VerificationServiceApplication", 8082, 192, true),
    NOTIFICATION("notification-service", "io.habeas.notification.NotificationServiceApplication", 8084, 192, true),
    GATEWAY("gateway", "io.habeas.gateway.GatewayApplication", 8080, 192, false);

    /**
     * Four times the JVM's own thresholds: with those a third to a half of the processor time of a start goes into code that nothing but a start
     * runs that often, and under load the higher ones are reached within a minute or two all the same.
     */
    public static final List<String> SECOND_COMPILER_LATER = List.of(
            "-XX:Tier4InvocationThreshold=20000",
            "-XX:Tier4MinInvocationThreshold=2400",
            "-XX:Tier4CompileThreshold=60000",
            "-XX:Tier4BackEdgeThreshold=160000");

    private static final int FEW_PROCESSORS = 4;

    private static final boolean LINUX = System.getProperty("os.name").startsWith("Linux");
    private static final Path NICE = Path.of("/usr/bin/nice");

    /** Of {@code nice(1)}: a third of the weight of a process that was left alone. */
    private static final int GIVES_WAY = 5;

    /** Linux alone knows them so. Threads of calls and compilers behind those that work on what was accepted; where the JVM says that this may need a right, it means raising, which is not done. */
    private static final List<String> HEED_PRIORITIES =
            List.of("-XX:ThreadPriorityPolicy=1", "-XX:CompilerThreadPriority=" + GIVES_WAY);

    private final String folder;
    private final String mainClass;
    private final int port;
    private final int heapMegabytes;
    private final boolean firstCompilerOnly;

    Service(String folder, String mainClass, int port, int heapMegabytes, boolean firstCompilerOnly) {
        this.folder = folder;
        this.mainClass = mainClass;
        this.port = port;
        this.heapMegabytes = heapMegabytes;
        this.firstCompilerOnly = firstCompilerOnly;
    }

    /** Name of the process, of its log and of its client at the issuer: {@code request}, {@code gateway}, ... */
    public String shortName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The service's folder in the source tree, and the name of its jar. */
    public String folder() {
        return folder;
    }

    public String mainClass() {
        return mainClass;
    }

    int port() {
        return port;
    }

    /** Under load the collector of the request-service takes four times the processor time of the gateway's. */
    private int youngMegabytes() {
        return this == REQUEST ? 128 : 64;
    }

    /** Whether it is on the path of every request. */
    public boolean runsHot() {
        return !firstCompilerOnly;
    }

    /** Whether it has a database, Kafka and callers among the other services. */
    public boolean isInner() {
        return this != GATEWAY;
    }

    /**
     * Small heaps and the first compiler for those that rarely run hot; the two on the path of every request get both.
     *
     * @param shortLived whether these, too, get the first compiler alone: for minutes the second one costs a quarter to a half of what they do, and gives it
     *     back under load alone
     */
    public List<String> jvmFlags(boolean shortLived) {
        List<String> flags = new ArrayList<>(List.of(
                "-Xmx" + heapMegabytes + "m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:MaxMetaspaceSize=192m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED"));
        // under load a young generation of a few megabytes is collected many times a second; beside it the first
        // heap must have room for the objects of an AOT cache, or the JVM refuses to start with one
        flags.addAll(
                firstCompilerOnly
                        ? List.of("-Xms32m")
                        : List.of("-Xms" + (youngMegabytes() + 32) + "m", "-Xmn" + youngMegabytes() + "m"));
        if (!firstCompilerOnly) {
            // eight bytes an object in place of twelve: less memory is touched for what each request leaves behind
            flags.add("-XX:+UseCompactObjectHeaders");
        }
        boolean both = !firstCompilerOnly && !shortLived;
        // both compilers keep their code apart; what does not fit is thrown out and compiled again
        flags.addAll(
                both
                        ? List.of("-XX:ReservedCodeCacheSize=160m")
                        : List.of("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=64m"));
        if (both && Runtime.getRuntime().availableProcessors() < FEW_PROCESSORS) {
            // left to itself the JVM has one thread of the second compiler there, which takes minutes to catch up among
            // thirty busy ones
            flags.add("-XX:CICompilerCount=4");
        }
        if (both) {
            flags.addAll(SECOND_COMPILER_LATER);
        }
        if (this == REQUEST && LINUX) {
            flags.addAll(HEED_PRIORITIES);
        }
        return flags;
    }

    /**
     * What stands before the process's command so that it gives way where processors are short: the gateway, which only asks for more, to database, broker and
     * relay, which work on what was accepted. Nothing for the others.
     */
    public List<String> givesWay() {
        return this == GATEWAY && Files.isExecutable(NICE)
                ? List.of(NICE.toString(), "-n", Integer.toString(GIVES_WAY))
                : List.of();
    }
}
