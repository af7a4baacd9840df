// SPDX-License-Identifier: Apache-2.0
@NullUnmarked
package io.habeas.tracing;

import org.jspecify.annotations.NullUnmarked;
