// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.request.policy.Controller;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.PolicyException;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controllers as callers see them: one that is not known, or can not be read, is a problem with a cure. */
public final class Published {

    private static final Logger LOG = LoggerFactory.getLogger(Published.class);

    private final Policies policies;

    Published(Policies policies) {
        this.policies = policies;
    }

    /** @throws ProblemException if there is none of that name, or its policy does not load */
    public Controller controller(String id) {
        try {
            return policies.controller(id).orElseThrow(() -> Offers.unknownController(policies));
        } catch (PolicyException broken) {
            LOG.atError().addKeyValue("says", broken.getMessage()).log("a controller's policy does not load");
            throw new ProblemException(Problem.UNAVAILABLE, "the policy of this controller can not be read for now")
                    .retryAfter(Duration.ofSeconds(30));
        }
    }
}
