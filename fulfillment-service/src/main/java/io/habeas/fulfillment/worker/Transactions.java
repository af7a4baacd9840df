// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.worker;

import io.habeas.journal.FeedOrderException;
import io.habeas.journal.StreamConflictException;
import java.util.function.Supplier;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions that announce something: repeated as a whole when the journal asks for it. */
public final class Transactions {

    private static final int TRIES = 20;

    private final TransactionTemplate template;

    public Transactions(TransactionTemplate template) {
        this.template = template;
    }

    public void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    /** @param work called again from the start after a conflict; changes nothing outside the database */
    public <T> T call(Supplier<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return template.execute(_ -> work.get());
            } catch (StreamConflictException | FeedOrderException | ConcurrencyFailureException conflict) {
                if (attempt == TRIES) {
                    throw conflict;
                }
            }
        }
    }
}
