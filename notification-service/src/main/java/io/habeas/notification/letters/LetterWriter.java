// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.Right;
import io.habeas.contracts.Sealed;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes letters. A letter holds the reference, what was asked for and what became of it; of the person it holds nothing, so that
 * one which reaches the wrong hands tells nothing about anybody.
 */
public final class LetterWriter {

    private final Links links;
    private final Map<Language, Map<Letter, Template>> templates = new EnumMap<>(Language.class);
    private final Map<Language, Phrases> phrases = new EnumMap<>(Language.class);

    /** Loads every letter in every language, so that a missing one is noticed at the start. */
    public LetterWriter(URI publicUrl) {
        this.links = new Links(publicUrl);
        for (var language : Language.values()) {
            phrases.put(language, Phrases.load(language));
            var letters = new EnumMap<Letter, Template>(Letter.class);
            for (var letter : Letter.values()) {
                var name = letter.name().toLowerCase(Locale.ROOT).replace('_', '-');
                letters.put(letter, Template.load(language, name));
            }
            templates.put(language, letters);
        }
    }

    public WrittenLetter received(String controller, RequestAnnouncement.Received received) {
        var draft = draft(Letter.RECEIVED, received.language(), controller, received.requestId(), received.reference());
        draft.right(received.right());
        draft.value("receivedAt", draft.language.moment(received.receivedAt()));
        draft.moment("respondBy", received.respondBy());
        draft.moment("identityBy", received.identityBy());
        draft.says("noProof", received.identityBy() == null);
        return draft.write();
    }

    /** A code for one request. @param written as it is to be typed */
    public record Code(RequestAnnouncement.IdentityAsked asked, String written) {
        @Override
        public String toString() {
            return "Code[request=" + asked.requestId() + "]";
        }
    }

    /** @param code as it is to be typed */
    public WrittenLetter code(String controller, RequestAnnouncement.IdentityAsked asked, String code) {
        return codes(controller, new Code(asked, code), List.of());
    }

    /** One letter with several codes, each with what it is for. @param first of whose request the letter is */
    public WrittenLetter codes(String controller, Code first, List<Code> others) {
        var asked = first.asked();
        var draft = draft(Letter.CODE, asked.language(), controller, asked.requestId(), asked.reference());
        draft.right(asked.right());
        draft.value("expiresAt", draft.language.moment(asked.expiresAt()));
        draft.value("code", first.written());
        draft.says("others", !others.isEmpty());
        draft.list("others", others.stream().flatMap(it -> beside(it, draft)).toList());
        return draft.write();
    }

    private Stream<Block> beside(Code code, Draft draft) {
        var asked = code.asked();
        var values = new HashMap<>(links.of(asked.requestId()));
        values.put("reference", asked.reference());
        values.put("right", draft.words.word("right", asked.right().name()));
        values.put("expiresAt", draft.language.moment(asked.expiresAt()));
        return Stream.of(
                new Block.Paragraph(draft.words.say("code.beside", values)),
                new Block.Standout(code.written()),
                new Block.Link(links.of(asked.requestId()).getOrDefault("verificationLink", "")));
    }

    public WrittenLetter statement(String controller, RequestAnnouncement.StatementAsked asked) {
        var draft = draft(Letter.STATEMENT, asked.language(), controller, asked.requestId(), asked.reference());
        draft.right(asked.right());
        draft.value("until", draft.language.moment(asked.until()));
        return draft.write();
    }

    public WrittenLetter confirmErasure(String controller, RequestAnnouncement.ConfirmationAsked asked) {
        var draft = draft(Letter.CONFIRM_ERASURE, asked.language(), controller, asked.requestId(), asked.reference());
        draft.value("until", draft.language.moment(asked.until()));
        boolean cancels = asked.right() == Right.ACCOUNT_CANCELLATION;
        draft.value("what", draft.words.say(cancels ? "confirm.ACCOUNT_CANCELLATION" : "confirm.ERASURE"));
        draft.says("cancels", cancels);
        draft.says("erases", !cancels);
        return draft.write();
    }

    public WrittenLetter hold(String controller, RequestAnnouncement.HoldStarted hold) {
        var draft = draft(Letter.HOLD, hold.language(), controller, hold.requestId(), hold.reference());
        draft.right(hold.right());
        draft.value("until", draft.language.moment(hold.until()));
        return draft.write();
    }

    public WrittenLetter answered(String controller, RequestAnnouncement.Answered answered) {
        return answered(controller, answered, null);
    }

    /** @param byHand what a person of the controller states that was done, where no machine did it */
    public WrittenLetter answered(
            String controller, RequestAnnouncement.Answered answered, Sealed.@Nullable ByHand byHand) {
        var draft = draft(Letter.ANSWERED, answered.language(), controller, answered.requestId(), answered.reference());
        draft.right(answered.right());
        var account = new OutcomeAccount(draft.words, draft.language, answered.outcomes());
        var standings = new StandingAccount(draft.words, draft.language, answered.standings(), draft.values);
        draft.list("summary", account.summary());
        draft.says("byHand", byHand != null);
        draft.byHand(byHand);
        draft.list("standing", standings.stands());
        draft.list("unchanged", standings.unchanged());
        draft.says("standing", !standings.stands().isEmpty());
        draft.says("unchanged", !standings.unchanged().isEmpty());
        draft.says(
                "done",
                byHand == null
                        && (answered.standings() == null || !answered.outcomes().isEmpty()));
        draft.list("outcomes", account.outcomes());
        draft.list("kept", account.kept());
        draft.list("omitted", account.omitted());
        draft.complaint(answered.complaint());
        var until = answered.packageUntil();
        draft.value("packageUntil", until == null ? "" : draft.language.moment(until));
        draft.says("package", until != null);
        draft.says("kept", !account.kept().isEmpty());
        draft.says("omitted", !account.omitted().isEmpty());
        return draft.write();
    }

    public WrittenLetter notVerified(String controller, RequestAnnouncement.NotVerified ended) {
        var draft = draft(Letter.NOT_VERIFIED, ended.language(), controller, ended.requestId(), ended.reference());
        draft.right(ended.right());
        draft.complaint(ended.complaint());
        return draft.write();
    }

    public WrittenLetter refused(String controller, RequestAnnouncement.Refused refused) {
        var draft = draft(Letter.REFUSED, refused.language(), controller, refused.requestId(), refused.reference());
        draft.right(refused.right());
        var ground = refused.ground();
        draft.value("ground", ground == null ? "" : draft.words.word("refusal", ground));
        draft.value("policy", refused.profile());
        draft.says("ground", ground != null && refused.answerOwed());
        draft.says("neutral", !refused.answerOwed());
        draft.says("neutralGround", ground != null && !refused.answerOwed());
        draft.complaint(refused.complaint());
        draft.source(refused.complaintSource());
        var againFrom = refused.againFrom();
        draft.value("againFrom", againFrom == null ? "" : draft.language.day(againFrom));
        draft.says("againFrom", againFrom != null);
        return draft.write();
    }

    /** @param missing in the words of whoever asks */
    public WrittenLetter detailsAsked(String controller, RequestAnnouncement.DetailsAsked asked, Sealed.Note missing) {
        var draft = draft(Letter.DETAILS_ASKED, asked.language(), controller, asked.requestId(), asked.reference());
        draft.right(asked.right());
        draft.note("missing", missing);
        draft.value("until", draft.language.moment(asked.until()));
        return draft.write();
    }

    /** @param reason in the words of whoever needs the time */
    public WrittenLetter extended(String controller, RequestAnnouncement.Extended extended, Sealed.Note reason) {
        var draft = draft(Letter.EXTENDED, extended.language(), controller, extended.requestId(), extended.reference());
        draft.right(extended.right());
        draft.note("reason", reason);
        draft.value("firstDueAt", draft.language.moment(extended.firstDueAt()));
        draft.value("dueAt", draft.language.moment(extended.dueAt()));
        return draft.write();
    }

    /** @param reason in the words of whoever quotes the fee */
    public WrittenLetter fee(String controller, RequestAnnouncement.FeeQuoted quoted, Sealed.Note reason) {
        var draft = draft(Letter.FEE, quoted.language(), controller, quoted.requestId(), quoted.reference());
        draft.right(quoted.right());
        draft.value("ground", draft.words.word("refusal", quoted.ground()));
        draft.value("amount", quoted.amount());
        draft.value("currency", quoted.currency());
        draft.note("reason", reason);
        draft.value("until", draft.language.moment(quoted.until()));
        return draft.write();
    }

    public WrittenLetter noRequest(String controller, RequestAnnouncement.NoRequest ended) {
        var draft = draft(Letter.NO_REQUEST, ended.language(), controller, ended.requestId(), ended.reference());
        draft.right(ended.right());
        draft.complaint(ended.complaint());
        draft.source(ended.complaintSource());
        return draft.write();
    }

    /** @param answer in the words of whoever looked at it */
    public WrittenLetter complaintAnswered(
            String controller, RequestAnnouncement.ComplaintAnswered answered, Sealed.Note answer) {
        var draft = draft(
                Letter.COMPLAINT_ANSWERED, answered.language(), controller, answered.requestId(), answered.reference());
        draft.right(answered.right());
        draft.says("upheld", answered.upheld());
        draft.says("notUpheld", !answered.upheld());
        draft.says("reopened", answered.reopened());
        draft.note("answer", answer);
        draft.complaint(answered.complaint());
        draft.source(answered.complaintSource());
        return draft.write();
    }

    public WrittenLetter withdrawn(String controller, RequestAnnouncement.Withdrawn ended) {
        return draft(Letter.WITHDRAWN, ended.language(), controller, ended.requestId(), ended.reference())
                .write();
    }

    public WrittenLetter lapsed(String controller, RequestAnnouncement.Lapsed ended) {
        return draft(Letter.LAPSED, ended.language(), controller, ended.requestId(), ended.reference())
                .write();
    }

    private Draft draft(Letter letter, String tag, String controller, UUID requestId, String reference) {
        var language = Language.of(tag);
        var words = phrases.get(language);
        var template = templates.getOrDefault(language, Map.of()).get(letter);
        if (words == null || template == null) {
            throw new IllegalStateException("no letter " + letter + " in " + language);
        }
        var draft = new Draft(language, words, template);
        draft.values.putAll(links.of(requestId));
        draft.value("controller", controller);
        draft.value("reference", reference);
        return draft;
    }

    private static final class Draft {

        private final Language language;
        private final Phrases words;
        private final Template template;
        private final Map<String, String> values = new HashMap<>();
        private final Map<String, List<Block>> lists = new HashMap<>();
        private final Set<String> holds = new HashSet<>();

        Draft(Language language, Phrases words, Template template) {
            this.language = language;
            this.words = words;
            this.template = template;
        }

        void value(String name, String value) {
            values.put(name, value);
        }

        /** Said only where there is one. */
        void moment(String name, @Nullable Instant moment) {
            value(name, moment == null ? "" : language.moment(moment));
            says(name, moment != null);
        }

        void list(String name, List<Block> blocks) {
            lists.put(name, blocks);
        }

        void says(String name, boolean so) {
            if (so) {
                holds.add(name);
            }
        }

        /** Line by line, and never more than text. */
        void note(String name, Sealed.Note note) {
            list(
                    name,
                    note.text()
                            .lines()
                            .map(Placeholders::oneLine)
                            .filter(line -> !line.isEmpty())
                            .<Block>map(Block.Paragraph::new)
                            .toList());
        }

        /** No word here says more than that somebody states it. */
        void byHand(Sealed.@Nullable ByHand byHand) {
            if (byHand == null) {
                list("byHand", List.of());
                return;
            }
            var blocks = new ArrayList<Block>();
            byHand.text()
                    .lines()
                    .map(Placeholders::oneLine)
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> blocks.add(new Block.Paragraph(line)));
            for (var field : byHand.fields()) {
                var ground = field.ground();
                blocks.add(new Block.Item(words.say(
                        ground == null ? "byHand.corrected" : "byHand.notCorrected",
                        Map.of(
                                "field",
                                Placeholders.oneLine(field.field()),
                                "ground",
                                ground == null ? "" : words.word("refusal", ground)))));
            }
            blocks.add(new Block.Paragraph(words.say("byHand.stated", values)));
            list("byHand", blocks);
        }

        void right(Right right) {
            value("right", words.word("right", right.name()));
        }

        void complaint(List<String> steps) {
            var blocks = new ArrayList<Block>();
            if (steps.isEmpty()) {
                blocks.add(new Block.Paragraph(words.say("complaint.none", values)));
            } else {
                blocks.add(new Block.Paragraph(words.say("complaint.intro")));
                steps.forEach(step -> blocks.add(new Block.Item(words.word("complaint", step))));
            }
            list("complaint", blocks);
        }

        /** @param law that gives the steps of complaint; absent where the policy names them itself */
        void source(@Nullable String law) {
            value("source", law == null ? "" : law);
            says("source", law != null);
        }

        WrittenLetter write() {
            var subject = template.subject(values);
            var blocks = template.body(values, lists, holds);
            return new WrittenLetter(subject, Layout.text(blocks), Layout.html(language, subject, blocks));
        }
    }
}
