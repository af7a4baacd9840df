// SPDX-License-Identifier: Apache-2.0
/** The development issuer of OIDC tokens for staff and services, and the account systems of the sample controllers. Never for production: it gives any role to whoever holds its files. */
@NullMarked
package io.habeas.quickstart.issuer;

import org.jspecify.annotations.NullMarked;
