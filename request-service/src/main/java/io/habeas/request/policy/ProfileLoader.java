// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Right;
import io.habeas.request.calendars.Calendars;
import io.habeas.request.policy.language.Language;
import io.habeas.request.policy.language.PublishedPolicy;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;

/** Reads one profile, whole or not at all. */
final class ProfileLoader {

    private ProfileLoader() {}

    /** With the calendars that come with the service. */
    static Profile load(Path file) {
        return load(file, Calendars.builtIn());
    }

    /** @throws PolicyException naming file, line, column and field */
    static Profile load(Path file, Calendars calendars) {
        var root = YamlSpot.rootOf(file);
        var reader = new RecordReader();
        reader.callIt(nameOf(root));
        var policy = reader.read(PublishedPolicy.class, root);
        var promised = new Profile(policy, reader.leaves(), new LinkedHashMap<>(), calendars, file);
        new Contradictions(promised, reader).refuse();
        return new Profile(policy, reader.leaves(), filed(promised), calendars, file);
    }

    /** Leaves carry the name of their version, which is read before everything else. */
    private static String nameOf(YamlSpot root) {
        var fields = root.entries();
        var id = fields.get("profile");
        var version = fields.get("version");
        return (id == null || !id.isText() ? "?" : id.text()) + "@"
                + (version == null || !version.isText() ? "?" : version.text());
    }

    private static java.util.SequencedMap<String, Profile.Jurisdiction> filed(Profile promised) {
        var places = new LinkedHashMap<String, Profile.Jurisdiction>();
        promised.policy().jurisdictions().forEach((code, rules) -> {
            var rights = new LinkedHashMap<Right, Terms>();
            rules.rights()
                    .forEach((right, own) -> CarriedOut.terms(new Promise(promised, code.text(), rules, right, own))
                            .ifPresent(terms -> rights.put(right, terms)));
            if (!rights.isEmpty()) {
                var names = new LinkedHashMap<String, String>();
                for (Language language : rules.name().keySet()) {
                    names.put(language.text(), String.valueOf(rules.name().get(language)));
                }
                places.put(
                        code.text(),
                        new Profile.Jurisdiction(
                                code.text(),
                                Collections.unmodifiableMap(names),
                                Collections.unmodifiableSequencedMap(rights)));
            }
        });
        return Collections.unmodifiableSequencedMap(places);
    }
}
