// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.request.intake.IdempotencyKeys;
import io.habeas.request.lifecycle.RequestCommand.QuoteFee;
import io.habeas.request.limits.EarlierRequests;
import io.habeas.service.ProblemException;
import java.util.Currency;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** A fee is quoted, with its ground and an estimate. */
@RestController
@RequestMapping("/api/v1/desk/requests/{id}/fees")
class FeeController {

    /**
     * @param ground as the profile calls it
     * @param amount such as 12.50
     * @param currency by ISO 4217, such as USD
     * @param reason for the person, in words
     */
    record Quote(
            @Nullable String ground,
            @Nullable String amount,
            @Nullable String currency,
            @Nullable String reason) {
        @Override
        public String toString() {
            return "Quote[" + ground + "]";
        }
    }

    private final Desk desk;
    private final EarlierRequests earlier;

    FeeController(Desk desk, EarlierRequests earlier) {
        this.desk = desk;
        this.earlier = earlier;
    }

    @PostMapping
    ResponseEntity<DecisionController.Decided> quote(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody Quote quote) {
        var file = desk.openCase(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var command = new QuoteFee(
                id,
                Desk.roles(),
                DecisionController.given("/ground", quote.ground()),
                amount(quote.amount()),
                currency(quote.currency()),
                desk.sealed(file, "reason", Desk.checked("/reason", quote.reason())),
                earlier.of(file));
        return DecisionController.taken(id, desk.take(file, "fee", key, quote, command));
    }

    private static String amount(@Nullable String amount) {
        if (amount == null || !amount.matches("(0|[1-9][0-9]{0,6})(\\.[0-9]{2})?") || amount.matches("[0.]+")) {
            throw ProblemException.invalid("/amount", "an estimate such as 12.50, more than nothing");
        }
        return amount;
    }

    private static String currency(@Nullable String currency) {
        var known = Currency.getAvailableCurrencies().stream()
                .anyMatch(it -> it.getCurrencyCode().equals(currency));
        if (currency == null || !known) {
            throw ProblemException.invalid("/currency", "a currency by ISO 4217, such as USD or CNY");
        }
        return currency;
    }
}
