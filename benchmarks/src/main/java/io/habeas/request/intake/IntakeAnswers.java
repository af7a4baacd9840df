// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.request.policy.Controller;
import io.habeas.request.policy.Policies;
import io.habeas.service.StrictJson;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;
import tools.jackson.databind.json.JsonMapper;

/**
 * What intake answers, from bytes to bytes, without HTTP and without a database: the offer of a profile, and the decision whether a request is taken
 * in. It lies in the package of what it measures, as a test does.
 */
@NullMarked
public final class IntakeAnswers {

    private final JsonMapper json = StrictJson.mapper();
    private final Controller controller;

    /** @param controllers the folder with one folder for each */
    public IntakeAnswers(Path controllers, String controller) {
        this.controller = new Policies(controllers, null).controller(controller).orElseThrow();
    }

    /** {@code GET .../profile?jurisdiction=}. */
    public byte[] profile(String jurisdiction, Instant now) {
        var profile = controller.profileAt(now).orElseThrow();
        var place = profile.placeOf(jurisdiction).flatMap(profile::jurisdiction).orElseThrow();
        return json.writeValueAsBytes(Offers.of(controller, profile, place));
    }

    /** {@code POST .../requests}, up to the command. @return how many clocks it would start */
    public int decide(byte[] body, Instant now) {
        var submission = json.readValue(body, Submission.class);
        var inForce = controller.profileAt(now).orElseThrow();
        var right = submission.rightNamed().orElseThrow();
        var declared = Places.named(inForce, submission.jurisdiction(), submission.jurisdictions());
        var bound = BoundVersion.atReceipt(controller, submission.asking(right, declared), now)
                .orElseThrow();
        var checked = IntakeCheck.check(bound.profile(), bound.terms(right), submission);
        return checked.terms().clocks().size();
    }
}
