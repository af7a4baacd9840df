// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long the gateway has patience with a service.
 *
 * @param connect until a connection stands
 * @param answer until status and headers have come
 * @param silence the longest pause within the body of an answer; a download may take as long as it likes
 * @param atOnce how many exchanges one copy of a service may have open; a slow service must not use up what the others need
 * @param leaveOut how long a copy that could not be reached is left out while there are others
 */
@ConfigurationProperties("habeas.upstream")
record UpstreamProperties(
        @DefaultValue("2s") Duration connect,
        @DefaultValue("30s") Duration answer,
        @DefaultValue("60s") Duration silence,
        @DefaultValue("512") int atOnce,
        @DefaultValue("2s") Duration leaveOut) {

    UpstreamProperties {
        if (!connect.isPositive()
                || !answer.isPositive()
                || !silence.isPositive()
                || atOnce < 1
                || !leaveOut.isPositive()) {
            throw new IllegalArgumentException(
                    "habeas.upstream.connect, answer, silence, at-once and leave-out must be above zero");
        }
    }
}
