// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** Short texts of one language: the names of rights, grounds, grades, steps of complaint, and the sentences around them. */
final class Phrases {

    private final Properties texts = new Properties();
    private final String source;

    private Phrases(String source) {
        this.source = source;
    }

    static Phrases load(Language language) {
        var phrases = new Phrases("letters/" + language.tag() + "/phrases.properties");
        try (var stream = Phrases.class.getClassLoader().getResourceAsStream(phrases.source)) {
            if (stream == null) {
                throw new IllegalStateException(phrases.source + " is not on the class path");
            }
            phrases.texts.load(new InputStreamReader(stream, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return phrases;
    }

    /** @throws IllegalStateException if the language lacks it */
    String say(String name) {
        var text = texts.getProperty(name);
        if (text == null) {
            throw new IllegalStateException(source + " has no '" + name + "'");
        }
        return text;
    }

    String say(String name, Map<String, String> values) {
        return Placeholders.fill(say(name), values);
    }

    /** The text of a code that comes from a policy or a data map; one that we have no words for is shown as it is named there. */
    String word(String family, String code) {
        var text = texts.getProperty(family + "." + code);
        return text == null ? say(family + ".other", Map.of("code", readable(code))) : text;
    }

    Set<String> names() {
        return texts.stringPropertyNames();
    }

    private static String readable(String code) {
        return code.replace('_', ' ').toLowerCase(Locale.ROOT);
    }
}
