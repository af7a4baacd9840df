// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

/**
 * A letter ready to be sent, in two forms that say the same.
 *
 * @param subject one line; carries the reference
 * @param text plain
 * @param html without scripts, styles, images or anything else that a mail program would fetch
 */
public record WrittenLetter(String subject, String text, String html) {

    @Override
    public String toString() {
        return "WrittenLetter[]";
    }
}
