// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

/**
 * How an event is called in the table and on the wire.
 *
 * @param type such as {@code request.received}; what stands before the first dot is Axon's aggregate type
 * @param revision from 1
 */
public record EventName(String type, int revision) {}
