// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.exchange;

import io.habeas.contracts.VerificationAnnouncement.Passed;
import io.habeas.request.intake.BoundVersion;
import io.habeas.request.lifecycle.RequestCommand.AcceptProof;
import io.habeas.request.lifecycle.RequestCommand.Seen;
import io.habeas.request.lifecycle.RequestCommand.Version;
import io.habeas.request.limits.EarlierRequests;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Profile;
import io.habeas.request.register.RequestFile;
import io.habeas.request.register.RequestFiles;

/** What is known of a person once it is proved who asks: which version of the policy they keep, and what else they have asked for. */
final class Proofs {

    private final RequestFiles files;
    private final Policies policies;
    private final BoundVersion bound;
    private final EarlierRequests earlier;

    Proofs(RequestFiles files, Policies policies, BoundVersion bound, EarlierRequests earlier) {
        this.files = files;
        this.policies = policies;
        this.bound = bound;
        this.earlier = earlier;
    }

    /** The request is noted as its person's before it is decided. May be repeated. */
    AcceptProof command(Passed passed) {
        var plain = new AcceptProof(
                passed.requestId(),
                passed.method(),
                passed.level(),
                passed.proved(),
                passed.contact(),
                passed.account(),
                passed.provedAt());
        return files.find(passed.requestId())
                .map(file -> known(plain, file, passed))
                .orElse(plain);
    }

    private AcceptProof known(AcceptProof plain, RequestFile file, Passed passed) {
        var version = version(file, passed);
        var others = version instanceof Version.Kept(String profile, String place)
                ? earlier.onProof(file, passed.proved(), profile, place)
                : earlier.onProof(file, passed.proved(), file.profile(), file.jurisdiction());
        return plain.of(version)
                .after(others)
                .from(new Seen(file.profile(), file.jurisdiction(), file.proved() != null));
    }

    /** What was proved before is a repeat, and changes nothing. */
    private Version version(RequestFile file, Passed passed) {
        var received = file.received();
        if (file.proved() != null) {
            return new Version.AsBound();
        }
        var holding = bound.forRequest(file, received.places(), passed.proved());
        if (holding.isEmpty()) {
            return new Version.NotGiven(inForce(file) + "#version");
        }
        return policies.controller(file.controller())
                .flatMap(it -> it.profile(received.profile()))
                .filter(it -> holding.get().takesThePlaceOf(it, received))
                .<Version>map(_ -> new Version.Kept(
                        holding.get().profile().address(),
                        holding.get().favoured().place()))
                .orElseGet(Version.AsBound::new);
    }

    private String inForce(RequestFile file) {
        return policies.controller(file.controller())
                .flatMap(it -> it.profileAt(file.received().receivedAt()))
                .map(Profile::address)
                .orElse(file.profile());
    }
}
