// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import io.habeas.contracts.Identifier;
import io.habeas.sealeddata.HashKeys.Name;
import io.habeas.sealeddata.HashKeys.Purpose;
import java.time.Instant;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;

/**
 * Hashes under which an identifier can be found again by who holds the key, and guessed by nobody else: HMAC-SHA-256 over
 * kind and normalized value. They belong into tables that can be deleted, never into an event, topic or log.
 *
 * <p>A hash reads {@code n1.<43 characters>}; the number is the {@link Normalizer}'s version.
 */
public final class KeyedHashes {

    private static final Period STANDING_LIFE = Period.ofYears(100);

    private final HashKeys keys;
    private final Period lookupLife;
    private final Normalizer normalizer;

    public KeyedHashes(KeyStore store, Normalizer normalizer) {
        this.keys = store.hashKeys();
        this.lookupLife = store.settings().lookupLife();
        this.normalizer = normalizer;
    }

    /**
     * For looking requests up; its key is the controller's and that quarter's.
     *
     * @param at legal time; the quarter is that of UTC
     */
    public String lookup(String controller, Identifier identifier, Instant at) {
        var quarter = quarterOf(at);
        var expires = quarter.plusMonths(3)
                .plus(lookupLife)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        return hash(keys.obtain(name(controller, quarter), expires), Purpose.LOOKUP, identifier);
    }

    /** Under which hashes an identifier may be found, for each quarter from then to then whose key still exists. */
    public List<String> lookups(String controller, Identifier identifier, Instant from, Instant to) {
        var found = new ArrayList<String>();
        var last = quarterOf(to);
        for (var quarter = quarterOf(from); !quarter.isAfter(last); quarter = quarter.plusMonths(3)) {
            try {
                keys.find(name(controller, quarter))
                        .map(key -> hash(key, Purpose.LOOKUP, identifier))
                        .ifPresent(found::add);
            } catch (KeyDestroyedException _) {
                continue; // its rows can match nothing any more
            }
        }
        return found;
    }

    /** For standing facts (objection, opt-out): the same for as long as the controller is served. */
    public String standing(String controller, Identifier identifier, Instant now) {
        var name = new Name(controller, Purpose.STANDING, "");
        var expires = now.atOffset(ZoneOffset.UTC).plus(STANDING_LIFE).toInstant();
        return hash(keys.obtain(name, expires), Purpose.STANDING, identifier);
    }

    private String hash(Hmac key, Purpose purpose, Identifier identifier) {
        return "n" + normalizer.version() + "."
                + key.text(purpose.name(), identifier.kind().name(), normalizer.normalize(identifier));
    }

    private static Name name(String controller, YearMonth quarter) {
        Sealer.checkController(controller);
        return new Name(controller, Purpose.LOOKUP, quarter.getYear() + "-Q" + quarter.get(IsoFields.QUARTER_OF_YEAR));
    }

    private static YearMonth quarterOf(Instant at) {
        var month = YearMonth.from(at.atOffset(ZoneOffset.UTC));
        return month.minusMonths((month.getMonthValue() - 1) % 3);
    }
}
