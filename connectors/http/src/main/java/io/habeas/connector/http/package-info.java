// SPDX-License-Identifier: Apache-2.0
/** Tells a recipient over HTTP, with notices and answers that are signed as Standard Webhooks are. */
@NullMarked
package io.habeas.connector.http;

import org.jspecify.annotations.NullMarked;
