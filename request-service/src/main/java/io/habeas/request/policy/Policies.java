// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Right;
import io.habeas.request.calendars.Calendars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The controllers of this installation and what their policies promise. All that lie in the folder at start are loaded, or the
 * service does not start; one that is put there later is found when it is first asked for.
 */
public final class Policies {

    private static final String ID = "[a-z][a-z0-9-]{0,39}";

    private final Calendars calendars;
    private final Consumer<Controller> admission;
    private final Path folder;
    private final @Nullable String region;
    private final Map<String, Controller> controllers = new ConcurrentHashMap<>();

    /**
     * @param folder with one folder for each controller
     * @param region of this installation; a controller that is bound to another does not load
     * @throws PolicyException if anything in the folder does not load
     */
    public Policies(Path folder, @Nullable String region) {
        this(folder, region, Calendars.builtIn(), controller -> {});
    }

    /**
     * @param calendars for clocks that count working days
     * @param admission throws if a controller that loads may not be let in
     * @throws PolicyException if anything in the folder does not load
     */
    public Policies(Path folder, @Nullable String region, Calendars calendars, Consumer<Controller> admission) {
        this.admission = admission;
        this.calendars = calendars;
        this.folder = folder;
        this.region = region;
        try (var found = Files.list(folder)) {
            found.filter(it -> Files.isRegularFile(it.resolve("controller.yaml")))
                    .map(this::load)
                    .forEach(it -> controllers.put(it.id(), it));
        } catch (IOException unreadable) {
            throw new PolicyException(folder, "is not a folder that can be read");
        }
    }

    /** @throws PolicyException if it was put there after the start and does not load */
    public Optional<Controller> controller(String id) {
        var known = controllers.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        if (!id.matches(ID) || !Files.isRegularFile(folder.resolve(id).resolve("controller.yaml"))) {
            return Optional.empty();
        }
        return Optional.of(controllers.computeIfAbsent(id, it -> load(folder.resolve(it))));
    }

    /** The ids of all that are loaded, in order. */
    public List<String> known() {
        return controllers.keySet().stream().sorted().toList();
    }

    /**
     * The terms to which a request is bound since its receipt.
     *
     * @param profile {@code id@version}
     * @throws IllegalStateException if that version is not there any more: the request must wait until it is
     */
    public Terms terms(String controller, String profile, String jurisdiction, Right right) {
        return found(controller, profile, jurisdiction, right)
                .orElseThrow(() -> new IllegalStateException("no terms for " + right + " in " + jurisdiction + " under "
                        + profile + " of " + controller + ": put the profile back"));
    }

    /** What can be filed under that version in that place; nothing where it is not given. */
    public Optional<Terms> found(String controller, String profile, String jurisdiction, Right right) {
        return controller(controller)
                .flatMap(it -> it.profile(profile))
                .flatMap(it -> it.jurisdiction(jurisdiction))
                .map(it -> it.rights().get(right));
    }

    /**
     * Everything that the policy promises for a request, by the version to which it is bound since its receipt.
     *
     * @param profile {@code id@version}
     * @param place the code in the profile
     * @throws IllegalStateException if that version is not there any more: the request must wait until it is
     */
    public Promise promise(String controller, String profile, String place, Right right) {
        return controller(controller)
                .flatMap(it -> it.profile(profile))
                .flatMap(it -> it.promise(place, right))
                .orElseThrow(() -> new IllegalStateException("no promise of " + right + " in " + place + " under "
                        + profile + " of " + controller + ": put the profile back"));
    }

    private Controller load(Path place) {
        var controller = Controller.load(place, calendars);
        if (region != null && !region.equals(controller.region())) {
            throw new PolicyException(
                    place, "is bound to " + controller.region() + ", and this installation is in " + region);
        }
        admission.accept(controller);
        return controller;
    }
}
