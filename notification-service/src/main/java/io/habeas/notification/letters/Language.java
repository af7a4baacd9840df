// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The languages that letters exist in. */
enum Language {
    EN("en", "d MMMM uuuu", "d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH),
    ZH("zh", "uuuu年M月d日", "uuuu年M月d日 HH:mm'（UTC）'", Locale.SIMPLIFIED_CHINESE);

    private final String tag;
    private final DateTimeFormatter days;
    private final DateTimeFormatter moments;

    Language(String tag, String days, String moments, Locale locale) {
        this.tag = tag;
        this.days = DateTimeFormatter.ofPattern(days, locale);
        this.moments = DateTimeFormatter.ofPattern(moments, locale);
    }

    /** @param tag BCP 47, as the request named it; whatever is not Chinese is written to in English */
    static Language of(String tag) {
        return "zh".equals(Locale.forLanguageTag(tag).getLanguage()) ? ZH : EN;
    }

    String tag() {
        return tag;
    }

    String day(LocalDate day) {
        return days.format(day);
    }

    String moment(Instant moment) {
        return moments.format(moment.atOffset(ZoneOffset.UTC));
    }
}
