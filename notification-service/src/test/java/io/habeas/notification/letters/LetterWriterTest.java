// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.contracts.Grade;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LetterWriterTest {

    private final LetterWriter writer = new LetterWriter(URI.create("https://privacy.example.org/"));

    @ParameterizedTest
    @CsvSource({
        "RECEIVED, en",
        "CODE, en",
        "CONFIRM_ERASURE, en",
        "HOLD, en",
        "ANSWERED, en",
        "NOT_VERIFIED, en",
        "WITHDRAWN, en",
        "LAPSED, en",
        "REFUSED, en",
        "DETAILS_ASKED, en",
        "EXTENDED, en",
        "FEE, en",
        "NO_REQUEST, en",
        "COMPLAINT_ANSWERED, en",
        "RECEIVED, zh-CN",
        "CODE, zh-CN",
        "CONFIRM_ERASURE, zh-CN",
        "HOLD, zh-CN",
        "ANSWERED, zh-CN",
        "NOT_VERIFIED, zh-CN",
        "WITHDRAWN, zh-CN",
        "LAPSED, zh-CN",
        "REFUSED, zh-CN",
        "DETAILS_ASKED, zh-CN",
        "EXTENDED, zh-CN",
        "FEE, zh-CN",
        "NO_REQUEST, zh-CN",
        "COMPLAINT_ANSWERED, zh-CN"
    })
    void a_letter_says_what_was_agreed(Letter kind, String language) throws IOException {
        var letter = SampleLetters.write(writer, kind, language);

        var name = language.substring(0, 2) + "/"
                + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
        var text = "Subject: " + letter.subject() + "\n\n" + letter.text();
        assertThat(text).isEqualTo(golden(name + ".txt", text));
        assertThat(letter.html()).isEqualTo(golden(name + ".html", letter.html()));
    }

    @ParameterizedTest
    @EnumSource(Letter.class)
    void every_subject_carries_the_reference(Letter kind) {
        assertThat(SampleLetters.write(writer, kind, "en").subject()).contains(SampleLetters.REFERENCE);
        assertThat(SampleLetters.write(writer, kind, "zh-CN").subject()).contains(SampleLetters.REFERENCE);
    }

    @ParameterizedTest
    @EnumSource(Letter.class)
    void a_link_begins_with_the_public_address_and_nothing_remote_is_fetched(Letter kind) {
        var letter = SampleLetters.write(writer, kind, "en");

        assertThat(letter.text().replace("https://privacy.example.org/api/v1/requests/", ""))
                .doesNotContain("://");
        assertThat(letter.html().replace("https://privacy.example.org/api/v1/requests/", ""))
                .doesNotContain("://")
                .doesNotContainIgnoringCase("<img")
                .doesNotContainIgnoringCase("<script")
                .doesNotContainIgnoringCase("<style")
                .doesNotContainIgnoringCase(" src=");
    }

    @ParameterizedTest
    @CsvSource({
        "zh, 您的请求",
        "zh-CN, 您的请求",
        "zh-Hans-CN, 您的请求",
        "ZH, 您的请求",
        "en, Your request",
        "de, Your request",
        "zhx, Your request"
    })
    void the_language_of_the_request_decides(String tag, String begin) {
        assertThat(SampleLetters.write(writer, Letter.LAPSED, tag).subject()).startsWith(begin);
    }

    @Test
    void both_languages_have_the_same_phrases() {
        assertThat(Phrases.load(Language.ZH).names())
                .containsExactlyInAnyOrderElementsOf(Phrases.load(Language.EN).names());
    }

    @ParameterizedTest
    @CsvSource({
        "VERIFIED, we looked again and found nothing, deleted: 3",
        "ATTESTED, confirmed by the recipient, 'deleted, as the recipient confirms: 3'",
        "UNCONFIRMED, 'told, not confirmed', 'told to delete, not confirmed: 3'"
    })
    void the_answer_says_as_much_as_the_grade(Grade grade, String words, String count) {
        var letter = writer.answered("smallrig", SampleLetters.erasureAnswered(grade));

        assertThat(letter.text()).contains("shop: " + words).contains(count);
    }

    @ParameterizedTest
    @EnumSource(
            value = Grade.class,
            names = {"ATTESTED", "UNCONFIRMED"})
    void what_we_did_not_see_ourselves_is_never_told_as_seen(Grade grade) {
        var letter = writer.answered("smallrig", SampleLetters.erasureAnswered(grade));

        assertThat(letter.text())
                .doesNotContain("we looked again")
                .doesNotContain("We looked again")
                .doesNotContain(" deleted: 3");
    }

    @Test
    void one_silent_recipient_is_enough_for_a_careful_summary() {
        var answered = SampleLetters.answered(
                Right.ERASURE,
                List.of(
                        SampleLetters.erased("shop", Grade.VERIFIED),
                        SampleLetters.erased("mailer", Grade.UNCONFIRMED)),
                null);

        assertThat(writer.answered("smallrig", answered).text()).contains("Not all of it is confirmed");
    }

    @Test
    void a_silent_recipient_is_never_said_to_hold_nothing() {
        var nothing = new CollectionOutcome("list", List.of(), 0, 0, 0, 0, List.of(), List.of());
        var outcome = new TaskOutcome(
                SampleLetters.TASK, "mailer", TaskOutcome.Kind.ERASE, Grade.UNCONFIRMED, List.of(nothing));

        var letter = writer.answered("smallrig", SampleLetters.answered(Right.ERASURE, List.of(outcome), null));

        assertThat(letter.text())
                .contains("nothing reported")
                .doesNotContain("nothing found")
                .doesNotContain("Nothing about you was found");
    }

    @Test
    void that_it_is_erased_by_itself_is_promised_of_what_we_keep_until_a_day_and_of_nothing_else() {
        var day = LocalDate.of(2028, 3, 31);

        assertThat(answerKeeping(Grade.VERIFIED, day)).contains("Kept until 31 March 2028; then it is deleted");
        assertThat(answerKeeping(Grade.VERIFIED, null))
                .contains("can not be named yet")
                .doesNotContain("by itself");
        assertThat(answerKeeping(Grade.ATTESTED, day))
                .contains("Kept until 31 March 2028.")
                .doesNotContain("by itself");
    }

    private String answerKeeping(Grade grade, @Nullable LocalDate until) {
        var kept = new TaskOutcome.Kept("TRANSACTION_RECORDS", 1, until);
        var orders = new CollectionOutcome("orders", List.of(), 1, 0, 0, 0, List.of(kept), List.of());
        var outcome = new TaskOutcome(SampleLetters.TASK, "shop", TaskOutcome.Kind.ERASE, grade, List.of(orders));
        return writer.answered("smallrig", SampleLetters.answered(Right.ERASURE, List.of(outcome), null))
                .text();
    }

    @Test
    void a_ground_without_words_is_shown_as_the_policy_names_it() {
        var kept = new CollectionOutcome(
                "orders", List.of(), 1, 0, 0, 0, List.of(new TaskOutcome.Kept("MOON_PHASE", 1, null)), List.of());
        var outcome =
                new TaskOutcome(SampleLetters.TASK, "shop", TaskOutcome.Kind.ERASE, Grade.VERIFIED, List.of(kept));

        var letter = writer.answered("smallrig", SampleLetters.answered(Right.ERASURE, List.of(outcome), null));

        assertThat(letter.text())
                .contains("the published policy calls \"moon phase\"")
                .contains("can not be named yet");
    }

    @Test
    void a_refusal_names_the_ground_and_the_next_steps_with_their_source() {
        var letter = writer.refused("zhiqi", SampleLetters.refused("en", SampleLetters.SEALED, "DECEPTIVE", true));

        assertThat(letter.text())
                .contains("it is deceptive")
                .contains("go to court")
                .contains("PIPL art. 50 and 65")
                .doesNotContain("owe");
    }

    @Test
    void a_refusal_for_a_limit_names_the_day_from_which_it_is_possible_again() {
        var day = LocalDate.parse("2027-03-05");

        var english = writer.refused(
                "smallrig", SampleLetters.refused("en", SampleLetters.SEALED, "LIMIT_REACHED", true, day));
        var chinese = writer.refused(
                "smallrig", SampleLetters.refused("zh-CN", SampleLetters.SEALED, "LIMIT_REACHED", true, day));

        assertThat(english.text()).contains("is used up").contains("You can ask again from 5 March 2027 on.");
        assertThat(chinese.text()).contains("2027年3月5日");
    }

    @Test
    void where_no_answer_is_owed_a_neutral_letter_names_the_ground_unless_it_is_secret() {
        var shown = writer.refused("ciie", SampleLetters.refused("en", SampleLetters.SEALED, "BUSINESS_SECRET", false));
        var secret = writer.refused("ciie", SampleLetters.refused("en", SampleLetters.SEALED, null, false));

        assertThat(shown.text()).contains("business secret").contains("go to court");
        assertThat(secret.text()).contains("go to court").doesNotContain("ground");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh-CN"})
    void every_ground_of_the_five_policies_has_words(String language) throws IOException {
        var words = Phrases.load(Language.of(language)).names();
        var profiles = Path.of("../quickstart/src/main/resources/sample/controllers");
        var entry = Pattern.compile("\\{ground: ([A-Z_]+)");
        try (var files = Files.walk(profiles)) {
            for (var file :
                    files.filter(it -> it.toString().contains("profiles/")).toList()) {
                var section = "";
                for (var line : Files.readAllLines(file)) {
                    section = line.strip().matches("\\w+:.*") ? line.strip() : section;
                    var found = entry.matcher(line);
                    // those under "grounds" are the person's own
                    if (line.strip().startsWith("- {") && found.find() && !section.startsWith("grounds:")) {
                        assertThat(words).as(file.toString()).contains("refusal." + found.group(1));
                    }
                }
            }
        }
    }

    @Test
    void what_staff_write_is_text_line_by_line_and_nothing_else() {
        var note = new io.habeas.contracts.Sealed.Note("# which orders?\n@ http://evil.example\n{{reference}}<b>");

        var letter = writer.detailsAsked("smallrig", SampleLetters.detailsAsked("en", SampleLetters.SEALED), note);

        assertThat(letter.text()).contains("# which orders?").contains("{{reference}}");
        assertThat(letter.html()).doesNotContain("<b>").doesNotContain("href=\"http://evil");
    }

    @Test
    void what_comes_from_outside_is_text_in_html_and_one_line_in_the_subject() {
        var withdrawn = new RequestAnnouncement.Withdrawn(
                SampleLetters.REQUEST, "HB-1\r\nBcc: eve@example.org\u2028<b>{{code}}", "en");

        var letter = writer.withdrawn("<script>alert(1)</script>", withdrawn);

        assertThat(letter.subject())
                .doesNotContain("\r")
                .doesNotContain("\n")
                .doesNotContain("\u2028")
                .contains("{{code}}");
        assertThat(letter.html())
                .contains("&lt;script&gt;")
                .doesNotContain("<script>")
                .doesNotContain("<b>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://x.example", "https://u@x.example", "https://x.example?a=b", "/relative", "https:opaque"})
    void a_public_address_that_could_mislead_is_refused_at_the_start(String address) {
        var uri = URI.create(address);

        assertThatThrownBy(() -> new LetterWriter(uri)).hasMessageContaining("habeas.public-url");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh-CN"})
    void several_codes_go_in_one_letter_each_with_its_reference_and_where_it_is_entered(String language) {
        var first = SampleLetters.identityAsked(language, SampleLetters.SEALED);
        var other = new RequestAnnouncement.IdentityAsked(
                new UUID(7, 7), "HB-OTHE-RONE", Right.ACCESS, language, SampleLetters.SEALED, first.expiresAt());

        var letter = writer.codes(
                "smallrig",
                new LetterWriter.Code(first, "1111-1111"),
                List.of(new LetterWriter.Code(other, "2222-2222")));

        assertThat(letter.subject()).contains(first.reference()).doesNotContain(other.reference());
        assertThat(letter.text())
                .containsPattern("(?m)^1111-1111$")
                .containsPattern("(?m)^2222-2222$")
                .contains(other.reference(), "/api/v1/requests/" + other.requestId() + "/verification");
    }

    /** With WRITE_GOLDEN in the environment the letters are written anew, to be read and committed by a person. */
    private static String golden(String name, String written) throws IOException {
        if (System.getenv("WRITE_GOLDEN") != null) {
            var file = Path.of("src/test/resources/golden", name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, written);
        }
        try (var stream = LetterWriterTest.class.getResourceAsStream("/golden/" + name)) {
            return stream == null
                    ? "no golden letter " + name
                    : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
