// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import io.habeas.journal.EventJournal;
import io.habeas.journal.GroupedAppends;
import io.habeas.journal.GroupedReads;
import io.habeas.journal.JournalMetadata;
import io.habeas.journal.JournalWakeup;
import io.habeas.journal.axon.JournalEventStorageEngine;
import io.habeas.request.lifecycle.KeyBindings;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.lifecycle.StoredEvents;
import io.habeas.sealeddata.KeyStore;
import io.habeas.service.LegalClock;
import io.habeas.tracing.TraceContext;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.correlation.SimpleCorrelationDataProvider;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Axon for commands and aggregates, on the journal. */
@Configuration(proxyBeanMethods = false)
class AxonConfiguration {

    /** Connections of its own: a command that waits for its commit holds none of the pool's. */
    @Bean
    GroupedAppends groupedAppends(JdbcConnectionDetails database, JournalWakeup wakeup, EventJournal journal) {
        return new GroupedAppends(connections(database, "request-service-appends"), wakeup);
    }

    /** So do those that load: a burst of commands shares statements instead of waiting for the pool. */
    @Bean
    GroupedReads groupedReads(JdbcConnectionDetails database, EventJournal journal) {
        return new GroupedReads(connections(database, "request-service-loads"));
    }

    private static DataSource connections(JdbcConnectionDetails database, String name) {
        var source = new DriverManagerDataSource(database.getJdbcUrl());
        var login = new Properties();
        setIfThere(login, "user", database.getUsername());
        setIfThere(login, "password", database.getPassword());
        login.setProperty("logServerErrorDetail", "false");
        login.setProperty("connectTimeout", "2");
        login.setProperty("socketTimeout", "30");
        login.setProperty("ApplicationName", name);
        source.setConnectionProperties(login);
        return source;
    }

    private static void setIfThere(Properties login, String name, @org.jspecify.annotations.Nullable String value) {
        if (value != null) {
            login.setProperty(name, value);
        }
    }

    @Bean
    EventStorageEngine eventStorageEngine(EventJournal journal, GroupedAppends appends, GroupedReads reads) {
        return JournalEventStorageEngine.builder()
                .journal(journal)
                .appends(appends)
                .reads(reads)
                .names(StoredEvents.wireNames())
                .build();
    }

    /** What a command brings along stands in the row of each of its events. */
    @Bean
    CorrelationDataProvider orders() {
        return new SimpleCorrelationDataProvider(
                JournalMetadata.CONTROLLER,
                JournalMetadata.ACTOR,
                JournalMetadata.CAUSE,
                JournalMetadata.TIME,
                Requests.BODY,
                TraceContext.KEY);
    }

    /** Commits on its own, in the journal; a transaction around it would only cost a connection and two round trips. */
    @Bean
    SimpleCommandBus commandBus(CorrelationDataProvider orders) {
        var bus = SimpleCommandBus.builder()
                .transactionManager(NoTransactionManager.INSTANCE)
                .build();
        bus.registerHandlerInterceptor(new CorrelationDataInterceptor<>(List.of(orders)));
        return bus;
    }

    @Bean
    CommandTargetResolver requestOfACommand() {
        return Requests.target();
    }

    @Bean
    KeyBindings keyBindings(KeyStore keys) {
        return new KeyBindings(keys);
    }

    @Bean
    Requests requests(CommandGateway gateway, LegalClock clock) {
        return new Requests(gateway, clock);
    }
}
