// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.EventJournal;
import io.habeas.journal.GenerationCheck;
import io.habeas.journal.GenerationRefusedException;
import io.habeas.journal.JournalWakeup;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.SingletonSupplier;

/** Journal, relay and consumers of a service with a database and a broker. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
            "io.habeas.service.ServiceAutoConfiguration"
        })
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnProperty("habeas.messaging.bootstrap-servers")
@EnableConfigurationProperties({MessagingProperties.class, AuditProperties.class, GenerationProperties.class})
class MessagingAutoConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(MessagingAutoConfiguration.class);

    /** Where a service announces if {@code habeas.messaging.topic} says nothing: {@code x-request-service} on habeas.request.v1. */
    static String topicOf(String service) {
        for (var topic : AnnouncementCodec.topics()) {
            var family = topic.split("\\.")[1];
            if (service.equals(family + "-service") || service.endsWith("-" + family + "-service")) {
                return topic;
            }
        }
        throw new IllegalStateException("no announcements are known of a service called '" + service
                + "': set habeas.messaging.topic, or spring.application.name to such as request-service");
    }

    @Bean
    @ConditionalOnMissingBean
    AnnouncementCodec announcementCodec() {
        return new AnnouncementCodec();
    }

    @Bean
    @ConditionalOnMissingBean
    JournalWakeup journalWakeup() {
        return new JournalWakeup();
    }

    @Bean
    @ConditionalOnMissingBean
    @DependsOnDatabaseInitialization
    GenerationCheck generationCheck(DataSource dataSource, GenerationProperties order) {
        var check = new GenerationCheck(dataSource);
        if (order.begin() != null && order.by() != null && order.reason() != null) {
            check.beginGeneration(order.begin(), order.by(), order.reason());
        }
        try {
            check.requireKnown();
        } catch (GenerationRefusedException refused) {
            LOG.atError()
                    .addKeyValue("says", refused.getMessage())
                    .log(
                            "this service refuses to run on this database. Read 'A restored database' in docs/operations.md, then start it with"
                                    + " --habeas.generation.begin=<that number> --habeas.generation.by=<you>"
                                    + " --habeas.generation.reason=<why>; in a quickstart: ./habeas generation begin --service <name>");
            throw refused;
        }
        return check;
    }

    /** @param check has let the service start */
    @Bean
    @ConditionalOnMissingBean
    EventJournal eventJournal(DataSource dataSource, JournalWakeup wakeup, GenerationCheck check) {
        return new EventJournal(dataSource, wakeup);
    }

    @Bean
    RequestTraces requestTraces(DataSource dataSource, ObjectProvider<Subscription<?>> subscriptions) {
        // asked for when there is work: receivers hold the announcements that ask for this
        var topics = SingletonSupplier.of(
                () -> subscriptions.orderedStream().map(Subscription::topic).toList());
        return new RequestTraces(dataSource, topics::obtain);
    }

    @Bean
    @ConditionalOnMissingBean
    Announcements announcements(
            DataSource dataSource,
            EventJournal journal,
            AnnouncementCodec codec,
            ObjectProvider<InstantSource> legalTime,
            RequestTraces traces,
            MessagingProperties properties) {
        var time = legalTime.getIfUnique(InstantSource::system);
        return new JournalAnnouncements(dataSource, journal, codec, time, properties.maxRecord(), traces);
    }

    @Bean
    Outbound outbound(AnnouncementCodec codec, ObjectProvider<OutboundMapping> mapping) {
        return new Outbound(codec, mapping.getIfAvailable());
    }

    @Bean
    Broker broker(MessagingProperties properties, Environment environment, GenerationCheck check) {
        return new Broker(
                properties, environment.getRequiredProperty("spring.application.name"), check.requireKnownGeneration());
    }

    @Bean
    Relay relay(
            DataSource dataSource,
            EventJournal journal,
            Outbound outbound,
            Broker broker,
            MessagingProperties properties,
            ObjectProvider<Trail> trail) {
        var topic = topicOf(properties, broker);
        return new Relay(
                journal,
                outbound,
                new RelayStore(dataSource, topic),
                broker,
                properties,
                topic,
                trail.getIfAvailable());
    }

    private static String topicOf(MessagingProperties properties, Broker broker) {
        return properties.topic() == null ? topicOf(broker.source()) : properties.topic();
    }

    @Bean
    @ConditionalOnProperty(name = "habeas.audit.enabled", matchIfMissing = true)
    Trail trail(AuditProperties audit, MessagingProperties properties, Broker broker, Environment environment) {
        var service = topicOf(properties, broker).split("\\.")[1];
        var file = audit.secretFile();
        if (file == null) {
            file = Path.of(environment.getProperty("habeas.home", "."), "secrets", "audit-" + service);
        }
        return new Trail(TrailEntry.TOPIC, service, TrailSecret.ofFile(file));
    }

    @Bean
    TrailSource trailSource(
            Broker broker,
            FeedClient feed,
            Outbound outbound,
            EventJournal journal,
            GenerationCheck generations,
            ObjectProvider<Trail> trail) {
        return new TrailSource(broker, feed, outbound, journal, generations, trail.getIfAvailable());
    }

    @Bean
    Inbox inbox(DataSource dataSource) {
        return new Inbox(JdbcClient.create(dataSource));
    }

    @Bean
    Parking parking(DataSource dataSource, MessagingProperties properties) {
        return new Parking(JdbcClient.create(dataSource), properties.redriveAfter());
    }

    @Bean
    FeedClient feedClient(Environment environment, ObjectProvider<Supplier<String>> token) {
        var services = Binder.get(environment)
                .bind("habeas.services", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of());
        return new FeedClient(services, token.getIfUnique());
    }

    @Bean
    Receptions receptions(
            ObjectProvider<Subscription<?>> subscriptions,
            AnnouncementCodec codec,
            Inbox inbox,
            Parking parking,
            FeedClient feed,
            PlatformTransactionManager transactions,
            MessagingProperties properties) {
        var means = new Reception.Means(
                codec, inbox, parking, feed, new TransactionTemplate(transactions), properties.maxRecord());
        var byTopic = new LinkedHashMap<String, Reception<?>>();
        subscriptions.orderedStream().forEach(subscription -> {
            if (byTopic.put(subscription.topic(), new Reception<>(subscription, means)) != null) {
                throw new IllegalStateException("two subscriptions to " + subscription.topic() + ": make them one");
            }
        });
        return new Receptions(byTopic);
    }

    @Bean
    Redrive redrive(Parking parking, Inbox inbox, PlatformTransactionManager transactions, Receptions receptions) {
        return new Redrive(parking, inbox, new TransactionTemplate(transactions), receptions.byTopic());
    }

    @Bean
    Messaging messaging(
            Relay relay,
            Receptions receptions,
            Broker broker,
            DataSource dataSource,
            Parking parking,
            Redrive redrive,
            MessagingProperties properties) {
        int threads = receptions.byTopic().isEmpty() ? 0 : properties.consumers();
        var consumers = IntStream.range(0, threads)
                .mapToObj(number -> new ConsumerLoop(broker, receptions.byTopic(), properties, dataSource, number))
                .toList();
        return new Messaging(relay, consumers, new DeadLetters(parking, redrive, broker));
    }

    @Bean
    MessagingMetrics messagingMetrics(Relay relay) {
        return new MessagingMetrics(relay.progress());
    }

    @Bean
    Sample parkedMessages(ParkedMessages parked) {
        return MessagingMetrics.parked(parked);
    }

    @Bean
    Sample horizonAge(EventJournal journal) {
        return MessagingMetrics.horizon(journal);
    }

    @Bean
    Sample consumerLag(Broker broker, Receptions receptions) {
        return MessagingMetrics.consumerLag(broker, receptions.byTopic().keySet());
    }

    /** @param every how old a value of a {@link Sample} may be when it is scraped, about */
    @Bean
    Sampler sampler(ObjectProvider<Sample> samples, @Value("${habeas.metrics.every:15s}") Duration every) {
        return new Sampler(samples.orderedStream().toList(), every);
    }

    /** A bean of its own, since Spring gives a map of beans where a map is asked for. */
    record Receptions(Map<String, Reception<?>> byTopic) {}
}
