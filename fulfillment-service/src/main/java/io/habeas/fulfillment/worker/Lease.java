// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.worker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The right to work on one row for a while: counted by the database's clock there, and here from before the claim was made, so
 * that this side always thinks it ends earlier. Every write of the holder is fenced by its number.
 */
public final class Lease {

    /** Which rows are leased: a table with the columns {@code lease_number} and {@code lease_until}. */
    public enum Rows {
        ORDERS("fulfillment_order", "request_id"),
        TASKS("task", "task_id"),
        FOLLOW_UPS("follow_up", "follow_up_id");

        private final String table;
        private final String id;

        Rows(String table, String id) {
            this.table = table;
            this.id = id;
        }
    }

    /**
     * @param length of the lease
     * @param command the longest that one command to a store may take; ends with a margin before the lease does
     */
    public record Terms(Duration length, Duration command) {
        public Terms {
            if (command.multipliedBy(2).compareTo(length) > 0) {
                throw new IllegalArgumentException("a command may take at most half of the lease");
            }
        }
    }

    private static final InstantSource REAL = InstantSource.system();

    private final JdbcClient jdbc;
    private final Rows rows;
    private final UUID id;
    private final long number;
    private final Terms terms;
    private long endsNanos;

    /** @param takenNanos {@link System#nanoTime()} from before the claim was sent */
    public Lease(JdbcClient jdbc, Rows rows, UUID id, long number, Terms terms, long takenNanos) {
        this.jdbc = jdbc;
        this.rows = rows;
        this.id = id;
        this.number = number;
        this.terms = terms;
        this.endsNanos = takenNanos + terms.length().toNanos();
    }

    /** By which a write of this holder is told from those of others. */
    public long number() {
        return number;
    }

    public UUID id() {
        return id;
    }

    /**
     * When the next command to a store must have ended; makes the lease longer first if little of it is left.
     *
     * @throws LeaseLostException if somebody else holds it
     */
    public Instant deadline() {
        if (endsNanos - System.nanoTime() < terms.command().toNanos() * 3 / 2) {
            hold();
        }
        return REAL.instant().plus(terms.command());
    }

    /**
     * Makes sure that the lease is held, and makes it longer; inside a transaction, what is written beside it is fenced.
     *
     * @throws LeaseLostException if somebody else holds it
     */
    public void hold() {
        long before = System.nanoTime();
        int held = jdbc.sql("update " + rows.table + " set lease_until = now() + make_interval(secs => :seconds) where "
                        + rows.id + " = :id and lease_number = :number and lease_until is not null")
                .param("seconds", terms.length().toMillis() / 1000.0)
                .param("id", id)
                .param("number", number)
                .update();
        if (held == 0) {
            throw new LeaseLostException(id);
        }
        endsNanos = before + terms.length().toNanos();
    }

    /** Gives the row back; others may take it at once, if it is due. */
    public void release() {
        jdbc.sql("update " + rows.table + " set lease_until = null where " + rows.id
                        + " = :id and lease_number = :number")
                .param("id", id)
                .param("number", number)
                .update();
    }
}
