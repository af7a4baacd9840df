// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.service.LegalClock;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which versions of which policy were ever loaded here. A version that comes late, with a day of force that has passed, would change what people were
 * promised after the fact: it is refused unless its file names who approved that and why.
 */
final class VersionRegister {

    private static final Logger LOG = LoggerFactory.getLogger(VersionRegister.class);

    private final JdbcClient jdbc;
    private final LegalClock clock;

    VersionRegister(JdbcClient jdbc, LegalClock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Lets in what may be let in, and remembers it. The versions with which a controller begins may all lie in the past.
     *
     * @throws PolicyException if one comes too late, or one that was loaded before is gone; nothing of the controller is remembered then
     */
    void admit(Controller controller) {
        var known = new HashSet<>(jdbc.sql("select profile from policy_version where controller = ?")
                .param(controller.id())
                .query(String.class)
                .list());
        var before = Set.copyOf(known);
        controller.profiles().forEach(it -> known.remove(it.address()));
        if (!known.isEmpty()) {
            throw new PolicyException(
                    controller.profiles().getFirst().file(),
                    "stands alone: " + String.join(", ", known.stream().sorted().toList())
                            + " was loaded here before and is missing; put its file back beside it, since people are bound to it and"
                            + " may read it");
        }
        var fresh = controller.profiles().stream()
                .filter(it -> !before.contains(it.address()))
                .toList();
        if (!before.isEmpty()) {
            fresh.forEach(this::requireTimely);
        }
        for (var profile : fresh) {
            report(controller, profile);
            jdbc.sql("insert into policy_version (controller, profile, in_force, first_loaded_at) values (?, ?, ?, ?)"
                            + " on conflict do nothing")
                    .param(controller.id())
                    .param(profile.address())
                    .param(profile.inForce())
                    .param(java.sql.Timestamp.from(clock.instant()))
                    .update();
        }
    }

    /** Once, when it is first loaded: whoever published it may have meant it, and must know what it does to people who are there already. */
    private static void report(Controller controller, Profile profile) {
        var reductions = controller.reductions(profile);
        for (var reduction : reductions) {
            LOG.atWarn()
                    .addKeyValue("controller", controller.id())
                    .addKeyValue("profile", profile.address())
                    .addKeyValue("reduction", reduction.kind())
                    .addKeyValue("before", reduction.before())
                    .addKeyValue("after", reduction.after())
                    .log("a version of a policy takes something away");
        }
    }

    private void requireTimely(Profile profile) {
        var today = clock.instant().atZone(profile.zone()).toLocalDate();
        if (profile.inForce().isBefore(today) && profile.policy().pastForce() == null) {
            var leaf = profile.leaves().get(profile.address() + "#inForce");
            throw new PolicyException(
                    profile.file(),
                    leaf == null ? 1 : leaf.line(),
                    leaf == null ? 1 : leaf.column(),
                    "inForce",
                    "has passed on " + today
                            + ", and this version was never loaded before; an approver must say so: add"
                            + " pastForce: {approvedBy: <who>, reason: <why>}");
        }
    }
}
