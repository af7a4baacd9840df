// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.contracts.Right;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.Sealed.FieldDecision;
import io.habeas.request.desk.DecisionController.Decision;
import io.habeas.request.lifecycle.RequestCommand.CarryOut;
import io.habeas.request.register.RequestFile;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.ProblemException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was done by hand, as staff state it: sealed for the letter, with the fields of a correction as the person named them. */
final class Handiwork {

    private static final String DONE = "done";

    private final Desk desk;
    private final Sealer sealer;

    Handiwork(Desk desk, Sealer sealer) {
        this.desk = desk;
        this.sealer = sealer;
    }

    CarryOut command(RequestFile file, Decision decision) {
        var received = file.received();
        var text = Desk.checked("/done", decision.done());
        var fields = file.right() == Right.CORRECTION ? fields(file) : List.<String>of();
        var grounds = grounds(decision, fields);
        var decided = fields.stream()
                .map(field -> new FieldDecision(field, grounds.get(field)))
                .toList();
        var done = sealer.seal(
                received.controller(),
                received.requestId(),
                DONE,
                received.keys().caseKey(),
                new Sealed.ByHand(text, decided));
        return new CarryOut(
                received.requestId(),
                Desk.roles(),
                done,
                fields.size(),
                List.copyOf(grounds.values()),
                desk.sealedIfThere(file, "note", decision.note()));
    }

    private List<String> fields(RequestFile file) {
        var received = file.received();
        var claims = sealer.open(
                received.controller(), received.requestId(), "claims", received.claims(), Sealed.Claims.class);
        var corrections = claims.corrections();
        return corrections == null
                ? List.of()
                : corrections.stream().map(Sealed.Correction::field).distinct().toList();
    }

    /** By field. */
    private static Map<String, String> grounds(Decision decision, List<String> fields) {
        var grounds = new LinkedHashMap<String, String>();
        var named = decision.refuse();
        boolean inPart = "APPROVE_IN_PART".equals(decision.decision());
        if (inPart && (named == null || named.isEmpty())) {
            throw ProblemException.invalid("/refuse", "fields that are not corrected: field and ground, at least one");
        }
        var each = named == null ? List.<DecisionController.@Nullable NotCorrected>of() : named;
        for (int index = 0; index < each.size(); index++) {
            var next = each.get(index);
            var place = "/refuse/" + index;
            if (next == null || next.field() == null || !fields.contains(next.field())) {
                throw ProblemException.invalid(place + "/field", "one that the person named; see the reading");
            }
            grounds.put(next.field(), DecisionController.given(place + "/ground", next.ground()));
        }
        return grounds;
    }
}
