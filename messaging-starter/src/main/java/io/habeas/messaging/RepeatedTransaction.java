// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.FeedOrderException;
import io.habeas.journal.StreamConflictException;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A transaction that is repeated as a whole when the journal asks for it, or when the database was away for a moment: what
 * was begun should be written down if that is possible at all.
 */
public final class RepeatedTransaction {

    private static final int MOST = 20;
    private static final long PAUSE_NANOS = 250_000_000L;

    private final TransactionTemplate template;

    public RepeatedTransaction(TransactionTemplate template) {
        this.template = template;
    }

    /** Runs it, again from the beginning if need be: at most twenty times. */
    public void run(Runnable work) {
        result(() -> {
            work.run();
            return true;
        });
    }

    /** The same with a result, which must not be null. */
    public <T> T result(Supplier<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return Objects.requireNonNull(template.execute(_ -> work.get()));
            } catch (FeedOrderException | StreamConflictException collided) {
                if (attempt == MOST) {
                    throw collided;
                }
            } catch (TransientDataAccessException
                    | CannotCreateTransactionException
                    | TransactionSystemException away) {
                if (attempt == MOST) {
                    throw away;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
