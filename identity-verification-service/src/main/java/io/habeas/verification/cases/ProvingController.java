// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import io.habeas.contracts.ProofLevel;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.RequesterTokens;
import io.habeas.verification.codes.Code;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Where the requester enters a code, and asks for a new one. That the request is the caller's own is seen to at the door. */
@RestController
class ProvingController {

    /** @param code as it stands in the letter; spaces and hyphens do not count */
    record Entry(@NotBlank String code) {
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

    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final Proving proving;
    private final RequesterTokens tokens;

    ProvingController(Proving proving, RequesterTokens tokens) {
        this.proving = proving;
        this.tokens = tokens;
    }

    @PostMapping("/api/v1/requests/{id}/verification")
    ResponseEntity<Proof> enter(@PathVariable UUID id, @Valid @RequestBody Entry entry) {
        var code = Code.typed(entry.code())
                .orElseThrow(() -> ProblemException.invalid("/code", "eight digits, as in 1234-5678"));
        return switch (proving.attempt(id, code)) {
            case Proving.Attempt.Right(String controller, Instant provedAt) ->
                ResponseEntity.ok()
                        .cacheControl(CacheControl.noStore())
                        .body(new Proof(
                                tokens.issue(controller, id, Proving.LEVEL, provedAt), Proving.LEVEL, provedAt));
            case Proving.Attempt.Wrong(int triesLeft) ->
                throw new ProblemException(
                                Problem.CODE_NOT_ACCEPTED,
                                "it is wrong, was used or replaced, or has expired; a new one can be asked for at POST /api/v1/requests/{id}/verification/codes")
                        .with("triesLeft", triesLeft);
            case Proving.Attempt.Ended() -> throw ended();
            case Proving.Attempt.Unknown() -> throw notYet();
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
            case Proving.NewCode.Unknown() -> throw notYet();
        };
    }

    private static ProblemException ended() {
        return new ProblemException(Problem.NOT_NOW, "the request has ended; a new one can be made at any time");
    }

    private static ProblemException notYet() {
        return new ProblemException(Problem.UNAVAILABLE, "the request is on its way here").retryAfter(A_MOMENT);
    }
}
