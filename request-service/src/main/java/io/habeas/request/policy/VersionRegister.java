// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.service.LegalClock;
import java.util.HashSet;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which versions of which policy were ever loaded here. A version that comes late, with a day of force that has passed, would change what people were
 * promised after the fact: it is refused unless its file names who approved that and why.
 */
final class VersionRegister {

    private final JdbcClient jdbc;
    private final LegalClock clock;

    VersionRegister(JdbcClient jdbc, LegalClock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Lets in what may be let in, and remembers it. The versions with which a controller begins may all lie in the past.
     *
     * @throws PolicyException if one comes too late; nothing of the controller is remembered then
     */
    void admit(Controller controller) {
        var known = new HashSet<>(jdbc.sql("select profile from policy_version where controller = ?")
                .param(controller.id())
                .query(String.class)
                .list());
        var fresh = controller.profiles().stream()
                .filter(it -> !known.contains(it.address()))
                .toList();
        if (!known.isEmpty()) {
            fresh.forEach(this::requireTimely);
        }
        for (var profile : fresh) {
            jdbc.sql("insert into policy_version (controller, profile, in_force, first_loaded_at) values (?, ?, ?, ?)"
                            + " on conflict do nothing")
                    .param(controller.id())
                    .param(profile.address())
                    .param(profile.inForce())
                    .param(java.sql.Timestamp.from(clock.instant()))
                    .update();
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
