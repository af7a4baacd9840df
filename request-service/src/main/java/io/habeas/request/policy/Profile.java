// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Right;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One version of a published policy, as data.
 *
 * @param inForce the first day on which it holds, in its time zone
 * @param region where the data may be processed
 * @param languages the first is used where the requester names none
 * @param contact how a person of the controller is reached: by kind, such as {@code email}
 * @param neverDisclosed kinds of fields that no package and no letter may hold
 * @param leaves every address with what stands there, as text
 */
public record Profile(
        String id,
        String version,
        LocalDate inForce,
        String region,
        ZoneId zone,
        List<String> languages,
        SequencedMap<String, String> contact,
        List<String> neverDisclosed,
        SequencedMap<String, Jurisdiction> jurisdictions,
        Map<String, String> leaves) {

    /**
     * @param names by language
     * @param rights what is on offer here
     */
    public record Jurisdiction(String code, Map<String, String> names, SequencedMap<Right, Terms> rights) {}

    /** {@code id@version}. */
    public String address() {
        return id + "@" + version;
    }

    public Optional<Jurisdiction> jurisdiction(String code) {
        return Optional.ofNullable(jurisdictions.get(code));
    }
}
