// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.datamap;

import java.util.List;
import java.util.stream.Collectors;

/** A data map that was refused as a whole; names every place that is wrong, and what would be right. */
public final class DataMapException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * One thing that is wrong.
     *
     * @param line from 1; 0 where it is not about a line
     * @param column from 1
     * @param field the path to it, such as {@code stores[0].collections[1].keep.for}
     */
    public record Fault(String file, int line, int column, String field, String message) {
        @Override
        public String toString() {
            return file + ":" + line + ":" + column + ": " + (field.isEmpty() ? "" : field + ": ") + message;
        }
    }

    private final transient List<Fault> faults;

    public DataMapException(List<Fault> faults) {
        super("the data map is refused:\n  "
                + faults.stream().map(Fault::toString).collect(Collectors.joining("\n  ")));
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }
}
