// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

/** What became of handing a letter to the relay. */
sealed interface SendOutcome {

    /** The relay took it over. */
    record Taken() implements SendOutcome {}

    /** It will never take this one. @param reason a slug, without anything that the relay said */
    record Refused(String reason) implements SendOutcome {}

    /** It did not take it, and may later. */
    record NotNow(String reason) implements SendOutcome {}

    /** The connection broke after the letter was on its way: it may or may not have been taken. */
    record Unknown() implements SendOutcome {}
}
