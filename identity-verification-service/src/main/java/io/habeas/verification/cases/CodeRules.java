// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How codes behave. With eight digits, five tries and three codes somebody who guesses proves a stranger's identity in 15 of
 * 100,000,000 requests.
 *
 * @param tick codes leave, and look-ups begin, at whole multiples of it, so that their moment tells nothing
 * @param lifetime of a code
 * @param tries how often a code may be entered wrongly before it is void
 * @param pauses before the second code, the third and so on; as many codes as pauses, and one
 * @param freshPause between two codes after the proof
 * @param freshCodes after the proof, on one day
 * @param repeat for how long the right code answers again to a client that lost the answer
 * @param firstPause after the first look-up that failed; doubled each time
 * @param longestPause the pause never grows over it
 */
@ConfigurationProperties("habeas.verification.codes")
record CodeRules(
        @DefaultValue("1s") Duration tick,
        @DefaultValue("24h") Duration lifetime,
        @DefaultValue("5") int tries,
        @DefaultValue({"1m", "10m"}) List<Duration> pauses,
        @DefaultValue("1m") Duration freshPause,
        @DefaultValue("10") int freshCodes,
        @DefaultValue("1m") Duration repeat,
        @DefaultValue("1s") Duration firstPause,
        @DefaultValue("1m") Duration longestPause) {

    CodeRules {
        pauses = List.copyOf(pauses);
        if (tick.compareTo(Duration.ofMillis(10)) < 0) {
            throw new IllegalArgumentException("habeas.verification.codes.tick must be at least 10 ms");
        }
        if (tries < 1 || tries > 10 || pauses.size() > 10) {
            throw new IllegalArgumentException(
                    "habeas.verification.codes: at most 10 tries and 11 codes, so that guessing stays hopeless");
        }
    }

    int codes() {
        return pauses.size() + 1;
    }

    /** @param codes how many there were already, at least one */
    Duration pauseAfter(int codes) {
        return codes <= pauses.size() ? pauses.get(codes - 1) : Duration.ZERO;
    }
}
