// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.Describing.Kind;
import io.habeas.connector.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A column as the catalogue has it.
 *
 * @param quoted its name, quoted by the server
 * @param type the name of its type, quoted by the server
 * @param shown its type as people write it
 * @param unique whether an index makes every value of it name one row
 */
record Column(String name, String quoted, String type, String shown, Family family, boolean notNull, boolean unique) {

    /** What can be done with a type. */
    enum Family {
        TEXT(Kind.TEXT),
        CITEXT(Kind.TEXT),
        ENUM(Kind.TEXT),
        WHOLE(Kind.NUMBER),
        NUMERIC(Kind.NUMBER),
        FLOAT(Kind.NUMBER),
        UUID(Kind.UUID),
        DATE(Kind.DATE),
        TIMESTAMP(Kind.INSTANT),
        INSTANT(Kind.INSTANT),
        BOOLEAN(Kind.BOOLEAN),
        BYTES(Kind.OTHER),
        ARRAY(Kind.ARRAY),
        OTHER(Kind.OTHER);

        final Kind kind;

        Family(Kind kind) {
            this.kind = kind;
        }

        static Family of(String base, String typtype, String category) {
            if (typtype.equals("e")) {
                return ENUM;
            }
            if (category.equals("A")) {
                return ARRAY;
            }
            return switch (base) {
                case "text", "varchar", "bpchar", "name" -> TEXT;
                case "citext" -> CITEXT;
                case "int2", "int4", "int8" -> WHOLE;
                case "numeric" -> NUMERIC;
                case "float4", "float8" -> FLOAT;
                case "uuid" -> UUID;
                case "date" -> DATE;
                case "timestamp" -> TIMESTAMP;
                case "timestamptz" -> INSTANT;
                case "bool" -> BOOLEAN;
                case "bytea" -> BYTES;
                default -> OTHER;
            };
        }
    }

    boolean isMatchable() {
        return switch (family) {
            case TEXT, CITEXT, ENUM, WHOLE, NUMERIC, UUID -> true;
            case FLOAT, DATE, TIMESTAMP, INSTANT, BOOLEAN, BYTES, ARRAY, OTHER -> false;
        };
    }

    boolean mayBeKey() {
        return isMatchable() && family != Family.ENUM;
    }

    /** The name of the array that {@link #fitting} is bound as. */
    String arrayElement() {
        return switch (family) {
            case WHOLE -> "int8";
            case NUMERIC -> "numeric";
            case UUID -> "uuid";
            default -> "text";
        };
    }

    /** Those of the values that the column can hold; the others equal nothing in it. */
    List<Object> fitting(Collection<Value> values) {
        List<Object> fitting = new ArrayList<>();
        for (Value value : values) {
            Object fit = fit(value);
            if (fit != null) {
                fitting.add(fit);
            }
        }
        return fitting;
    }

    private @Nullable Object fit(Value value) {
        return switch (family) {
            case WHOLE -> whole(value);
            case NUMERIC -> {
                Long whole = whole(value);
                yield whole == null ? null : BigDecimal.valueOf(whole);
            }
            case UUID -> uuid(value);
            default -> isText(value.text()) ? value.text() : null;
        };
    }

    // PostgreSQL stores no NUL, and half a surrogate pair would be sent as a question mark.
    private static boolean isText(String text) {
        return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static @Nullable Long whole(Value value) {
        if (value instanceof Value.Whole(long number)) {
            return number;
        }
        if (!(value instanceof Value.Text(String text)) || text.isEmpty() || text.length() > 20) {
            return null;
        }
        try {
            long number = Long.parseLong(text);
            return Long.toString(number).equals(text) ? number : null;
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }

    private static @Nullable UUID uuid(Value value) {
        if (value instanceof Value.Uuid(UUID uuid)) {
            return uuid;
        }
        if (!(value instanceof Value.Text(String text)) || text.length() != 36) {
            return null;
        }
        try {
            UUID uuid = java.util.UUID.fromString(text);
            return uuid.toString().equals(text.toLowerCase(Locale.ROOT)) ? uuid : null;
        } catch (IllegalArgumentException noUuid) {
            return null;
        }
    }
}
