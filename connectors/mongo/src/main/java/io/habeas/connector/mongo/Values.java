// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDouble;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** Values of the connector API as BSON and back. A value never becomes a document. */
final class Values {

    /** No document is larger, so no field can hold it. */
    private static final int LARGEST_DOCUMENT = 16 * 1024 * 1024;

    /** A server refuses patterns of 32 KiB and more, and no address is anywhere near. */
    private static final int LONGEST_PATTERN = 4000;

    private Values() {}

    /** A key in exactly its own type: documents may be told apart by nothing else. */
    static BsonArray keys(Collection<Value> values) {
        var keys = new BsonArray();
        for (Value value : values) {
            BsonValue key = key(value);
            if (key != null) {
                keys.add(key);
            }
        }
        return keys;
    }

    static @Nullable BsonValue key(Value value) {
        return switch (value) {
            case Value.Text(String text) -> isText(text) ? new BsonString(text) : null;
            case Value.Whole(long number) -> new BsonInt64(number);
            case Value.Uuid(UUID uuid) -> new BsonBinary(uuid);
            case Value.ObjectId(String hex) -> objectId(hex);
        };
    }

    /** Each value in every type that can hold it unchanged, since a field has no type of its own. */
    static BsonArray forms(Collection<Value> values, boolean ignoreCase) {
        var forms = new BsonArray();
        for (Value value : values) {
            add(forms, key(value));
            if (value instanceof Value.Text(String text)) {
                add(forms, whole(text));
                add(forms, uuid(text));
                add(forms, objectId(text));
                if (ignoreCase && isText(text)) {
                    add(forms, pattern(text.strip()));
                }
            } else {
                add(forms, new BsonString(value.text()));
            }
        }
        return forms;
    }

    private static void add(BsonArray forms, @Nullable BsonValue form) {
        if (form != null) {
            forms.add(form);
        }
    }

    private static @Nullable BsonValue pattern(String text) {
        var pattern = new StringBuilder("^\\s*");
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '\0') {
                // A pattern ends at a NUL on the wire.
                pattern.append("\\x00");
            } else if (letter < 128 && !Character.isLetterOrDigit(letter)) {
                pattern.append('\\').append(letter);
            } else {
                pattern.append(letter);
            }
        }
        pattern.append("\\s*$");
        return pattern.length() > LONGEST_PATTERN ? null : new BsonRegularExpression(pattern.toString(), "i");
    }

    private static boolean isText(String text) {
        return text.length() < LARGEST_DOCUMENT
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static @Nullable BsonValue objectId(String hex) {
        return ObjectId.isValid(hex) ? new BsonObjectId(new ObjectId(hex)) : null;
    }

    private static @Nullable BsonValue whole(String text) {
        if (text.isEmpty() || text.length() > 20) {
            return null;
        }
        try {
            long number = Long.parseLong(text);
            return Long.toString(number).equals(text) ? new BsonInt64(number) : null;
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }

    private static @Nullable BsonValue uuid(String text) {
        if (text.length() != 36) {
            return null;
        }
        try {
            UUID uuid = UUID.fromString(text);
            return uuid.toString().equals(text.toLowerCase(Locale.ROOT)) ? new BsonBinary(uuid) : null;
        } catch (IllegalArgumentException noUuid) {
            return null;
        }
    }

    static Value keyOf(@Nullable BsonValue found, String collection, String field) throws ConnectorException {
        Value key =
                switch (found) {
                    case null -> null;
                    case BsonString text -> new Value.Text(text.getValue());
                    case BsonObjectId id -> new Value.ObjectId(id.getValue().toHexString());
                    case BsonBinary binary ->
                        binary.getType() == BsonBinarySubType.UUID_STANDARD.getValue()
                                ? new Value.Uuid(binary.asUuid())
                                : null;
                    default -> found.isNumber() || found.isDecimal128() ? wholeOf(found) : null;
                };
        if (key == null) {
            throw Failures.misfit("field '" + field + "' of '" + collection
                    + "' cannot be a key: in places it is empty, or neither text, whole number, UUID nor ObjectId");
        }
        return key;
    }

    private static @Nullable Value wholeOf(BsonValue number) {
        if (number.isInt32() || number.isInt64()) {
            return new Value.Whole(number.asNumber().longValue());
        }
        try {
            BigDecimal exact = number.isDecimal128()
                    ? number.asDecimal128().getValue().bigDecimalValue()
                    : BigDecimal.valueOf(number.asDouble().getValue());
            return new Value.Whole(exact.longValueExact());
        } catch (ArithmeticException | NumberFormatException notWhole) {
            return null;
        }
    }

    /** @throws IllegalArgumentException if there is no way to store it; the message names its type alone */
    static BsonValue stored(@Nullable Object replacement) {
        return switch (replacement) {
            case null -> BsonNull.VALUE;
            case String text -> new BsonString(text);
            case Boolean truth -> BsonBoolean.valueOf(truth);
            case Integer number -> new BsonInt64(number);
            case Long number -> new BsonInt64(number);
            case Double number -> new BsonDouble(number);
            case BigDecimal number -> new BsonDecimal128(new Decimal128(number));
            case Instant instant -> new BsonDateTime(instant.toEpochMilli());
            case LocalDate date ->
                new BsonDateTime(date.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli());
            default ->
                throw new IllegalArgumentException(
                        "a replacement cannot be a " + replacement.getClass().getSimpleName());
        };
    }

    static @Nullable Object plain(@Nullable BsonValue value) {
        if (value == null) {
            return null;
        }
        return switch (value.getBsonType()) {
            case NULL, UNDEFINED, MIN_KEY, MAX_KEY, END_OF_DOCUMENT -> null;
            case STRING -> value.asString().getValue();
            case SYMBOL -> value.asSymbol().getSymbol();
            case BOOLEAN -> value.asBoolean().getValue();
            case INT32 -> value.asInt32().longValue();
            case INT64 -> value.asInt64().getValue();
            case DOUBLE -> decimal(value.asDouble().getValue());
            case DECIMAL128 -> decimal(value.asDecimal128().getValue());
            case DATE_TIME -> Instant.ofEpochMilli(value.asDateTime().getValue());
            case TIMESTAMP -> Instant.ofEpochSecond(value.asTimestamp().getTime());
            case OBJECT_ID -> value.asObjectId().getValue().toHexString();
            case BINARY -> binary(value.asBinary());
            case REGULAR_EXPRESSION -> value.asRegularExpression().getPattern();
            case JAVASCRIPT -> value.asJavaScript().getCode();
            case JAVASCRIPT_WITH_SCOPE -> value.asJavaScriptWithScope().getCode();
            case DB_POINTER -> value.asDBPointer().getId().toHexString();
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                value.asArray().forEach(element -> list.add(plain(element)));
                yield list;
            }
            case DOCUMENT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                value.asDocument().forEach((name, field) -> map.put(name, plain(field)));
                yield map;
            }
        };
    }

    private static Object decimal(double number) {
        return Double.isFinite(number) ? BigDecimal.valueOf(number) : Double.toString(number);
    }

    private static Object decimal(Decimal128 number) {
        try {
            return number.bigDecimalValue();
        } catch (ArithmeticException notFinite) {
            return number.toString();
        }
    }

    private static Object binary(BsonBinary binary) {
        return binary.getType() == BsonBinarySubType.UUID_STANDARD.getValue()
                ? binary.asUuid().toString()
                : binary.getData();
    }
}
