// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A category of the policy, under which items of a package stand.
 *
 * @param recipients the categories of third parties that the policy names for it
 */
public record CategoryRules(
        SequencedMap<Language, String> name,
        List<Name> purposes,
        List<Name> sources,
        List<Name> disclosedTo,
        List<Name> soldTo,
        @Nullable String source) {}
