// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.keys;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the keys are.
 *
 * @param url of the database {@code habeas_keys}, JDBC; no other database shares its backups
 * @param username a role of its own
 * @param password of that role
 * @param kekDirectory of the key-encryption keys; closed to everybody but the process, and shared by all copies of it
 * @param pool pairs of request keys kept ready for each controller
 * @param connections to the key database at most
 */
@Validated
@ConfigurationProperties("habeas.keys")
record KeyProperties(
        @NotBlank String url,
        @NotBlank String username,
        @NotNull String password,
        @NotNull Path kekDirectory,
        @DefaultValue("64") @Min(1) int pool,
        @DefaultValue("8") @Min(2) int connections) {

    @Override
    public String toString() {
        return "KeyProperties[url=" + url + ", kekDirectory=" + kekDirectory + "]";
    }
}
