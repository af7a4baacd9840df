// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LedgerTest {

    @TempDir
    private Path folder;

    @Test
    void what_was_written_is_in_the_file_before_the_writer_goes_on_and_stays_when_everybody_dies() throws Exception {
        var call = LedgerEntry.call("key", "POST requests", "unknown", "");
        var mail = LedgerEntry.mail("HB-AAAA-BBBB", "CODE", "<a\tb@example>");
        var ledger = new Ledger(folder.resolve("ledger.tsv"));

        ledger.write(call);
        assertThat(ledger.entries(0)).containsExactly(call);
        ledger.write(mail);
        ledger.close();

        assertThat(ledger.entries(1)).containsExactly(LedgerEntry.mail("HB-AAAA-BBBB", "CODE", "<a b@example>"));
        assertThatThrownBy(() -> ledger.write(call)).isInstanceOf(UncheckedIOException.class);
    }
}
