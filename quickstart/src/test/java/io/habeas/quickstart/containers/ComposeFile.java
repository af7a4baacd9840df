// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.containers;

import io.habeas.quickstart.settings.Service;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code docker-compose.yml}, with its merges carried out. */
public final class ComposeFile {

    private final Map<String, Object> content;

    private ComposeFile(Map<String, Object> content) {
        this.content = content;
    }

    public static ComposeFile read() throws IOException {
        try (InputStream in = Files.newInputStream(Path.of("..", "docker-compose.yml"))) {
            return new ComposeFile(map(new Load(LoadSettings.builder().build()).loadFromInputStream(in)));
        }
    }

    public Map<String, Object> services() {
        return map(content.get("services"));
    }

    public Map<String, Object> service(String name) {
        return map(services().get(name));
    }

    public Map<String, String> environmentOf(Service service) {
        return map(service(service.shortName()).get("environment")).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> String.valueOf(it.getValue())));
    }

    @SuppressWarnings("unchecked")
    public static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        Map<String, Object> merged = new LinkedHashMap<>();
        if (value != null) {
            Map<String, Object> given = (Map<String, Object>) value;
            if (given.get("<<") != null) {
                merged.putAll(map(given.get("<<")));
            }
            merged.putAll(given);
            merged.remove("<<");
        }
        return merged;
    }
}
