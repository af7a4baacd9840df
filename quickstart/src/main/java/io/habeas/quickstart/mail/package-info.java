// SPDX-License-Identifier: Apache-2.0
/** A mail server that delivers nothing and keeps everything, to be read in the browser or as JSON. */
@NullMarked
package io.habeas.quickstart.mail;

import org.jspecify.annotations.NullMarked;
