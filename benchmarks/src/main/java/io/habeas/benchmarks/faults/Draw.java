// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The instants, passes and victims of one fault under one seed; the same for the same seed, whatever else is run. */
final class Draw {

    private final Random random;
    private final List<String> drawn = new ArrayList<>();

    Draw(long seed, String fault) {
        this.random = new Random(seed * 1_000_003L + fault.hashCode());
    }

    /** @param least in milliseconds @param most in milliseconds, itself included */
    Duration instant(String what, int least, int most) {
        var chosen = Duration.ofMillis(least + random.nextInt(most - least + 1));
        drawn.add(what + " " + chosen.toMillis() + " ms");
        return chosen;
    }

    int number(String what, int least, int most) {
        int chosen = least + random.nextInt(most - least + 1);
        drawn.add(what + " " + chosen);
        return chosen;
    }

    <T> T one(String what, List<T> of) {
        var chosen = of.get(random.nextInt(of.size()));
        drawn.add(what + " " + chosen);
        return chosen;
    }

    <T> List<T> shuffled(List<T> of) {
        var order = new ArrayList<>(of);
        Collections.shuffle(order, random);
        return order;
    }

    /** What was drawn until now, in words. */
    String words() {
        return String.join(", ", drawn);
    }
}
