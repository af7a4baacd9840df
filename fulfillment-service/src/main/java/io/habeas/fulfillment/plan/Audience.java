// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.contracts.Telling;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Mark;
import io.habeas.fulfillment.datamap.DataMap.Recipient;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Whom the policy has told, out of those that the data map names. */
final class Audience {

    private static final Set<String> WORKING_FOR_US = Set.of("SERVICE_PROVIDER", "PROCESSOR", "CONTRACTOR");

    private Audience() {}

    /** @param telling absent where the policy does not say: then nobody is left out */
    static List<Recipient> of(DataMap map, @Nullable Telling telling) {
        return telling == null
                ? map.recipients()
                : map.recipients().stream().filter(isMeant(telling)).toList();
    }

    private static Predicate<Recipient> isMeant(Telling telling) {
        return switch (telling.told()) {
            case NOTIFY, NOTIFY_UNLESS_OWN_CONSENT -> _ -> true;
            case NOTIFY_SERVICE_PROVIDERS -> it -> WORKING_FOR_US.contains(it.role());
            case NOTIFY_SALES -> it -> it.marks().contains(Mark.SALE);
            case NOTIFY_DIRECT_MARKETING -> it -> it.marks().contains(Mark.DIRECT_MARKETING);
            case NOTIFY_ADVERTISING -> it -> it.marks().contains(Mark.ADVERTISING);
            case NOTIFY_BOUND_TO_PURPOSE -> it -> telling.uses().stream().anyMatch(it.purposes()::contains);
        };
    }
}
