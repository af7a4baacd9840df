// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.util.UUID;

/** One value of a key or an identifier, typed, never a document or an expression. Prints its type, never itself. */
public sealed interface Value {

    /** As text, for storing; {@link #type()} and this make the value again through {@link #of(String, String)}. */
    String text();

    /** The short name of its type. */
    String type();

    /** @throws IllegalArgumentException if the type is not known or the text does not fit it */
    static Value of(String type, String text) {
        switch (type) {
            case "text":
                return new Text(text);
            case "whole":
                return new Whole(Long.parseLong(text));
            case "uuid":
                return new Uuid(UUID.fromString(text));
            case "object-id":
                return new ObjectId(text);
            default:
                throw new IllegalArgumentException("no such value type: " + type);
        }
    }

    record Text(String text) implements Value {
        @Override
        public String type() {
            return "text";
        }

        @Override
        public String toString() {
            return "Text[]";
        }
    }

    record Whole(long number) implements Value {
        @Override
        public String text() {
            return Long.toString(number);
        }

        @Override
        public String type() {
            return "whole";
        }

        @Override
        public String toString() {
            return "Whole[]";
        }
    }

    record Uuid(UUID uuid) implements Value {
        @Override
        public String text() {
            return uuid.toString();
        }

        @Override
        public String type() {
            return "uuid";
        }

        @Override
        public String toString() {
            return "Uuid[]";
        }
    }

    /** The twelve bytes by which MongoDB names a document, as 24 hexadecimal digits. */
    record ObjectId(String text) implements Value {
        @Override
        public String type() {
            return "object-id";
        }

        @Override
        public String toString() {
            return "ObjectId[]";
        }
    }
}
