// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the access log says of a path: words of the API and ids; anything else is a star,
 * since a stranger can write a name there.
 */
final class LoggedPath {

    private static final int MOST_SEGMENTS = 10;
    private static final Pattern ID =
            Pattern.compile("v1|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern WORD = Pattern.compile("api|requests|controllers|profile|verification|codes|evidence"
            + "|details|confirmation|fee-acceptance|withdrawal|complaints|package|links|standing|queries|signals|desk"
            + "|searches|decisions|extensions|reviews|readings|withholdings|data-map|approvals|versions|checks|plans|tasks|outcome|retry|dead-letters"
            + "|redrive|campaigns|pause|resume|stores|restores|recipients|answers|audit|checkpoint|tile|proof");

    private LoggedPath() {}

    static String of(String rawPath) {
        return Stream.of(rawPath.split("/", -1))
                .limit(MOST_SEGMENTS)
                .map(segment -> segment.isEmpty()
                                || ID.matcher(segment).matches()
                                || WORD.matcher(segment).matches()
                        ? segment
                        : "*")
                .collect(Collectors.joining("/"));
    }
}
