/** From the journal to Kafka, and from Kafka to the features, once in effect. Nothing outside this package knows Kafka's API. */
@NullMarked
package io.habeas.messaging;

import org.jspecify.annotations.NullMarked;
