// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.journal.EventJournal;
import io.habeas.request.intake.IdempotencyKeys;
import io.habeas.request.lifecycle.ChangedMeanwhileException;
import io.habeas.request.lifecycle.ContradictionException;
import io.habeas.request.lifecycle.DecisionRefusedException;
import io.habeas.request.lifecycle.NotNowException;
import io.habeas.request.lifecycle.RequestCommand;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.register.RequestFile;
import io.habeas.request.register.RequestFiles;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Sends what staff decide, in the name of whoever decides, and says in the problems of REST why it was not taken. */
final class Desk {

    private static final int LONGEST = 4_000;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Requests requests;
    private final RequestFiles files;
    private final EventJournal journal;
    private final IdempotencyKeys idempotency;
    private final Sealer sealer;

    Desk(Requests requests, RequestFiles files, EventJournal journal, IdempotencyKeys idempotency, Sealer sealer) {
        this.requests = requests;
        this.files = files;
        this.journal = journal;
        this.idempotency = idempotency;
        this.sealer = sealer;
    }

    /** Of the caller, as profiles call them. */
    static Set<Decider> roles() {
        var roles = EnumSet.noneOf(Decider.class);
        for (var role : Caller.current().roles()) {
            switch (role) {
                case "clerk" -> roles.add(Decider.CLERK);
                case "reviewer" -> roles.add(Decider.REVIEWER);
                case "childrens-data-officer" -> roles.add(Decider.CHILDRENS_DATA_OFFICER);
                default -> {
                    // decides nothing
                }
            }
        }
        return roles;
    }

    RequestFile own(UUID id) {
        return DeskController.own(files, id);
    }

    /** Nothing is sealed for a case whose key is gone. */
    RequestFile openCase(UUID id) {
        var file = own(id);
        if (file.isErased(KeyClass.CASE)) {
            throw notNow(file.visibleState());
        }
        return file;
    }

    /**
     * @param body what was sent, but for the key
     * @return the state afterwards; the same for a repeat under the same key
     * @throws ProblemException also where the key was sent before with another body, or by somebody else
     */
    State take(RequestFile file, String step, String key, Object body, RequestCommand command) {
        var id = command.requestId();
        var actor = Caller.current().actor();
        var cause = idempotency.cause(id, step, key);
        var says = idempotency.fingerprint("desk", step, actor, JSON.writeValueAsString(body));
        var order = new Requests.Order(file.controller(), actor, cause, says);
        try {
            requests.send(command, order);
        } catch (NotNowException notNow) {
            if (!journal.knowsCause(id, cause)) {
                throw notNow(notNow.state());
            }
        } catch (ChangedMeanwhileException changed) {
            if (!journal.knowsCause(id, cause)) {
                throw notNow(files.find(id).orElse(file).visibleState());
            }
        } catch (DecisionRefusedException refused) {
            if (!journal.knowsCause(id, cause)) {
                throw problem(refused);
            }
        } catch (ContradictionException gone) {
            throw new ProblemException(Problem.NOT_FOUND, "no such request");
        }
        requireSaid(id, cause, says);
        return files.find(id).orElse(file).visibleState();
    }

    /** What came of the cause before the body was kept beside it counts as the same. */
    private void requireSaid(UUID id, UUID cause, String says) {
        journal.metadataOf(id, cause)
                .map(it -> JSON.readTree(it).path(Requests.BODY).asString(""))
                .filter(said -> !said.isEmpty() && !said.equals(says))
                .ifPresent(_ -> {
                    throw new ProblemException(
                            Problem.IDEMPOTENCY_KEY_REUSED,
                            "this key was sent with another body, or by somebody else; look at the request, and take a fresh key for something else");
                });
    }

    /** Whether that was taken before. */
    boolean isRepeat(RequestFile file, String step, String key) {
        var id = file.received().requestId();
        return journal.knowsCause(id, idempotency.cause(id, step, key));
    }

    static ProblemException notNow(State state) {
        var shown = state == State.RECEIVED ? State.AWAITING_IDENTITY : state;
        return new ProblemException(Problem.NOT_NOW, "the state is " + shown + "; look at the request again")
                .with("state", shown.name());
    }

    private static ProblemException problem(DecisionRefusedException refused) {
        var allowed = refused.allowed();
        return switch (refused.reason()) {
            case GROUND_UNKNOWN ->
                ProblemException.invalid("/ground", "one that the profile has for this right; see 'grounds'")
                        .with("grounds", allowed);
            case EVIDENCE_MISSING ->
                ProblemException.invalid("/evidence", "this ground counts only with its proof; say where it lies");
            case NOT_SECRET -> ProblemException.invalid("/secret", "the profile has this ground told to the person");
            case BEYOND_THE_BOUND ->
                ProblemException.invalid("/until", "a day within the bound of the profile; see 'first' and 'last'")
                        .with("first", allowed.getFirst())
                        .with("last", allowed.getLast());
            case NO_EXTENSION ->
                new ProblemException(Problem.NOT_ON_OFFER_HERE, "the profile has no extension of this clock");
            case NO_CLOCK -> new ProblemException(Problem.NOT_ON_OFFER_HERE, "the profile has no clock for this wait");
            case NEVER_REFUSED ->
                new ProblemException(Problem.NOT_ON_OFFER_HERE, "under this profile the right can not be refused");
            case FEE_FIRST ->
                new ProblemException(
                        Problem.NOT_ON_OFFER_HERE, "the profile has a fee quoted before this ground counts");
            case NO_COMPLAINT -> new ProblemException(Problem.NOT_ON_OFFER_HERE, "the profile has no complaint");
            case NOT_REOPENED_HERE ->
                new ProblemException(
                        Problem.NOT_ON_OFFER_HERE, "under this profile no complaint opens a request again");
            case OWN_DECISION ->
                new ProblemException(
                        Problem.OWN_REQUEST, "you decided this request; another person must answer the complaint");
            case NO_FEE ->
                new ProblemException(Problem.NOT_ON_OFFER_HERE, "under this profile the right costs nothing");
            case FEE_QUOTED_BEFORE ->
                new ProblemException(Problem.NOT_NOW, "a fee was quoted before, and that is once");
            case FEE_ACCEPTED ->
                new ProblemException(Problem.NOT_NOW, "the person accepted the fee, so it is worked on");
            case COUNT_NOT_PASSED ->
                new ProblemException(
                        Problem.NOT_NOW,
                        "the profile lets a fee be quoted beyond " + allowed.getFirst()
                                + " alone, and that is not passed");
            case REASON_TO_ANSWER ->
                ProblemException.invalid(
                        "/note", "the person said why it is asked for again; say why that is no justified reason");
            case LIMIT_NOT_REACHED ->
                new ProblemException(
                        Problem.NOT_NOW,
                        "the limit is not reached: " + allowed.getFirst() + " of " + allowed.getLast()
                                + " were answered; wait for those that are open, or decide otherwise");
            case OTHER_ROLE, NOT_A_PERSON ->
                new ProblemException(
                                Problem.NOT_ALLOWED, "the profile gives this decision to another role; see 'roles'")
                        .with("roles", allowed);
            case OWN_ENTRY ->
                new ProblemException(Problem.OWN_REQUEST, "you entered this request; another person must decide it");
            case NOT_PROVED ->
                new ProblemException(Problem.NOT_NOW, "identity is not proved yet; nothing is granted before");
            case NOT_CARRIED_OUT ->
                new ProblemException(
                        Problem.NOT_CARRIED_OUT,
                        "nothing here carries this out yet, so an approval would promise what nobody does: do it by hand, and say so"
                                + " with CARRIED_OUT; the request stays in review");
            case BY_MACHINE ->
                new ProblemException(
                        Problem.NOT_ON_OFFER_HERE, "a machine carries this out: APPROVE it, or REFUSE it on a ground");
            case NOT_IN_PART ->
                new ProblemException(
                        Problem.NOT_ON_OFFER_HERE,
                        "the profile does not have this refused field by field: carry it out, or refuse it as a whole");
            case NOTHING_LEFT -> ProblemException.invalid("/refuse", "not all of them: REFUSE the request instead");
            case NOT_GIVEN_THERE ->
                ProblemException.invalid("/jurisdiction", "what is asked for is not given there any more; look again");
            case TOO_LATE ->
                new ProblemException(Problem.NOT_NOW, "an answer would come after the last day; decide without it");
            case EXTENDED_BEFORE -> new ProblemException(Problem.NOT_NOW, "it was extended before, and that is once");
        };
    }

    /** Text of a person of the controller, sealed with the case. */
    SealedField sealed(RequestFile file, String field, String text) {
        var received = file.received();
        return sealer.seal(
                received.controller(),
                received.requestId(),
                field,
                received.keys().caseKey(),
                new Sealed.Note(text));
    }

    @Nullable
    SealedField sealedIfThere(RequestFile file, String field, @Nullable String text) {
        return text == null ? null : sealed(file, field, checked("/" + field, text));
    }

    /** @throws ProblemException unless there is some, not longer than it may be */
    static String checked(String pointer, @Nullable String text) {
        if (text == null || text.isBlank()) {
            throw ProblemException.invalid(pointer, "say it in a few words");
        }
        if (text.length() > LONGEST) {
            throw ProblemException.invalid(pointer, "at most " + LONGEST + " characters");
        }
        return text.strip();
    }
}
