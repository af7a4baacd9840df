// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.directory;

import io.habeas.contracts.DirectoryLookup.Answer;
import io.habeas.contracts.DirectoryLookup.Query;
import io.habeas.fulfillment.catalog.StoreException;
import io.habeas.fulfillment.datamap.DataMapException;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.Duration;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** For the identity-verification-service alone; the gateway does not route it. */
@RestController
class DirectoryController {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryController.class);
    private static final Duration LATER = Duration.ofSeconds(5);

    private final Directory directory;

    DirectoryController(Directory directory) {
        this.directory = directory;
    }

    @PostMapping("/internal/v1/controllers/{c}/directory/lookups")
    ResponseEntity<Answer> look(@PathVariable("c") String controller, @RequestBody Query query) {
        require("/requestId", query.requestId());
        require("/claims", query.claims());
        try {
            return ResponseEntity.ok()
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .body(directory.look(controller, query));
        } catch (NoSuchElementException none) {
            throw new ProblemException(Problem.NOT_FOUND, String.valueOf(none.getMessage()));
        } catch (StoreException failed) {
            LOG.atWarn()
                    .addKeyValue("requestId", query.requestId())
                    .addKeyValue("says", failed.getMessage())
                    .log("the directory cannot be read");
            throw new ProblemException(
                            Problem.STORE_UNAVAILABLE, "the directory of the controller cannot be read for now")
                    .retryAfter(LATER);
        } catch (DataMapException refused) {
            throw new ProblemException(Problem.UNAVAILABLE, "the data map of the controller is refused")
                    .retryAfter(LATER);
        } catch (KeyUnavailableException away) {
            throw new ProblemException(Problem.UNAVAILABLE, "keys cannot be had for now").retryAfter(LATER);
        } catch (KeyDestroyedException ended) {
            throw new ProblemException(Problem.GONE, "the claims of this request are erased");
        }
    }

    private static void require(String pointer, @Nullable Object value) {
        if (value == null) {
            throw ProblemException.invalid(pointer, "is missing");
        }
    }
}
