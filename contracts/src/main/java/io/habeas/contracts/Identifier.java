// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/**
 * One identifier of a person. Lives in memory and inside sealed fields, nowhere else.
 *
 * @param kind what it is
 * @param value as the person or the directory wrote it
 */
public record Identifier(IdentifierKind kind, String value) {

    @Override
    public String toString() {
        return "Identifier[" + kind + "]";
    }
}
