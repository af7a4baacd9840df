// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import io.habeas.contracts.ProofLevel;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.RequesterTokens;
import io.habeas.verification.codes.Code;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Where the requester enters a code or hands in a login, and asks for a new code. That the request is the caller's own is seen to at the door. */
@RestController
class ProvingController {

    /**
     * One of the two.
     *
     * @param code as it stands in the letter; spaces and hyphens do not count
     * @param login ID token of the controller's account system, with the id of the request as its nonce
     */
    record Entry(
            @Nullable String code,
            @Nullable @Size(max = LONGEST_TOKEN) String login) {
        @Override
        public String toString() {
            return "Entry[]";
        }
    }

    /** @param token replaces the one that the requester has */
    record Proof(String token, ProofLevel proofLevel, Instant provedAt) {
        @Override
        public String toString() {
            return "Proof[" + proofLevel + "]";
        }
    }

    /**
     * @param nextCodeAt not before then another one can be asked for
     * @param codesLeft how many more can be asked for
     */
    record CodeOnItsWay(UUID requestId, Instant nextCodeAt, int codesLeft) {}

    private static final int LONGEST_TOKEN = 16_384;
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final Proving proving;
    private final ProvingByLogin byLogin;
    private final RequesterTokens tokens;

    ProvingController(Proving proving, ProvingByLogin byLogin, RequesterTokens tokens) {
        this.proving = proving;
        this.byLogin = byLogin;
        this.tokens = tokens;
    }

    @PostMapping("/api/v1/requests/{id}/verification")
    ResponseEntity<Proof> enter(
            @PathVariable UUID id,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            @Valid @RequestBody Entry entry) {
        var code = entry.code();
        var login = entry.login();
        if (code != null && login != null) {
            throw ProblemException.invalid("/login", "either a code or a login, not both");
        }
        return login == null ? enterCode(id, code == null ? "" : code, idempotencyKey) : logIn(id, login);
    }

    private ResponseEntity<Proof> logIn(UUID id, String token) {
        return switch (byLogin.attempt(id, token)) {
            case ProvingByLogin.Attempt.Right(String controller, Instant provedAt) -> proved(controller, id, provedAt);
            case ProvingByLogin.Attempt.NotOnOffer() ->
                throw new ProblemException(
                        Problem.NOT_ON_OFFER_HERE,
                        "a login proves nothing for this request; hand in the code from the letter");
            case ProvingByLogin.Attempt.Refused() ->
                throw new ProblemException(
                        Problem.LOGIN_NOT_ACCEPTED,
                        "log in again to the account that the request names, with the id of the request as nonce, and hand in the ID token at once; or hand in the code from the letter");
            case ProvingByLogin.Attempt.Ended() -> throw ended();
            case ProvingByLogin.Attempt.Unknown() -> throw withoutCase(id);
        };
    }

    private ResponseEntity<Proof> proved(String controller, UUID id, Instant provedAt) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new Proof(tokens.issue(controller, id, Proving.LEVEL, provedAt), Proving.LEVEL, provedAt));
    }

    private ResponseEntity<Proof> enterCode(UUID id, String typed, @Nullable String key) {
        var code =
                Code.typed(typed).orElseThrow(() -> ProblemException.invalid("/code", "eight digits, as in 1234-5678"));
        return switch (proving.attempt(id, code, key)) {
            case Proving.Attempt.Right(String controller, Instant provedAt) -> proved(controller, id, provedAt);
            case Proving.Attempt.Wrong(int triesLeft) ->
                throw new ProblemException(
                                Problem.CODE_NOT_ACCEPTED,
                                "it is wrong, was used or replaced, or has expired; a new one can be asked for at POST /api/v1/requests/{id}/verification/codes")
                        .with("triesLeft", triesLeft);
            case Proving.Attempt.Ended() -> throw ended();
            case Proving.Attempt.Unknown() -> throw withoutCase(id);
        };
    }

    @PostMapping("/api/v1/requests/{id}/verification/codes")
    ResponseEntity<CodeOnItsWay> ask(@PathVariable UUID id) {
        return switch (proving.newCode(id)) {
            case Proving.NewCode.OnItsWay(Instant nextCodeAt, int left) ->
                ResponseEntity.accepted()
                        .cacheControl(CacheControl.noStore())
                        .body(new CodeOnItsWay(id, nextCodeAt.truncatedTo(ChronoUnit.SECONDS), left));
            case Proving.NewCode.TooSoon(Duration pause) ->
                throw new ProblemException(
                                Problem.TOO_MANY, "codes for a request are few, and come with pauses between them")
                        .retryAfter(pause.plusMillis(999).truncatedTo(ChronoUnit.SECONDS));
            case Proving.NewCode.Ended() -> throw ended();
            case Proving.NewCode.Unknown() -> throw withoutCase(id);
        };
    }

    private static ProblemException ended() {
        return new ProblemException(Problem.NOT_NOW, "the request has ended; a new one can be made at any time");
    }

    private ProblemException withoutCase(UUID id) {
        if (proving.isWithoutProof(id)) {
            return new ProblemException(
                    Problem.NOT_ON_OFFER_HERE,
                    "no proof of identity is asked for with this request; its status says how it stands");
        }
        return new ProblemException(Problem.UNAVAILABLE, "the request is on its way here").retryAfter(A_MOMENT);
    }
}
