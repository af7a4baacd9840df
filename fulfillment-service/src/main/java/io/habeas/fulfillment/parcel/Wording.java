// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import java.util.Map;

/** The words of the page, in the two languages there are. */
enum Wording {
    TITLE("Your personal data", "您的个人信息"),
    REFERENCE("Reference", "编号"),
    REQUEST("Request", "请求"),
    HELD_BY("Held by", "持有者"),
    MADE("Made on", "生成时间"),
    WINDOW(
            "Only what was collected since this moment is here; undated records are included",
            "仅包含自此时间起收集的信息;无日期的记录已包含在内"),
    CATEGORIES("1. Categories of personal data", "1. 个人信息类别"),
    SOURCES("2. Where it came from", "2. 来源"),
    PURPOSES("3. What it is used for", "3. 使用目的"),
    RECIPIENTS("4. Who receives it", "4. 接收方"),
    PIECES("5. The data itself", "5. 具体信息"),
    LEFT_OUT("What was left out, and why", "未包含的内容及原因"),
    CATEGORY("Category", "类别"),
    FIELDS("Fields", "字段"),
    SOURCE("Source", "来源"),
    PURPOSE("Purpose", "目的"),
    BASIS("Legal basis", "法律依据"),
    RECIPIENT("Recipient", "接收方"),
    ROLE("Role", "角色"),
    COUNTRY("Country", "国家"),
    RECEIVES("Categories it receives", "接收的类别"),
    NO_RECIPIENTS("No recipients are on record.", "无接收方记录。"),
    RECORDS("records", "条记录"),
    LAST_CHANGED("Last changed", "最后更改"),
    UNKNOWN("unknown", "未知"),
    NOTHING("Nothing is held here.", "此处未持有任何信息。"),
    OLDER_ALONE(
            "What is held here was collected before the window; the count stands below.", "此处持有的信息均在时间范围之前收集;数量见下文。"),
    NOTHING_LEFT_OUT("Nothing was left out.", "没有未包含的内容。"),
    MACHINE(
            "The folder data has the same as JSON (with its schema) and as CSV. In CSV an apostrophe stands before texts that a"
                    + " spreadsheet would take for a formula.",
            "data 文件夹中有相同内容的 JSON(附 schema)和 CSV。CSV 中,电子表格会视为公式的文本前加了单引号。"),
    BEFORE_LOOK_BACK("records collected before the window", "条在时间范围之前收集的记录"),
    OUTSIDE_POLICY("records that the policy does not cover", "条不在政策适用范围内的记录"),
    ASK("ask about them here", "请向此处查询"),
    NEVER_DISCLOSED("is held and never disclosed, for your safety", "已持有,但为您的安全永不披露"),
    KEPT_BACK(
            "is kept back on the ground named in brackets, as a person of the controller has decided",
            "根据括号中所列理由,经控制者工作人员决定不予提供"),
    ABOUT_SOMEONE_ELSE("tells of another person and is left out", "涉及他人,未包含在内");

    private final String english;
    private final String chinese;

    Wording(String english, String chinese) {
        this.english = english;
        this.chinese = chinese;
    }

    String in(String language) {
        return language.startsWith("zh") ? chinese : english;
    }

    private static final Map<String, String> ESCAPES =
            Map.of("&", "&amp;", "<", "&lt;", ">", "&gt;", "\"", "&quot;", "'", "&#39;");

    /** A text as HTML shows it, whatever it holds. */
    static String escaped(String text) {
        var html = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            var escape = ESCAPES.get(Character.toString(point));
            if (escape != null) {
                html.append(escape);
            } else if (point >= 0x20 || point == '\n' || point == '\t') {
                html.appendCodePoint(point);
            } else {
                html.append('\uFFFD');
            }
        });
        return html.toString();
    }
}
