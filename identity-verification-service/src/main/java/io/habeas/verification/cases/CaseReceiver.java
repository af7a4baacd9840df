// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.Receiver;
import io.habeas.messaging.RefusedException;
import io.habeas.verification.cases.VerificationCase.State;
import java.util.UUID;
import java.util.function.Predicate;

/** Opens a case for a request, and ends it with the request. */
class CaseReceiver implements Receiver<RequestAnnouncement> {

    private final CaseStore cases;
    private final CodeRules rules;
    private final Predicate<String> takesLogins;

    /** @param takesLogins whether the account system of a controller is known here */
    CaseReceiver(CaseStore cases, CodeRules rules, Predicate<String> takesLogins) {
        this.cases = cases;
        this.rules = rules;
        this.takesLogins = takesLogins;
    }

    @Override
    public void on(Inbound<RequestAnnouncement> message) {
        switch (message.announcement()) {
            case RequestAnnouncement.Received received -> open(message.controller(), received);
            case RequestAnnouncement.Approved _, RequestAnnouncement.Refused _ -> decided(message.requestId());
            case RequestAnnouncement.NotVerified _,
                    RequestAnnouncement.Withdrawn _,
                    RequestAnnouncement.NoRequest _,
                    RequestAnnouncement.Lapsed _ -> cases.end(message.requestId(), State.ENDED);
            case RequestAnnouncement.IdentityAsked _,
                    RequestAnnouncement.StatementAsked _,
                    RequestAnnouncement.ConfirmationAsked _,
                    RequestAnnouncement.HoldStarted _,
                    RequestAnnouncement.DetailsAsked _,
                    RequestAnnouncement.Extended _,
                    RequestAnnouncement.FeeQuoted _,
                    RequestAnnouncement.ComplaintAnswered _,
                    RequestAnnouncement.Answered _,
                    RequestAnnouncement.Closed _,
                    RequestAnnouncement.StandingSet _,
                    RequestAnnouncement.StandingEnded _,
                    RequestAnnouncement.Noted _ -> {}
        }
    }

    private void open(String controller, RequestAnnouncement.Received received) {
        if (received.proofLevel() == ProofLevel.NONE) {
            cases.needsNone(received.requestId());
            return;
        }
        // nothing here can prove these; to open a case that never ends well would only look like work
        var until = received.identityBy();
        boolean aboutSomebodyElse =
                received.capacity() != Capacity.SUBJECT && received.capacity() != Capacity.STAFF_ON_BEHALF;
        if (until == null
                || aboutSomebodyElse
                || received.proofMethod() != ProofMethod.CONTACT_ON_FILE
                || received.proofLevel() == ProofLevel.HIGH) {
            throw new RefusedException("proof-not-supported");
        }
        cases.open(
                received.requestId(),
                controller,
                received.keys(),
                received.claims(),
                until,
                received.otherMethod() == ProofMethod.LOGIN && takesLogins.test(controller),
                rules.tries(),
                received.receivedAt().plus(rules.pauseAfter(1)));
    }

    /** Whoever proved identity may have to prove it afresh: for a package, or for a complaint about a refusal. */
    private void decided(UUID requestId) {
        var known = cases.locked(requestId);
        if (known.isEmpty()) {
            return;
        }
        if (known.get().state() == State.PASSED) {
            cases.forgetFirstProof(requestId);
            return;
        }
        cases.end(requestId, State.ENDED);
    }
}
