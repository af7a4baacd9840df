// SPDX-License-Identifier: Apache-2.0
/** Tokens that are not believed any more: who revokes them, and the list that every service reads. */
@org.jspecify.annotations.NullMarked
package io.habeas.request.revocations;
