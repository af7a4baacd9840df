// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

import java.io.IOException;
import java.util.List;

/** A sink that keeps every letter that was sent. */
interface Mails {

    /** Everything that has arrived, oldest first. */
    List<Arrived> list() throws IOException, InterruptedException;

    /** A letter's subject on the first line, an empty line, and its text. */
    String read(Arrived mail) throws IOException, InterruptedException;

    /** Where a reader may look. */
    String page();

    /** @param to addresses of the recipients */
    record Arrived(String id, List<String> to) {

        @Override
        public String toString() {
            return "Arrived[" + id + ']';
        }
    }
}
