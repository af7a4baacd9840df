// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One of the processes of a service; they share database, secrets and files, and have ports of their own.
 *
 * @param number from 1 on
 */
public record Copy(Service service, int number) {

    public static final int MOST = 5;
    private static final Pattern NAME = Pattern.compile("([a-z]+)(?:-([2-" + MOST + "]))?");

    public Copy {
        if (number < 1 || number > MOST) {
            throw new IllegalArgumentException("--copies must be between 1 and " + MOST);
        }
    }

    /** Every process of the suite's services: the first copy of each, then the second of each, and so on. */
    public static List<Copy> all(int copies) {
        List<Copy> all = new ArrayList<>();
        for (int number = 1; number <= copies; number++) {
            for (Service service : Service.values()) {
                all.add(new Copy(service, number));
            }
        }
        return all;
    }

    /** The first copy has the name of its service alone: {@code request}, {@code request-2}, ... */
    public String name() {
        return number == 1 ? service.shortName() : service.shortName() + "-" + number;
    }

    /** What is called that; nothing where it is no process of a service. */
    public static Optional<Copy> named(String name) {
        var matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int number = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
        for (Service service : Service.values()) {
            if (service.shortName().equals(matcher.group(1))) {
                return Optional.of(new Copy(service, number));
            }
        }
        return Optional.empty();
    }
}
