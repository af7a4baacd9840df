// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.habeas.request.policy.Favoured.Because;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the person lives, as it was said, when that says more than the part of the policy under which they fall.
 *
 * @param declared places, in order
 * @param because why that part holds and none of the others; absent where one place was named
 */
public record Declared(
        List<String> declared,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Because because) {

    /** @return nothing where the part itself was named, and nothing else */
    public static @Nullable Declared of(List<String> declared, String jurisdiction, @Nullable Because because) {
        return declared.equals(List.of(jurisdiction)) ? null : new Declared(List.copyOf(declared), because);
    }
}
