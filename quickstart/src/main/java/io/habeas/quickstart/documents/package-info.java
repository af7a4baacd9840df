// SPDX-License-Identifier: Apache-2.0
/** The server that speaks MongoDB's protocol for the sample shop. */
@NullMarked
package io.habeas.quickstart.documents;

import org.jspecify.annotations.NullMarked;
