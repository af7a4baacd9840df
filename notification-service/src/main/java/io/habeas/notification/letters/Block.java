// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

/** One piece of a letter. Both forms of a letter, plain and HTML, are made from the same pieces and so say the same. */
sealed interface Block {

    String text();

    record Heading(String text) implements Block {}

    record Paragraph(String text) implements Block {}

    record Item(String text) implements Block {}

    /** Stands alone and in large type, such as a code. */
    record Standout(String text) implements Block {}

    /** @param text an absolute address under the configured public one */
    record Link(String text) implements Block {}
}
