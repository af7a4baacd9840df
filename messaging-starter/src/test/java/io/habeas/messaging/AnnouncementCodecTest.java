// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.Right;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AnnouncementCodecTest {

    private static final UUID REQUEST = UUID.fromString("018f0000-0000-7000-8000-000000000001");

    private final AnnouncementCodec codec = new AnnouncementCodec();

    @Test
    void an_announcement_comes_back_as_it_was() {
        var asked = new RequestAnnouncement.IdentityAsked(
                REQUEST,
                "HB-TEST-0001",
                Right.ERASURE,
                "zh-CN",
                new SealedField(REQUEST, "AAAA"),
                Instant.parse("2026-11-22T10:15:30.123456Z"));

        var json = codec.payload(asked);

        assertThat(new String(json, StandardCharsets.UTF_8)).contains("\"expiresAt\":\"2026-11-22T10:15:30.123456Z\"");
        assertThat(codec.read(RequestAnnouncement.class, "request.identity-asked", 1, json))
                .isEqualTo(asked);
    }

    @Test
    void what_may_be_absent_is_absent_and_what_must_be_there_is_insisted_on() {
        var delayed = new FulfillmentAnnouncement.Delayed(REQUEST, null, null, "data-map-mismatch", true);

        assertThat(new String(codec.payload(delayed), StandardCharsets.UTF_8)).doesNotContain("taskId");
        assertThat(codec.read("fulfillment.delayed", 1, codec.payload(delayed))).isEqualTo(delayed);
        assertUnreadable(
                "fulfillment.delayed",
                1,
                "{\"requestId\":\"" + REQUEST + "\",\"parked\":true}",
                "bad-payload",
                "reason");
        assertUnreadable(
                "fulfillment.outcomes-recorded",
                1,
                "{\"requestId\":\"" + REQUEST + "\",\"outcomes\":[{}]}",
                "bad-payload",
                "");
    }

    @Test
    void components_of_a_later_day_are_ignored() {
        var json = "{\"requestId\":\"" + REQUEST + "\",\"mood\":\"sunny\"}";

        assertThat(codec.read("request.closed", 1, json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new RequestAnnouncement.Closed(REQUEST));
    }

    @Test
    void unknown_types_and_revisions_are_not_guessed_at() {
        var json = "{\"requestId\":\"" + REQUEST + "\"}";

        assertUnreadable("request.teleported", 1, json, "unknown-type", "");
        assertUnreadable("request.closed", 2, json, "unknown-revision", "");
        assertThatThrownBy(() -> codec.read(
                        FulfillmentAnnouncement.class, "request.closed", 1, json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadableAnnouncementException.class);
    }

    @Test
    void a_value_that_does_not_fit_is_not_quoted() {
        assertThatThrownBy(() -> codec.read(
                        "request.closed", 1, "{\"requestId\":\"jane@example.org\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadableAnnouncementException.class)
                .hasNoCause()
                .message()
                .doesNotContain("jane");
    }

    @Test
    void an_empty_batch_is_a_batch() {
        var none = new FulfillmentAnnouncement.OutcomesRecorded(REQUEST, List.<TaskOutcome>of());

        assertThat(codec.read("fulfillment.outcomes-recorded", 1, codec.payload(none)))
                .isEqualTo(none);
    }

    private void assertUnreadable(String type, int revision, String json, String reason, String names) {
        assertThatThrownBy(() -> codec.read(type, revision, json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(UnreadableAnnouncementException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(reason);
                    assertThat(refused.getMessage()).contains(names);
                });
    }
}
