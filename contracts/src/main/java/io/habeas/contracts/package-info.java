/** What the services say to each other: announcements on Kafka, and the few bodies of their internal HTTP. */
@NullMarked
package io.habeas.contracts;

import org.jspecify.annotations.NullMarked;
