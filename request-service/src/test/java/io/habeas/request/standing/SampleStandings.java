// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.contracts.SealedField;
import io.habeas.contracts.Stance;
import io.habeas.contracts.StandingOrigin;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;

/** One of each thing that can happen to a standing fact. */
public final class SampleStandings {

    private static final UUID FACT = new UUID(0x8000L, 0x8000_0000_0000_0001L);
    private static final UUID OTHER = new UUID(0x8000L, 0x8000_0000_0000_0002L);
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final SealedField SEALED = new SealedField(new UUID(3, 3), "c2VhbGVk");

    private SampleStandings() {}

    public static Stream<StandingEvent> all() {
        return Stream.of(
                new StandingEvent.Set(
                        FACT,
                        "SALE",
                        "E_MAIL",
                        Stance.NO,
                        StandingOrigin.GPC,
                        SEALED,
                        "smallrig@2021-06",
                        "US-CA",
                        AT,
                        Instant.parse("2027-01-03T08:00:00Z"),
                        false,
                        "smallrig@2021-06#US-CA.signals.gpc",
                        "fingerprint"),
                new StandingEvent.Ended(FACT, OTHER, AT),
                new StandingEvent.OptInAsked(
                        FACT,
                        OTHER,
                        "SALE",
                        SEALED,
                        "smallrig@2021-06",
                        "US-CA",
                        AT,
                        Instant.parse("2026-01-03T03:04:05Z"),
                        "smallrig@2021-06#US-CA.rights.OPT_IN_TO_SALE.steps",
                        "fingerprint"),
                new StandingEvent.OptInLapsed(FACT, AT),
                new StandingEvent.KeyDestroyed(FACT, new UUID(3, 3)));
    }
}
