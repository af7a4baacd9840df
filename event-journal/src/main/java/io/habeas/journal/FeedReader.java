// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Reads the feed for one who asks again and again. It keeps its connection, and with it the plan of its statement: to plan it costs three times what it
 * takes to run, and left to itself PostgreSQL plans it anew every time. Used by one thread; after a {@link JournalException} it is closed, and another opened.
 */
public final class FeedReader implements AutoCloseable {

    /**
     * As {@link EventJournal#READ}, and whether somebody who writes here hides what was committed; one row without an event where there is none. With
     * {@code offset 0} that is asked once, and not for each row.
     */
    static final String PAGE = """
            select e.*, h.held
              from (select n.lowest, coalesce((
                           select (w.generation, w.transaction_id) >= (%2$s, n.lowest) from event w
                            order by w.generation desc, w.transaction_id desc, w.position desc limit 1), false)
                      from (%3$s) n(lowest)
                    offset 0) h(lowest, held)
              left join lateral (
                   select %1$s from event e
                    where (e.generation, e.transaction_id, e.position) > (?, ?::text::xid8, ?)
                      and (e.generation, e.transaction_id) < (%2$s, h.lowest)
                    order by e.generation, e.transaction_id, e.position
                    limit ?) e on true
             order by e.generation, e.transaction_number, e.position""".formatted(EventJournal.COLUMNS, Horizon.GENERATION, Horizon.END);

    private final Connection connection;
    private final PreparedStatement statement;

    FeedReader(DataSource dataSource) {
        try {
            connection = KeptConnection.open(dataSource);
        } catch (SQLException e) {
            throw new JournalException("there is no connection to read the feed", e);
        }
        try {
            statement = connection.prepareStatement(PAGE);
        } catch (SQLException e) {
            giveBack();
            throw new JournalException("the feed cannot be read", e);
        }
    }

    /**
     * What follows in the feed, and whether there is more that it does not show yet.
     *
     * @param held whether an event was committed that a transaction which still writes here hides; where none was, all that was committed before the look is
     *     in the page, unless the page is full
     */
    public record Page(List<StoredEvent> events, boolean held) {}

    /**
     * What follows in the feed. A page with fewer events than {@code limit} means that there is no more for now.
     *
     * @param after the place of the last event read, or {@link FeedPosition#START}
     * @throws JournalException if the database does not answer
     */
    public Page page(FeedPosition after, int limit) {
        try {
            EventJournal.place(statement, after, limit);
            var events = new ArrayList<StoredEvent>();
            boolean held = false;
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    held = rows.getBoolean("held");
                    if (rows.getObject("event_id") != null) {
                        events.add(new StoredEvent(EventJournal.positionOf(rows), Rows.eventOf(rows, 3)));
                    }
                }
            }
            return new Page(events, held);
        } catch (SQLException e) {
            throw new JournalException("the feed could not be read after " + after, e);
        }
    }

    /** Gives the connection back. */
    @Override
    public void close() {
        try (statement) {
            // a statement that is closed is not kept by the pool
        } catch (SQLException gone) {
            // with its connection, which is given back all the same
        }
        giveBack();
    }

    private void giveBack() {
        try {
            KeptConnection.giveBack(connection);
        } catch (SQLException broken) {
            // a pool throws it away
        }
    }
}
