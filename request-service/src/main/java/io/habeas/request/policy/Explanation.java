// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.request.policy.Favoured.Because;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What applies to one right, for one person, on one day, and which line of which profile says so.
 *
 * @param profile the version in force on that day
 * @param until the last day of that version; absent where no later one is loaded
 * @param place the part of the policy under which the declared jurisdiction falls
 * @param because why that part, where several places are named; absent where one is
 * @param onOffer whether the policy promises the right there
 * @param capacityOnOffer whether it can be asked for in that capacity
 * @param canBeFiled whether intake takes it today
 * @param notFiledBecause why it does not, where it is on offer
 * @param forAPersonBecause why a person of the controller decides it, and no machine; absent where a machine may grant it
 * @param offered every right that the policy promises there
 * @param capacities every capacity in which this right can be asked for
 * @param clocks with the days on which they end if they begin on that day
 * @param rules everything else that holds for it, in the order of the profile
 */
public record Explanation(
        String profile,
        LocalDate inForce,
        @Nullable LocalDate until,
        String declared,
        String place,
        @Nullable Because because,
        Right right,
        Capacity capacity,
        LocalDate date,
        boolean onOffer,
        boolean capacityOnOffer,
        boolean canBeFiled,
        @Nullable String notFiledBecause,
        @Nullable String forAPersonBecause,
        Collection<Right> offered,
        Collection<Capacity> capacities,
        Map<String, String> contact,
        List<Clock> clocks,
        List<Rule> rules) {

    /**
     * @param dueOn the last day if the clock begins on the day asked for and nothing stops it
     * @param provisional whether that day may change when calendar data comes
     * @param extendedTo the last day with the extension, where there is one
     * @param source the section of the policy, or the law where the policy is silent
     */
    public record Clock(
            String clock,
            String from,
            String within,
            List<String> stops,
            List<String> notAfter,
            LocalDate dueOn,
            boolean provisional,
            @Nullable String extension,
            @Nullable LocalDate extendedTo,
            String rule,
            int line,
            @Nullable String source) {}

    /**
     * @param topic the way to the rule below its right, place or policy
     * @param rule its address
     */
    public record Rule(
            String topic,
            String says,
            String rule,
            int line,
            @Nullable String source) {}
}
