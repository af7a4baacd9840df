// SPDX-License-Identifier: Apache-2.0
/** How what stands comes in and is asked for: signals of browsers, unsubscribing, answers of consent, opting back in, and the query. */
@org.jspecify.annotations.NullMarked
package io.habeas.request.signals;
