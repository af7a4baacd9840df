// SPDX-License-Identifier: Apache-2.0
/** What the published policies promise: loaded from profiles, checked, versioned, and addressable leaf by leaf. */
@NullMarked
package io.habeas.request.policy;

import org.jspecify.annotations.NullMarked;
