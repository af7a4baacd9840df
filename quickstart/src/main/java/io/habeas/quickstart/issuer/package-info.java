// SPDX-License-Identifier: Apache-2.0
/** The development issuer of OIDC tokens for staff and services. Never for production: it gives any role to whoever holds its files. */
@NullMarked
package io.habeas.quickstart.issuer;

import org.jspecify.annotations.NullMarked;
