// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart;

import java.io.PrintStream;
import java.util.Locale;

/** What the reader of the terminal sees, with the seconds since the start command. */
public final class Progress {

    private static final double NANOS = 1e9;

    private final PrintStream out;
    private final long began = System.nanoTime();

    public Progress(PrintStream out) {
        this.out = out;
    }

    public double seconds() {
        return (System.nanoTime() - began) / NANOS;
    }

    public void say(String line) {
        out.printf(Locale.ROOT, "[%5.1f s] %s%n", seconds(), line);
    }

    void done(String what, int port) {
        say(what + " is up on port " + port);
    }

    /** A line of its own, without the time. */
    public void print(String text) {
        out.println(text);
    }
}
