// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import io.habeas.contracts.DirectoryLookup.Match;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.fault.FaultPoints;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.sealeddata.Normalizer;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.AccountTokens;
import io.habeas.service.LegalClock;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.verification.cases.VerificationCase.State;
import io.habeas.verification.directory.Directory;
import io.habeas.verification.directory.DirectoryUnavailableException;
import io.habeas.verification.logins.AccountMarks;
import io.habeas.verification.logins.Login;
import io.habeas.verification.logins.Logins;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a login at the controller's account system in place of a code. It proves whose account it is, and that account alone. Without a
 * login that holds, nothing here is looked up, so that nobody learns who is on file; with one, only the own row is looked at.
 */
class ProvingByLogin {

    private static final Logger LOG = LoggerFactory.getLogger(ProvingByLogin.class);
    private static final String ACTOR = "requester";
    private static final Duration A_MOMENT = Duration.ofSeconds(5);
    private static final Normalizer NORMALIZER = new Normalizer();

    /** What became of a login. */
    sealed interface Attempt {

        /** @param provedAt when the person logged in, in legal time: a token that is handed in again makes no proof any fresher */
        record Right(String controller, Instant provedAt) implements Attempt {}

        /** The policy takes none for this request, or no account system of the controller is known here. */
        record NotOnOffer() implements Attempt {}

        /** Whatever is wrong with it looks the same outside. */
        record Refused() implements Attempt {}

        /** The request has ended. */
        record Ended() implements Attempt {}

        /** The request has not arrived here yet. */
        record Unknown() implements Attempt {}
    }

    /** Who the directory says it is, sealed as it will be announced. */
    private record Holder(SealedField proved, SealedField contact) {}

    private final CaseStore cases;
    private final Logins logins;
    private final AccountMarks marks;
    private final Directory directory;
    private final Sealer sealer;
    private final Announcements announcements;
    private final RepeatedTransaction transactions;
    private final LegalClock clock;

    ProvingByLogin(
            CaseStore cases,
            Logins logins,
            AccountMarks marks,
            Directory directory,
            Sealer sealer,
            Announcements announcements,
            RepeatedTransaction transactions,
            LegalClock clock) {
        this.cases = cases;
        this.logins = logins;
        this.marks = marks;
        this.directory = directory;
        this.sealer = sealer;
        this.announcements = announcements;
        this.transactions = transactions;
        this.clock = clock;
    }

    Attempt attempt(UUID requestId, String token) {
        var known = transactions.result(() -> cases.locked(requestId));
        if (known.isEmpty()) {
            return new Attempt.Unknown();
        }
        var it = known.get();
        if (it.state() == State.FAILED || it.state() == State.ENDED) {
            return new Attempt.Ended();
        }
        if (!it.login() || !logins.possibleAt(it.controller())) {
            return new Attempt.NotOnOffer();
        }
        try {
            var login = logins.of(it.controller(), requestId, token);
            return it.state() == State.OPEN ? first(it, login) : afresh(requestId, login);
        } catch (AccountTokens.Refused refused) {
            return refused(requestId, refused.reason());
        } catch (DirectoryUnavailableException | KeyUnavailableException away) {
            throw new ProblemException(Problem.UNAVAILABLE, "who is on file can not be said for now")
                    .retryAfter(A_MOMENT);
        }
    }

    private Attempt first(VerificationCase it, Login login) {
        Optional<Holder> holder;
        try {
            holder = holder(it, login);
        } catch (KeyDestroyedException decided) {
            return new Attempt.Ended();
        }
        return holder.isEmpty()
                ? refused(it.requestId(), "not-this-account")
                : transactions.result(() -> accept(it.requestId(), login, holder.get()));
    }

    /** Nothing is locked while the directory is asked. */
    private Optional<Holder> holder(VerificationCase it, Login login) {
        var account = seal(it, "account", it.identityKey(), new Sealed.Account(login.account()));
        var answer = directory.lookUp(it.controller(), it.requestId(), Objects.requireNonNull(it.claims()), account);
        var person = answer.person();
        if (answer.match() != Match.ONE || person == null) {
            return Optional.empty();
        }
        var found = sealer.open(it.controller(), it.requestId(), "person", person, Sealed.DirectoryPerson.class);
        if (!found.account()) {
            return Optional.empty();
        }
        var proved = new ArrayList<>(found.identifiers());
        var email = new Identifier(IdentifierKind.EMAIL, found.email());
        if (login.verifiedEmail() != null
                && NORMALIZER
                        .normalize(new Identifier(IdentifierKind.EMAIL, login.verifiedEmail()))
                        .equals(NORMALIZER.normalize(email))) {
            proved.add(email);
        }
        return Optional.of(new Holder(
                seal(it, "proved", it.caseKey(), new Sealed.Proved(proved)),
                seal(it, "contact", it.caseKey(), new Sealed.Contact(null, found.email()))));
    }

    private SealedField seal(VerificationCase it, String field, UUID key, Object value) {
        return sealer.seal(it.controller(), it.requestId(), field, key, value);
    }

    private Attempt accept(UUID requestId, Login login, Holder holder) {
        var it = cases.locked(requestId).orElseThrow();
        if (it.state() != State.OPEN) {
            return it.state() == State.PASSED ? again(it, login) : new Attempt.Ended();
        }
        var now = clock.instant();
        var provedAt = now.truncatedTo(ChronoUnit.SECONDS);
        cases.loggedIn(it, holder.proved(), holder.contact(), marks.of(requestId, login.account()), provedAt);
        announcements.announce(
                new VerificationAnnouncement.Passed(
                        requestId, ProofMethod.LOGIN, Proving.LEVEL, holder.proved(), holder.contact(), true, provedAt),
                new Cause(null, it.controller(), ACTOR, null));
        FaultPoints.pass("verification.after-accept-before-commit");
        return right(it, login);
    }

    private Attempt afresh(UUID requestId, Login login) {
        return transactions.result(() -> {
            var it = cases.locked(requestId).orElseThrow();
            return it.state() == State.PASSED ? again(it, login) : new Attempt.Ended();
        });
    }

    /** Whoever proved identity by a login may do so again, with the same account: for a package, or since the answer was lost. */
    private Attempt again(VerificationCase it, Login login) {
        var mark = it.accountMark();
        return mark != null && marks.matches(mark, it.requestId(), login.account())
                ? right(it, login)
                : refused(it.requestId(), "not-the-proof-of-before");
    }

    private Attempt right(VerificationCase it, Login login) {
        return new Attempt.Right(
                it.controller(), clock.instant().minus(login.age()).truncatedTo(ChronoUnit.SECONDS));
    }

    private static Attempt refused(UUID requestId, String reason) {
        LOG.atInfo()
                .addKeyValue("requestId", requestId)
                .addKeyValue("reason", reason)
                .log("a login is not accepted");
        return new Attempt.Refused();
    }
}
