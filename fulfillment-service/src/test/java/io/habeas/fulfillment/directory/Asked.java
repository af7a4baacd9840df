// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.directory;

import io.habeas.contracts.DirectoryLookup.Answer;
import io.habeas.contracts.DirectoryLookup.Query;

/** Asks the directory as its door does, for tests of other packages. */
public final class Asked {

    private Asked() {}

    public static Answer look(Directory directory, String controller, Query query) throws Exception {
        return directory.look(controller, query);
    }
}
