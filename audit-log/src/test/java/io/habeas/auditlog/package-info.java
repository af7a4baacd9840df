// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.habeas.auditlog;

import org.jspecify.annotations.NullMarked;
