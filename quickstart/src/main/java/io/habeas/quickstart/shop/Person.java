// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.shop;

import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An invented customer. Addresses are under domains that nobody can own, numbers are in ranges that nobody is given. */
record Person(long id, String fullName, String email, String phone, Home home) {

    /** @param line street and number */
    record Home(String line, String city, String postcode, String country) {

        String onOneLine() {
            return line + ", " + postcode + " " + city + ", " + country;
        }
    }

    private static final String[] FIRST = {
        "Ada", "Alan", "Barbara", "Carlos", "Chloe", "Daniel", "Elena", "Erik", "Fatima", "Grace", "Hannah", "Hugo",
                "Ines",
        "Jamal", "Joan", "Karen", "Kofi", "Laura", "Liam", "Maria", "Miguel", "Noah", "Olivia", "Pablo", "Quinn",
                "Rosa",
        "Samuel", "Sofia", "Tariq", "Uma", "Victor", "Wendy", "Xavier", "Yara", "Zoe"
    };
    private static final String[] LAST = {
        "Anderson", "Baker", "Castillo", "Davis", "Edwards", "Fischer", "Garcia", "Hughes", "Ivanova", "Johnson", "Kim",
        "Lopez", "Moore", "Nguyen", "O'Brien", "Patel", "Quintero", "Rossi", "Smith", "Thompson", "Usman", "Vargas",
        "Williams", "Young", "Zimmermann"
    };
    private static final String[][] SURNAMES = {
        {"王", "wang"},
        {"李", "li"},
        {"张", "zhang"},
        {"刘", "liu"},
        {"陈", "chen"},
        {"杨", "yang"},
        {"黄", "huang"},
        {"赵", "zhao"},
        {"吴", "wu"},
        {"周", "zhou"},
        {"徐", "xu"},
        {"孙", "sun"},
        {"欧阳", "ouyang"}
    };
    private static final String[][] GIVEN = {
        {"伟", "wei"}, {"芳", "fang"}, {"娜", "na"}, {"敏", "min"}, {"静", "jing"}, {"秀英", "xiuying"}, {"丽", "li"},
        {"强", "qiang"}, {"磊", "lei"}, {"军", "jun"}, {"洋", "yang"}, {"艳", "yan"}, {"杰", "jie"}, {"晓明", "xiaoming"},
        {"子涵", "zihan"}, {"雨桐", "yutong"}, {"思远", "siyuan"}
    };
    private static final String[] STREETS = {
        "Maple Street", "Oak Avenue", "Sunset Boulevard", "Mission Street", "Lake Drive"
    };
    private static final String[][] CITIES = {
        {"San Francisco", "94103"},
        {"Los Angeles", "90012"},
        {"San Diego", "92101"},
        {"Sacramento", "95814"},
        {"Fresno", "93721"}
    };
    private static final String[][] CHINESE_CITIES = {
        {"深圳市南山区", "518000"}, {"上海市浦东新区", "200120"}, {"北京市海淀区", "100080"}, {"杭州市西湖区", "310000"}
    };

    /** @param household somebody whose home and telephone this person shares; absent for a person of their own */
    static Person invent(long id, RandomGenerator random, @Nullable Person household) {
        boolean chinese = random.nextInt(3) == 0;
        Home home = household == null ? home(random, chinese) : household.home;
        String phone = household == null ? phone(random, chinese) : household.phone;
        if (chinese) {
            String[] surname = pick(SURNAMES, random);
            String[] given = pick(GIVEN, random);
            return new Person(
                    id, surname[0] + given[0], given[1] + "." + surname[1] + id + "@cn.example.com", phone, home);
        }
        String first = FIRST[random.nextInt(FIRST.length)];
        String last = LAST[random.nextInt(LAST.length)];
        String email = first + "." + last.replace("'", "") + id + "@Example.com";
        // People type their address as they like; it is the same address.
        String written = random.nextInt(20) == 0 ? email : email.toLowerCase(Locale.ROOT);
        return new Person(id, first + " " + last, written, phone, home);
    }

    private static Home home(RandomGenerator random, boolean chinese) {
        if (chinese) {
            String[] city = pick(CHINESE_CITIES, random);
            return new Home("科技路" + (1 + random.nextInt(900)) + "号", city[0], city[1], "CN");
        }
        String[] city = pick(CITIES, random);
        String street = STREETS[random.nextInt(STREETS.length)];
        return new Home((1 + random.nextInt(9000)) + " " + street, city[0], city[1], "US");
    }

    private static String phone(RandomGenerator random, boolean chinese) {
        if (chinese) {
            return "+86100%08d".formatted(random.nextInt(100_000_000));
        }
        return "+1%03d55501%02d".formatted(200 + random.nextInt(780), random.nextInt(100));
    }

    private static String[] pick(String[][] from, RandomGenerator random) {
        return from[random.nextInt(from.length)];
    }

    @Override
    public String toString() {
        return "Person[" + id + "]";
    }
}
