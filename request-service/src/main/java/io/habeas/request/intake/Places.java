// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.request.policy.Profile;
import io.habeas.service.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a person lives, as it is named: one place, or several of which the one that gives most holds. */
public final class Places {

    private static final int MOST = 5;

    private Places() {}

    /**
     * Both are one list, the single one first.
     *
     * @throws ProblemException if none is named, one of them is no place at all, or the policy promises nothing in any of them
     */
    public static List<String> named(Profile profile, @Nullable String one, @Nullable List<@Nullable String> several) {
        if (several != null && (several.size() > MOST || several.isEmpty())) {
            throw ProblemException.invalid("/jurisdictions", "1 to " + MOST + " places, or leave it out");
        }
        var all = new ArrayList<@Nullable String>();
        if (one != null || several == null) {
            all.add(one);
        }
        int beside = all.size();
        if (several != null) {
            all.addAll(several);
        }
        var places = new LinkedHashSet<String>();
        for (int index = 0; index < all.size(); index++) {
            var next = all.get(index);
            if (next == null || !Profile.isPlace(next)) {
                throw Offers.unknownJurisdiction(
                        profile, index < beside ? "/jurisdiction" : "/jurisdictions/" + (index - beside));
            }
            places.add(next);
        }
        return List.copyOf(places);
    }
}
