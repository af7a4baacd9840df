/** What a person gets after an access request: sealed parts, and the ZIP that is made of them while it is downloaded. */
@NullMarked
package io.habeas.fulfillment.parcel;

import org.jspecify.annotations.NullMarked;
