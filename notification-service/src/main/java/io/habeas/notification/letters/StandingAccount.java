// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import io.habeas.contracts.Standings;
import io.habeas.contracts.Standings.Why;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells in words which uses of the data have ended, and which go on and why. */
final class StandingAccount {

    private final Phrases words;
    private final Language language;
    private final Standings standings;
    private final Map<String, String> values;

    /** @param values of the letter */
    StandingAccount(Phrases words, Language language, @Nullable Standings standings, Map<String, String> values) {
        this.words = words;
        this.language = language;
        this.standings = standings == null ? new Standings(List.of(), List.of()) : standings;
        this.values = values;
    }

    List<Block> stands() {
        return standings.stands().stream()
                .<Block>map(it -> new Block.Item(words.say(
                        it.channel() == null ? "standing.no" : "standing.no.channel",
                        Map.of(
                                "use", words.word("use", it.use()),
                                "channel", it.channel() == null ? "" : words.word("channel", it.channel()),
                                "since", language.moment(it.since())))))
                .toList();
    }

    List<Block> unchanged() {
        var blocks = new ArrayList<Block>();
        for (var use : standings.unchanged()) {
            var said = new HashMap<>(values);
            said.put("use", words.word("use", use.use()));
            said.put("source", use.source() == null ? "" : use.source());
            var phrase = "unchanged." + use.why() + (use.source() == null ? "" : ".source");
            blocks.add(new Block.Item(words.say(phrase, said)));
        }
        boolean offered = standings.unchanged().stream().anyMatch(it -> it.why() == Why.BASIC_FUNCTION);
        if (offered) {
            blocks.add(new Block.Paragraph(words.say("unchanged.offer", values)));
        }
        return blocks;
    }
}
