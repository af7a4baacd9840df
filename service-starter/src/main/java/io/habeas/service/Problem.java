// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import org.springframework.http.HttpStatus;

/** Every way in which Habeas says no, for all services: {@code urn:habeas:problem:<slug>} of RFC 9457. */
public enum Problem {
    MALFORMED_JSON(HttpStatus.BAD_REQUEST, false, Actor.CALLER, "The body is not the JSON that is expected here"),
    INVALID_FIELDS(HttpStatus.UNPROCESSABLE_CONTENT, false, Actor.CALLER, "Some fields are missing or do not fit"),
    BODY_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, false, Actor.CALLER, "The body is larger than this path takes"),
    PATH_NOT_ACCEPTED(HttpStatus.BAD_REQUEST, false, Actor.CALLER, "The path is ambiguous"),
    PARAMETER_NOT_ACCEPTED(
            HttpStatus.BAD_REQUEST, false, Actor.CALLER, "A parameter or header is missing, or has another form here"),
    NOT_FOUND(HttpStatus.NOT_FOUND, false, Actor.CALLER, "There is nothing here, or it is not yours"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, false, Actor.CALLER, "This path does not know that method"),
    MEDIA_TYPE_NOT_ACCEPTED(HttpStatus.UNSUPPORTED_MEDIA_TYPE, false, Actor.CALLER, "Send application/json"),
    MEDIA_TYPE_NOT_ON_OFFER(HttpStatus.NOT_ACCEPTABLE, false, Actor.CALLER, "The answer has no such media type"),
    TOKEN_MISSING(HttpStatus.UNAUTHORIZED, false, Actor.CALLER, "A bearer token is needed"),
    TOKEN_NOT_ACCEPTED(HttpStatus.UNAUTHORIZED, false, Actor.CALLER, "The token is not accepted, or has expired"),
    SIGNATURE_NOT_ACCEPTED(
            HttpStatus.UNAUTHORIZED, false, Actor.CALLER, "The message is not signed by whom it must be"),
    NOT_ALLOWED(HttpStatus.FORBIDDEN, false, Actor.CALLER, "Your role may not do this"),
    OWN_PROPOSAL(HttpStatus.FORBIDDEN, false, Actor.CALLER, "Nobody approves what they have proposed"),
    OWN_REQUEST(HttpStatus.FORBIDDEN, false, Actor.CALLER, "Nobody decides a request that they entered"),
    PROOF_NEEDED(HttpStatus.FORBIDDEN, false, Actor.CALLER, "Identity must be proved first"),
    FRESH_PROOF_NEEDED(HttpStatus.FORBIDDEN, false, Actor.CALLER, "The proof of identity is older than ten minutes"),
    IDEMPOTENCY_KEY_MISSING(HttpStatus.BAD_REQUEST, false, Actor.CALLER, "The header Idempotency-Key is needed"),
    IDEMPOTENCY_KEY_REUSED(
            HttpStatus.UNPROCESSABLE_CONTENT, false, Actor.CALLER, "This Idempotency-Key was used with another body"),
    UNKNOWN_CONTROLLER(HttpStatus.NOT_FOUND, false, Actor.CALLER, "There is no such controller here"),
    UNKNOWN_JURISDICTION(
            HttpStatus.UNPROCESSABLE_CONTENT, false, Actor.CALLER, "The policy does not know this jurisdiction"),
    RIGHT_NOT_ON_OFFER(
            HttpStatus.UNPROCESSABLE_CONTENT, false, Actor.CALLER, "The policy does not offer this right here"),
    NOT_ON_OFFER_HERE(
            HttpStatus.UNPROCESSABLE_CONTENT, false, Actor.CALLER, "The policy does not have this for this request"),
    CODE_NOT_ACCEPTED(HttpStatus.UNPROCESSABLE_CONTENT, false, Actor.CALLER, "The code is not accepted"),
    LOGIN_NOT_ACCEPTED(HttpStatus.UNPROCESSABLE_CONTENT, false, Actor.CALLER, "The login is not accepted"),
    NOT_NOW(HttpStatus.CONFLICT, false, Actor.CALLER, "The request is not at a stage where this can be done"),
    NOT_CARRIED_OUT(HttpStatus.CONFLICT, false, Actor.US, "Nothing here carries this out yet"),
    ASKED_BEFORE(
            HttpStatus.CONFLICT, false, Actor.CALLER, "The person has said no, and may not be asked again for now"),
    TOO_MANY(HttpStatus.TOO_MANY_REQUESTS, true, Actor.CALLER, "Too often; wait as long as Retry-After says"),
    GONE(HttpStatus.GONE, false, Actor.CALLER, "It has expired or was used up"),
    STORE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, true, Actor.STORE, "A data store does not answer for now"),
    UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, true, Actor.US, "A part of the service does not answer for now"),
    UPSTREAM_FAILED(HttpStatus.BAD_GATEWAY, true, Actor.US, "A part of the service answered with nonsense"),
    UPSTREAM_TIMED_OUT(HttpStatus.GATEWAY_TIMEOUT, true, Actor.US, "A part of the service did not answer in time"),
    INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, false, Actor.US, "Something is wrong on our side");

    /** Who acts next. */
    public enum Actor {
        CALLER,
        STORE,
        US
    }

    private final HttpStatus status;
    private final boolean retry;
    private final Actor actor;
    private final String title;

    Problem(HttpStatus status, boolean retry, Actor actor, String title) {
        this.status = status;
        this.retry = retry;
        this.actor = actor;
        this.title = title;
    }

    /** Kebab-case, stable for ever. */
    public String slug() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    public java.net.URI type() {
        return java.net.URI.create("urn:habeas:problem:" + slug());
    }

    public HttpStatus status() {
        return status;
    }

    /** Whether the same call may succeed later. */
    public boolean retry() {
        return retry;
    }

    public Actor actor() {
        return actor;
    }

    public String title() {
        return title;
    }
}
