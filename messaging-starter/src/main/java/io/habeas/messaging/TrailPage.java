// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Records of the audit trail in the internal feed, for the sequencer of the audit log that missed them on the topic. */
record TrailPage(List<Item> records) {

    private static final JsonMapper JSON = JsonMapper.shared();

    record Item(byte[] value, byte[] mac) {}

    static TrailPage of(List<TrailRecord> records) {
        return new TrailPage(records.stream()
                .map(record -> new Item(record.value(), record.mac()))
                .toList());
    }

    byte[] write() {
        return JSON.writeValueAsBytes(this);
    }

    static List<TrailRecord> read(byte[] json) {
        var page = JSON.readValue(json, TrailPage.class);
        if (page == null || page.records == null) {
            throw new IllegalArgumentException("not a page of an audit trail");
        }
        return page.records.stream()
                .map(item -> new TrailRecord(
                        TrailRecord.NOWHERE,
                        item.value == null ? new byte[0] : item.value,
                        item.mac == null ? new byte[0] : item.mac))
                .toList();
    }
}
