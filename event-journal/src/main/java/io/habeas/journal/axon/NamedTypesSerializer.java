// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.serialization.jackson3.Jackson3SerializerCustomizer;

/** JSON under wire names. An unknown name fails loudly: an aggregate that skipped an event would decide on a wrong state. */
final class NamedTypesSerializer extends Jackson3Serializer {

    private final EventNames names;

    NamedTypesSerializer(EventNames names, Jackson3SerializerCustomizer customizer) {
        super(Jackson3Serializer.builder().lenientDeserialization().jsonMapperBuilderCustomizer(customizer));
        this.names = names;
    }

    @Override
    public Class<?> classForType(SerializedType type) {
        if (SerializedType.isEmptyType(type) || MetaData.class.getName().equals(type.getName())) {
            return super.classForType(type);
        }
        var event = names.classOf(new EventName(type.getName(), Integer.parseInt(type.getRevision())));
        if (event == null) {
            throw new SerializationException("no event of this service is called " + type.getName() + " revision "
                    + type.getRevision() + "; an upcaster or a newer version of the service is needed");
        }
        return event;
    }

    @Override
    @SuppressWarnings("rawtypes") // as inherited
    public SerializedType typeForClass(Class type) {
        if (type == null || type == Void.class || type == void.class || type == MetaData.class) {
            return super.typeForClass(type);
        }
        var name = names.nameOf(type);
        if (name == null) {
            throw new SerializationException(
                    type.getName() + " has no wire name; give it one in the service's event names");
        }
        return new SimpleSerializedType(name.type(), Integer.toString(name.revision()));
    }
}
