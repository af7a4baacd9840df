// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.shop;

import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.bson.Document;
import org.bson.types.ObjectId;

/** The shop's second store: reviews with the replies of others, and what visitors looked at. */
final class Reviews {

    private static final String[] TEXTS = {
        "Solid cage, fits like a glove.", "做工很好，物流也快。", "The screw was missing.", "Best rig I ever had!", "一般般，没有想象中好。"
    };
    private static final String[] REPLIES = {"Same here.", "谢谢分享！", "Did you try the other clamp?", "Not for me, sorry."
    };
    private static final String[] PAGES = {"/", "/cages", "/tripods", "/cart", "/support", "/sale"};
    private static final int BATCH = 500;

    private final List<Person> people;
    private final SplittableRandom random;
    private final LocalDate today;

    Reviews(List<Person> people, SplittableRandom random, LocalDate today) {
        this.people = people;
        this.random = random;
        this.today = today;
    }

    void fill(String uri) {
        try (var client = MongoClients.create(uri)) {
            var database = client.getDatabase(SampleShop.REVIEWS);
            var reviews = database.getCollection("reviews");
            var browsing = database.getCollection("browsing");
            // What a crash in the middle may have left.
            var left = database.listCollectionNames().into(new ArrayList<>());
            for (var collection : List.of(reviews, browsing)) {
                if (left.contains(collection.getNamespace().getCollectionName())) {
                    collection.drop();
                }
            }
            reviews.createIndex(new Document("authorId", 1));
            reviews.createIndex(new Document("replies.author", 1));
            browsing.createIndex(new Document("customerId", 1));
            browsing.createIndex(new Document("deviceId", 1));
            insert(reviews, reviews());
            insert(browsing, browsing());
        }
    }

    private static void insert(MongoCollection<Document> collection, List<Document> documents) {
        for (int from = 0; from < documents.size(); from += BATCH) {
            collection.insertMany(documents.subList(from, Math.min(from + BATCH, documents.size())));
        }
    }

    private List<Document> reviews() {
        List<Document> reviews = new ArrayList<>();
        for (Person person : people) {
            boolean demo = person.id() == SampleShop.DEMO_CUSTOMER;
            int number = demo ? 2 : Math.max(0, random.nextInt(5) - 3);
            for (int i = 0; i < number; i++) {
                reviews.add(review(person.id()));
            }
        }
        // The demonstration's customer has answered two others.
        int added = 0;
        for (Document review : reviews) {
            if (added < 2 && review.getLong("authorId") != SampleShop.DEMO_CUSTOMER) {
                review.getList("replies", Document.class).add(reply(SampleShop.DEMO_CUSTOMER, 10));
                added++;
            }
        }
        return reviews;
    }

    private Document review(long author) {
        int age = 30 + random.nextInt(4 * 365);
        List<Document> replies = new ArrayList<>();
        int number = random.nextInt(4);
        for (int i = 0; i < number; i++) {
            long other = people.get(random.nextInt(people.size())).id();
            if (other != author) {
                replies.add(reply(other, 1 + random.nextInt(age)));
            }
        }
        Instant created = SampleShop.moment(today, age, random);
        return new Document("_id", id(created))
                .append("authorId", author)
                .append("sku", Tables.sku(random))
                .append("text", TEXTS[random.nextInt(TEXTS.length)])
                .append("rating", 1 + random.nextInt(5))
                .append("createdAt", Date.from(created))
                .append("replies", replies);
    }

    private Document reply(long author, int age) {
        return new Document("id", new UUID(random.nextLong(), random.nextLong()).toString())
                .append("author", author)
                .append("text", REPLIES[random.nextInt(REPLIES.length)])
                .append("at", Date.from(SampleShop.moment(today, age, random)));
    }

    private List<Document> browsing() {
        List<Document> events = new ArrayList<>();
        for (Person person : people) {
            boolean demo = person.id() == SampleShop.DEMO_CUSTOMER;
            int number = demo ? 6 : random.nextInt(3);
            String device = "device-" + Long.toHexString(random.nextLong());
            for (int i = 0; i < number; i++) {
                Instant at = SampleShop.moment(today, 1 + random.nextInt(600), random);
                Document event = new Document("_id", id(at));
                // Before logging in there is a device and nothing else.
                if (demo ? i > 0 : random.nextInt(3) != 0) {
                    event.append("customerId", person.id());
                }
                events.add(event.append("deviceId", device)
                        .append("url", PAGES[random.nextInt(PAGES.length)])
                        .append("at", Date.from(at)));
            }
        }
        return events;
    }

    /** By the generator, so that the same seed gives the same ids. */
    private ObjectId id(Instant at) {
        return new ObjectId(ByteBuffer.allocate(12)
                .putInt((int) at.getEpochSecond())
                .putLong(random.nextLong())
                .array());
    }
}
