// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.sql.SQLException;
import java.util.UUID;

/**
 * The connection was lost during the commit and the database did not come back in time: the events are stored, or they are
 * not. Whoever repeats under the same cause has no second effect.
 */
public final class OutcomeUnknownException extends JournalException {

    private static final long serialVersionUID = 1L;

    OutcomeUnknownException(UUID stream, SQLException cause) {
        super(
                "stream " + stream + ": the connection was lost during the commit; the events may be stored or not",
                cause);
    }
}
