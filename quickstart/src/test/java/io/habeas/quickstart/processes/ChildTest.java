// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ChildTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private final List<String> said = new CopyOnWriteArrayList<>();

    @Test
    void a_child_that_is_killed_is_started_again() throws Exception {
        try (var children = new Children(said::add)) {
            Child child = children.add(sleeper("600"));
            child.start();
            long first = child.pid();

            child.kill();

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(child.isAlive()).isTrue();
                assertThat(child.pid()).isNotEqualTo(first);
            });
            assertThat(said)
                    .singleElement()
                    .asString()
                    .startsWith("sleeper ended with status 137; it is started again");
        }
    }

    @Test
    void who_is_killed_again_and_again_does_not_wait_longer_each_time_and_who_ends_by_itself_does() throws Exception {
        try (var children = new Children(said::add)) {
            Child killed = children.add(sleeper("605"));
            killed.start();
            for (int i = 1; i <= 6; i++) {
                killed.kill();
                int starts = i + 1;
                await().atMost(PATIENCE).until(() -> killed.starts() == starts && killed.isAlive());
            }
            Child ending = children.add(new ProcessSpec(
                    "short",
                    "0.01",
                    () -> List.of("sleep", "0.01"),
                    Map.of(),
                    folder.resolve("short.log"),
                    folder.resolve("short.pid")));
            ending.start();
            await().atMost(PATIENCE).until(() -> ending.starts() >= 3);

            assertThat(killed.nextPause()).isEqualTo(Child.FIRST_PAUSE.multipliedBy(2));
            assertThat(ending.nextPause()).isGreaterThanOrEqualTo(Child.FIRST_PAUSE.multipliedBy(4));
        }
    }

    @Test
    void nothing_lives_on_after_the_end() throws Exception {
        long pid;
        try (var children = new Children(said::add)) {
            Child child = children.add(sleeper("601"));
            child.start();
            pid = child.pid();
        }

        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(said).isEmpty();
    }

    @Test
    void a_child_of_a_launcher_that_was_killed_is_ended_before_a_new_one_is_made() throws Exception {
        Process leftBehind = new ProcessBuilder("sleep", "602").start();
        Files.writeString(folder.resolve("sleeper.pid"), Long.toString(leftBehind.pid()));

        try (var children = new Children(said::add)) {
            children.add(sleeper("602"));

            assertThat(leftBehind.waitFor()).isNotZero();
        }
    }

    @Test
    void a_stranger_with_the_number_of_an_old_child_is_left_alone() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "603").start();
        Files.writeString(folder.resolve("sleeper.pid"), Long.toString(stranger.pid()));

        try (var children = new Children(said::add)) {
            children.add(sleeper("604"));

            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    private ProcessSpec sleeper(String seconds) {
        return new ProcessSpec(
                "sleeper",
                seconds,
                () -> List.of("sleep", seconds),
                Map.of(),
                folder.resolve("sleeper.log"),
                folder.resolve("sleeper.pid"));
    }
}
