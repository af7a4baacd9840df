// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.habeas.contracts.Announced;
import io.habeas.contracts.Announcement;
import io.habeas.contracts.ControllerAnnouncement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Announcements as JSON and back, by the type and revision of {@link Announced}. A reader ignores components it does not know
 * and insists on those that it does; a type or revision that it does not know is not guessed at.
 */
public final class AnnouncementCodec {

    private static final List<Class<?>> FAMILIES = List.of(Announcement.class.getPermittedSubclasses());

    private final Map<String, Class<? extends Announcement>> byType = new HashMap<>();
    private final JsonMapper json = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    public AnnouncementCodec() {
        for (var family : FAMILIES) {
            for (var member : family.getPermittedSubclasses()) {
                var type = member.asSubclass(Announcement.class);
                if (byType.put(announced(type).type(), type) != null) {
                    throw new IllegalStateException(
                            "two announcements are called " + announced(type).type());
                }
            }
        }
    }

    /** The wire name. */
    public String type(Announcement announcement) {
        return announced(announcement.getClass()).type();
    }

    public int revision(Announcement announcement) {
        return announced(announcement.getClass()).revision();
    }

    public byte[] payload(Announcement announcement) {
        return json.writeValueAsBytes(announcement);
    }

    /** @throws UnreadableAnnouncementException if type or revision are unknown, or the payload does not fit them */
    public Announcement read(String type, int revision, byte[] payload) {
        var target = byType.get(type);
        if (target == null) {
            throw new UnreadableAnnouncementException("unknown-type", "no announcement is called '" + slug(type) + "'");
        }
        if (revision != announced(target).revision()) {
            throw new UnreadableAnnouncementException(
                    "unknown-revision",
                    type + " is known in revision " + announced(target).revision() + ", not " + revision);
        }
        var announcement = parse(type, target, payload);
        missing(announcement, "").ifPresent(path -> {
            throw new UnreadableAnnouncementException("bad-payload", type + " lacks " + path);
        });
        return announcement;
    }

    /**
     * Reads an announcement that is expected to be of a family.
     *
     * @throws UnreadableAnnouncementException also if it is of another
     */
    public <A extends Announcement> A read(Class<A> family, String type, int revision, byte[] payload) {
        var announcement = read(type, revision, payload);
        if (!family.isInstance(announcement)) {
            throw new UnreadableAnnouncementException(
                    "wrong-family", type + " is not one of " + family.getSimpleName());
        }
        return family.cast(announcement);
    }

    private Announcement parse(String type, Class<? extends Announcement> target, byte[] payload) {
        @Nullable Announcement read;
        try {
            read = json.readValue(payload, target);
        } catch (JacksonException e) {
            // neither the cause nor its text: both may quote the payload
            throw new UnreadableAnnouncementException(
                    "bad-payload",
                    "the payload of " + type + " does not fit: " + e.getClass().getSimpleName());
        }
        if (read == null) {
            throw new UnreadableAnnouncementException("bad-payload", "the payload of " + type + " is null");
        }
        return read;
    }

    /** The path of the first component that must be there and is not. */
    private static Optional<String> missing(Object value, String path) {
        return switch (value) {
            case Record record -> missingIn(record, path);
            case List<?> list -> missingIn(list, path);
            default -> Optional.empty();
        };
    }

    private static Optional<String> missingIn(Record record, String path) {
        for (var component : record.getClass().getRecordComponents()) {
            var place = path.isEmpty() ? component.getName() : path + "." + component.getName();
            var value = value(record, component);
            if (value == null) {
                if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                    return Optional.of(place);
                }
                continue;
            }
            var below = missing(value, place);
            if (below.isPresent()) {
                return below;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> missingIn(List<?> list, String path) {
        for (int i = 0; i < list.size(); i++) {
            var element = list.get(i);
            var place = path + "[" + i + "]";
            var below = element == null ? Optional.of(place) : missing(element, place);
            if (below.isPresent()) {
                return below;
            }
        }
        return Optional.empty();
    }

    private static @Nullable Object value(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component.getName() + " of " + record.getClass(), e);
        }
    }

    private static Announced announced(Class<?> type) {
        var announced = type.getAnnotation(Announced.class);
        if (announced == null) {
            throw new IllegalStateException(type.getName() + " needs @Announced");
        }
        return announced;
    }

    private static String slug(String text) {
        return text.matches("[a-z0-9.-]{1,80}") ? text : "(not a type name)";
    }

    /**
     * Where announcements of this type go if not to the topic of the service that announces them: what is about a controller as a whole has a topic
     * of its own, whoever tells it. Types begin with the name of their family, those of a later release too.
     */
    static Optional<String> topicBeside(String type) {
        return type.startsWith("controller.") ? Optional.of(ControllerAnnouncement.TOPIC) : Optional.empty();
    }

    /** Whether that topic is one beside those of the services. */
    static boolean isBeside(String topic) {
        return topic.equals(ControllerAnnouncement.TOPIC);
    }

    /** The topics of all families, in the order of {@link Announcement}'s permits. */
    static List<String> topics() {
        var topics = new ArrayList<String>();
        for (var family : FAMILIES) {
            try {
                topics.add((String) family.getField("TOPIC").get(null));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(family.getName() + " needs a constant TOPIC", e);
            }
        }
        return topics;
    }
}
