// SPDX-License-Identifier: Apache-2.0
package io.habeas.testcontrols;

import io.habeas.service.LegalClock;
import io.habeas.service.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What a test harness may ask of a running service. */
@RestController
class TestControlsController {

    /** @param offset how far legal time is to be ahead of the system's, in all; never less than before */
    record Time(@Nullable Duration offset) {}

    record TimeNow(Instant now, Duration offset) {}

    /** @param pass 1 halts at the next pass */
    record Fault(@Nullable String point, @Nullable Integer pass) {}

    private final LegalClock clock;
    private final MovableOffset offset;

    TestControlsController(LegalClock clock, MovableOffset offset) {
        this.clock = clock;
        this.offset = offset;
    }

    @GetMapping("/internal/v1/time")
    TimeNow time() {
        return new TimeNow(clock.instant(), offset.offset());
    }

    @PostMapping("/internal/v1/time")
    TimeNow move(@RequestBody Time time) {
        if (time.offset() == null) {
            throw ProblemException.invalid("/offset", "an ISO-8601 duration is needed, such as PT720H");
        }
        offset.advanceTo(time.offset());
        clock.jumped();
        return time();
    }

    @GetMapping("/internal/v1/faults")
    Map<String, Integer> passed() {
        return HaltingHarness.passed();
    }

    @PostMapping("/internal/v1/faults")
    Map<String, Integer> arm(@RequestBody Fault fault) {
        if (fault.point() == null) {
            HaltingHarness.disarm();
        } else {
            HaltingHarness.arm(fault.point(), fault.pass() == null ? 1 : fault.pass());
        }
        return HaltingHarness.passed();
    }
}
