// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.keys;

import io.habeas.contracts.KeyClass;
import io.habeas.sealeddata.KeyStore;
import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Base64;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Keys for the other services. Every call may be repeated. Who opened what is logged: ids, never what was sealed. */
@RestController
@RequestMapping("/internal/v1/keys")
class KeyController {

    private static final Logger LOG = LoggerFactory.getLogger(KeyController.class);
    private static final String CONTROLLER = "[a-z0-9][a-z0-9-]{0,62}";

    /** @param keyId made by the caller, so that a repeat is one key */
    record Allotment(
            @NotNull UUID keyId,
            @NotNull @Pattern(regexp = CONTROLLER) String controller,
            @NotNull UUID requestId,
            @NotNull KeyClass keyClass) {}

    record Allotted(UUID keyId, KeyClass keyClass) {}

    record Opening(
            @NotNull @Pattern(regexp = CONTROLLER) String controller,
            @NotNull UUID requestId) {}

    /** @param material the key, base64url without padding */
    record Opened(UUID keyId, KeyClass keyClass, String material) {

        @Override
        public String toString() {
            return "Opened[" + keyId + ", " + keyClass + "]";
        }
    }

    record Destruction(
            @NotNull @Pattern(regexp = CONTROLLER) String controller) {}

    private final KeyStore keys;

    KeyController(KeyStore keys) {
        this.keys = keys;
    }

    @PostMapping("/allotments")
    ResponseEntity<Allotted> allot(@Valid @RequestBody Allotment wanted) {
        require(Entitlement.ALLOT, wanted.keyClass(), wanted.keyId());
        keys.allot(wanted.controller(), wanted.requestId(), wanted.keyClass(), wanted.keyId());
        note(wanted.keyId(), wanted.keyClass(), wanted.controller()).log("key allotted");
        return ResponseEntity.status(HttpStatus.CREATED).body(new Allotted(wanted.keyId(), wanted.keyClass()));
    }

    @PostMapping("/{keyId}/openings")
    ResponseEntity<Opened> open(@PathVariable UUID keyId, @Valid @RequestBody Opening opening) {
        keys.lookAgain(keyId);
        var keyClass = keys.classOf(opening.controller(), keyId);
        require(Entitlement.OPEN, keyClass, keyId);
        var key = keys.key(opening.controller(), opening.requestId(), keyId);
        LOG.atInfo()
                .addKeyValue("keyId", keyId)
                .addKeyValue("keyClass", keyClass)
                .addKeyValue("controller", opening.controller())
                .addKeyValue("requestId", opening.requestId())
                .addKeyValue("client", Caller.current().subject())
                .log("key opened");
        var material = Base64.getUrlEncoder().withoutPadding().encodeToString(key.export());
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(new Opened(keyId, keyClass, material));
    }

    @PostMapping("/{keyId}/destruction")
    ResponseEntity<Void> destroy(@PathVariable UUID keyId, @Valid @RequestBody Destruction destruction) {
        var keyClass = keys.classOf(destruction.controller(), keyId);
        require(Entitlement.DESTROY, keyClass, keyId);
        keys.destroy(destruction.controller(), keyId);
        note(keyId, keyClass, destruction.controller()).log("key destroyed");
        return ResponseEntity.noContent().build();
    }

    private static void require(Entitlement entitlement, KeyClass keyClass, UUID keyId) {
        var service = Caller.current().subject();
        if (entitlement.includes(service, keyClass)) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("keyId", keyId)
                .addKeyValue("keyClass", keyClass)
                .addKeyValue("client", service)
                .addKeyValue("entitlement", entitlement)
                .log("key refused to a service");
        throw new ProblemException(
                        Problem.NOT_ALLOWED, "this service may not " + entitlement + " keys of class " + keyClass)
                .with("keyClass", keyClass.name());
    }

    private static LoggingEventBuilder note(UUID keyId, KeyClass keyClass, String controller) {
        return LOG.atInfo()
                .addKeyValue("keyId", keyId)
                .addKeyValue("keyClass", keyClass)
                .addKeyValue("controller", controller)
                .addKeyValue("client", Caller.current().subject());
    }
}
