// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import java.util.List;
import org.springframework.web.util.HtmlUtils;

/** Sets blocks as plain text and as HTML. */
final class Layout {

    private Layout() {}

    static String text(List<Block> blocks) {
        var text = new StringBuilder();
        Block before = null;
        for (var block : blocks) {
            if (before != null && !(before instanceof Block.Item && block instanceof Block.Item)) {
                text.append('\n');
            }
            switch (block) {
                case Block.Heading(String words) ->
                    text.append("== ").append(words).append(" ==");
                case Block.Item(String words) -> text.append("- ").append(words);
                case Block.Paragraph(String words) -> text.append(words);
                case Block.Standout(String words) -> text.append(words);
                case Block.Link(String address) -> text.append(address);
            }
            text.append('\n');
            before = block;
        }
        return text.toString();
    }

    static String html(Language language, String title, List<Block> blocks) {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"" + language.tag()
                + "\">\n<head><meta charset=\"utf-8\"><title>" + escaped(title) + "</title></head>\n<body>\n");
        boolean inList = false;
        for (var block : blocks) {
            boolean item = block instanceof Block.Item;
            if (item != inList) {
                html.append(item ? "<ul>\n" : "</ul>\n");
                inList = item;
            }
            var words = escaped(block.text());
            html.append(
                    switch (block) {
                        case Block.Heading _ -> "<h2>" + words + "</h2>\n";
                        case Block.Item _ -> "<li>" + words + "</li>\n";
                        case Block.Paragraph _ -> "<p>" + words + "</p>\n";
                        case Block.Standout _ -> "<p><strong><big>" + words + "</big></strong></p>\n";
                        case Block.Link _ -> "<p><a href=\"" + words + "\" rel=\"noreferrer\">" + words + "</a></p>\n";
                    });
        }
        return html.append(inList ? "</ul>\n" : "").append("</body>\n</html>\n").toString();
    }

    private static String escaped(String words) {
        return HtmlUtils.htmlEscape(words, "UTF-8");
    }
}
