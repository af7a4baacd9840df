// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.RecordUndeliverable;
import io.habeas.request.lifecycle.RequestEvent.LetterSent;
import io.habeas.request.lifecycle.RequestEvent.LetterUndeliverable;
import io.habeas.request.policy.Policies;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** What became of the letters; the one with the answer closes the request. */
final class Correspondence {

    private final RequestFacts facts;
    private final Ending ending;

    Correspondence(RequestFacts facts, Ending ending) {
        this.facts = facts;
        this.ending = ending;
    }

    @CommandHandler
    void handle(RecordLetter command, Policies policies, MetaData order) {
        boolean again = facts.letters.contains(command.letter()) && command.letter() != Letter.CODE;
        if (again) {
            return;
        }
        requireAnswerFor(command.letter());
        happens(new LetterSent(facts.id(), command.letter(), command.channel()));
        boolean complaintAnswered = command.letter() == Letter.COMPLAINT_ANSWERED
                && facts.received().right() == Right.COMPLAINT
                && facts.state == State.ANSWERED;
        if (command.letter() == Letter.ANSWERED || complaintAnswered) {
            ending.close(facts.terms(policies), timeOf(order));
        }
    }

    @CommandHandler
    void handle(RecordUndeliverable command) {
        boolean again = facts.undeliverable.contains(command.letter()) && command.letter() != Letter.CODE;
        if (again || facts.letters.contains(command.letter())) {
            return;
        }
        requireAnswerFor(command.letter());
        happens(new LetterUndeliverable(facts.id(), command.letter(), command.channel(), command.reason()));
    }

    private void requireAnswerFor(Letter letter) {
        if (letter == Letter.ANSWERED && facts.state != State.ANSWERED) {
            throw new ContradictionException(facts.id(), "letter-without-answer");
        }
    }
}
