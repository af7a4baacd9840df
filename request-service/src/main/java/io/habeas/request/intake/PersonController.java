// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Sealed;
import io.habeas.journal.EventJournal;
import io.habeas.request.lifecycle.ContradictionException;
import io.habeas.request.lifecycle.Delivery;
import io.habeas.request.lifecycle.NotNowException;
import io.habeas.request.lifecycle.RequestCommand;
import io.habeas.request.lifecycle.RequestCommand.AnswerFee;
import io.habeas.request.lifecycle.RequestCommand.AskStatement;
import io.habeas.request.lifecycle.RequestCommand.Confirm;
import io.habeas.request.lifecycle.RequestCommand.GiveDetails;
import io.habeas.request.lifecycle.RequestCommand.TakeStatement;
import io.habeas.request.lifecycle.RequestCommand.Withdraw;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.language.WrittenRules.Signature;
import io.habeas.request.register.RequestFile;
import io.habeas.request.register.RequestFiles;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the person says after the request is in. */
@RestController
@RequestMapping("/api/v1/requests/{id}")
class PersonController {

    private static final int LONGEST_DETAILS = 4_000;
    private static final Duration A_MOMENT = Duration.ofSeconds(1);
    private static final int LONGEST_STATEMENT = 8_000;

    record Confirmation(
            @Nullable Boolean confirmed, @Nullable String delivery) {}

    record Withdrawal() {}

    /** @param signed whether it bears a signature; some policies want one */
    record StatementGiven(@Nullable String text, @Nullable Boolean signed) {
        @Override
        public String toString() {
            return "StatementGiven[]";
        }
    }

    record Details(@Nullable String details) {
        @Override
        public String toString() {
            return "Details[]";
        }
    }

    /**
     * @param accepted whether the fee is accepted
     * @param reason where it is not: why it is asked for again
     */
    record FeeAnswer(@Nullable Boolean accepted, @Nullable String reason) {
        @Override
        public String toString() {
            return "FeeAnswer[" + accepted + "]";
        }
    }

    record Taken(UUID requestId, State state, Map<String, String> links) {}

    private final Requests requests;
    private final RequestFiles files;
    private final EventJournal journal;
    private final IdempotencyKeys idempotency;
    private final Sealer sealer;
    private final Policies policies;

    PersonController(
            Requests requests,
            RequestFiles files,
            EventJournal journal,
            IdempotencyKeys idempotency,
            Sealer sealer,
            Policies policies) {
        this.requests = requests;
        this.files = files;
        this.journal = journal;
        this.idempotency = idempotency;
        this.sealer = sealer;
        this.policies = policies;
    }

    @PostMapping("/confirmation")
    ResponseEntity<Taken> confirm(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody Confirmation confirmation) {
        var key = IdempotencyKeys.checked(idempotencyKey);
        if (!Boolean.TRUE.equals(confirmation.confirmed())) {
            throw ProblemException.invalid("/confirmed", "must be true; to go no further, withdraw the request");
        }
        return take(ownFile(id), "confirmation", key, new Confirm(id, delivery(confirmation)));
    }

    /** Staff may do it for somebody who learned of the request by a letter and has no token, such as the one who did not ask for it. */
    @PostMapping("/withdrawal")
    ResponseEntity<Taken> withdraw(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody(required = false) @Nullable Withdrawal withdrawal) {
        var file = ownFile(id);
        return take(file, "withdrawal", IdempotencyKeys.checked(idempotencyKey), new Withdraw(id));
    }

    /** What the person writes is sealed at once and stands in no event. */
    @PostMapping("/statement")
    ResponseEntity<Taken> state(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody StatementGiven statement) {
        var file = ownFile(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var findings = new Findings();
        var text = findings.text("/text", statement.text(), LONGEST_STATEMENT, true);
        if (statement.text() == null) {
            findings.refuse("/text", "needed: what you ask for, in your own words");
        }
        boolean signed = Boolean.TRUE.equals(statement.signed());
        var written = policies.terms(file.controller(), file.profile(), file.jurisdiction(), file.right())
                .written();
        if (!signed && written != null && written.signature() == Signature.NEEDED) {
            findings.refuse("/signed", "must be true: the policy wants the statement signed");
        }
        if (!findings.isEmpty() || text == null) {
            throw findings.problem();
        }
        var sealed = sealer.seal(file.controller(), id, "statement", file.caseKey(), new Sealed.WrittenStatement(text));
        return take(
                file, "statement", key, new TakeStatement(id, sealed, signed, idempotency.fingerprint(text, signed)));
    }

    /** Somebody of the controller wants the request in writing, where its policy lets them. */
    @PostMapping("/statement-requests")
    ResponseEntity<Taken> askStatement(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey) {
        var file = ownFile(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var terms = policies.terms(file.controller(), file.profile(), file.jurisdiction(), file.right());
        if (terms.written() == null) {
            throw new ProblemException(
                    Problem.NOT_NOW, "the policy of this request does not let a written statement be asked for");
        }
        return take(file, "statement-request", key, new AskStatement(id));
    }

    /** What was missing, in the words of the person; sealed with the case. */
    @PostMapping("/details")
    ResponseEntity<Taken> details(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody Details details) {
        var file = ownFile(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var text = details.details();
        if (text == null || text.isBlank() || text.length() > LONGEST_DETAILS) {
            throw ProblemException.invalid(
                    "/details", "what was asked for, at most " + LONGEST_DETAILS + " characters");
        }
        if (file.visibleState() != State.AWAITING_DETAILS
                && !journal.knowsCause(id, idempotency.cause(id, "details", key))) {
            throw new ProblemException(Problem.NOT_NOW, "nothing is asked for now; see links of the request")
                    .with("state", file.visibleState().name());
        }
        var caseKey = file.received().keys().caseKey();
        var sealed = sealer.seal(file.controller(), id, "details", caseKey, new Sealed.Note(text.strip()));
        return take(
                file, "details", key, new GiveDetails(id, sealed, idempotency.fingerprint("details", text.strip())));
    }

    /** Who proved identity says so with that proof; who asks for another, and proved nothing, without. */
    @PostMapping("/fee-acceptance")
    ResponseEntity<Taken> acceptFee(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody FeeAnswer answer) {
        var file = ownFile(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        requireProof(file);
        var accepted = answer.accepted();
        if (accepted == null) {
            throw ProblemException.invalid("/accepted", "true to go on for that fee, false not to");
        }
        var findings = new Findings();
        var reason = findings.text("/reason", answer.reason(), LONGEST_DETAILS, true);
        if (accepted && answer.reason() != null) {
            findings.refuse("/reason", "only where the fee is not accepted");
        }
        if (!findings.isEmpty()) {
            throw findings.problem();
        }
        var sealed = reason == null || file.isErased(KeyClass.CASE)
                ? null
                : sealer.seal(file.controller(), id, "details", file.caseKey(), new Sealed.Note(reason));
        return take(
                file,
                "fee-acceptance",
                key,
                new AnswerFee(
                        id,
                        accepted,
                        sealed,
                        idempotency.fingerprint("fee", Boolean.toString(accepted), String.valueOf(reason))));
    }

    static void requireProof(RequestFile file) {
        if (file.contact() != null && Caller.current().proofLevel() == ProofLevel.NONE) {
            throw new ProblemException(Problem.PROOF_NEEDED, "hand in the newest code first; see links of the request");
        }
    }

    /** Looked for first: what is another controller's looks like nothing, whatever else is wrong with the call. */
    private RequestFile ownFile(UUID id) {
        return files.find(id)
                .filter(it -> Caller.current().controllers().contains(it.controller()))
                .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "no such request"));
    }

    private ResponseEntity<Taken> take(RequestFile file, String step, String key, RequestCommand command) {
        var id = command.requestId();
        var caller = Caller.current();
        var order = new Requests.Order(file.controller(), caller.actor(), idempotency.cause(id, step, key));
        try {
            requests.send(command, order);
        } catch (NotNowException notNow) {
            // a repeat of the same body is not refused
            boolean known = journal.knowsCause(id, order.cause());
            if (!known || !(command instanceof AskStatement)) {
                throw known ? reused() : notNow(notNow, caller);
            }
        } catch (ContradictionException gone) {
            throw new ProblemException(Problem.NOT_FOUND, "no such request");
        }
        var state = files.find(id).orElse(file).visibleState();
        return ResponseEntity.accepted().body(new Taken(id, state, Map.of("self", "/api/v1/requests/" + id)));
    }

    private static ProblemException reused() {
        return new ProblemException(
                Problem.IDEMPOTENCY_KEY_REUSED,
                "this key was sent with another body; look at the request before you go on");
    }

    /** Who has just proved identity may be a moment ahead of us: the news is on its way. */
    private static ProblemException notNow(NotNowException notNow, Caller caller) {
        var state = notNow.state() == State.RECEIVED ? State.AWAITING_IDENTITY : notNow.state();
        var problem = new ProblemException(Problem.NOT_NOW, "the state is " + state + "; see links of the request")
                .with("state", state.name());
        boolean ahead = state == State.AWAITING_IDENTITY && caller.proofLevel() != ProofLevel.NONE;
        return ahead ? problem.retryAfter(A_MOMENT) : problem;
    }

    private static Delivery delivery(Confirmation confirmation) {
        return Optional.ofNullable(confirmation.delivery())
                .flatMap(text -> Arrays.stream(Delivery.values())
                        .filter(it -> it.name().equals(text))
                        .findFirst())
                .orElseThrow(() -> ProblemException.invalid("/delivery", "one of ELECTRONIC, MAIL"));
    }
}
