// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import java.util.Set;
import org.bson.BSONException;

/** Who acts next, by error code. The server's message stays here: it can quote a document or a filter. */
final class Failures {

    /** Unauthorized, authentication failed, bad value, failed to parse, no such command, invalid path and the like. */
    private static final Set<Integer> CONFIGURATION =
            Set.of(2, 9, 13, 14, 18, 26, 28, 40, 52, 56, 57, 59, 66, 73, 166, 167, 8000, 31249, 31254);

    /** A validator of the collection, or a unique index, does not accept the change. */
    private static final Set<Integer> PERSON = Set.of(121, 11000, 11001, 10334, 17419);

    private Failures() {}

    static ConnectorException translate(MongoException failure, String collection) {
        return new ConnectorException(
                category(failure),
                "the store failed at '" + collection + "': "
                        + failure.getClass().getSimpleName() + ", code " + failure.getCode());
    }

    static ConnectorException translate(BSONException failure, String collection) {
        return new ConnectorException(
                Category.ASK_A_PERSON,
                "what was to be sent to '" + collection + "', or came from there, is no document: "
                        + failure.getClass().getSimpleName());
    }

    static ConnectorException misfit(String message) {
        return new ConnectorException(Category.FIX_CONFIGURATION, message);
    }

    private static Category category(MongoException failure) {
        if (failure instanceof MongoSecurityException || CONFIGURATION.contains(failure.getCode())) {
            return Category.FIX_CONFIGURATION;
        }
        return PERSON.contains(failure.getCode()) ? Category.ASK_A_PERSON : Category.TRY_AGAIN;
    }
}
