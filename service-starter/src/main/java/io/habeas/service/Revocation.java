// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.time.Instant;

/**
 * Tokens that are not believed any more, although they are signed and have not ended.
 *
 * @param kind REQUESTER or STAFF
 * @param subject of the tokens: the request, or the opaque id of a person of staff
 * @param controller at which they are not believed; a token that names it among others is refused as a whole
 * @param at those issued until then are meant: in legal time for a requester, else in that of the machine
 */
public record Revocation(Caller.Kind kind, String subject, String controller, Instant at) {}
