// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a server that sends back what it gets. */
@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class TcpProxyTest {

    private ServerSocket server = open();
    private TcpProxy proxy = between(server);

    private static ServerSocket open() {
        try {
            return new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static TcpProxy between(ServerSocket server) {
        try {
            return new TcpProxy("test", server.getLocalPort());
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    @BeforeEach
    void echo() {
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    var socket = server.accept();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            socket.getInputStream().transferTo(socket.getOutputStream());
                        } catch (IOException gone) {
                            // its client is done
                        }
                    });
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static byte[] ask(Socket socket, int bytes) throws IOException {
        socket.getOutputStream().write(new byte[bytes]);
        var answer = socket.getInputStream().readNBytes(bytes);
        if (answer.length < bytes) {
            throw new IOException("only " + answer.length + " came");
        }
        return answer;
    }

    @Test
    void everything_goes_through_until_something_is_done_to_it() throws IOException {
        try (var socket = connect()) {
            assertThat(ask(socket, 100_000)).hasSize(100_000);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_cut_resets_what_is_open_and_what_comes_and_ends_when_it_is_mended() throws IOException {
        try (var socket = connect()) {
            ask(socket, 10);

            proxy.cut();

            assertThatThrownBy(() -> ask(socket, 10)).isInstanceOf(IOException.class);
        }
        try (var refused = connect()) {
            assertThatThrownBy(() -> ask(refused, 10)).isInstanceOf(IOException.class);
        }
        proxy.mend();
        try (var socket = connect()) {
            assertThat(ask(socket, 10)).hasSize(10);
        }
    }

    @Test
    void after_so_many_bytes_of_answers_the_connection_is_reset_and_the_next_one_is_not() throws IOException {
        proxy.cutAfter(15);
        try (var socket = connect()) {
            ask(socket, 10);
            assertThatThrownBy(() -> ask(socket, 10)).isInstanceOf(IOException.class);
        }
        try (var socket = connect()) {
            assertThat(ask(socket, 100)).hasSize(100);
        }
    }

    @Test
    void a_stalled_connection_is_silent_and_goes_on_when_it_is_mended() throws IOException {
        try (var socket = connect()) {
            ask(socket, 10);
            proxy.stall();
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> ask(socket, 10)).isInstanceOf(SocketTimeoutException.class);

            proxy.mend();

            socket.setSoTimeout(30_000);
            assertThat(socket.getInputStream().readNBytes(10)).hasSize(10);
        }
    }

    @Test
    void latency_is_added_in_both_directions() throws IOException {
        try (var socket = connect()) {
            ask(socket, 10);
            proxy.delay(Duration.ofMillis(100));
            long start = System.nanoTime();

            ask(socket, 10);

            assertThat(System.nanoTime() - start)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
        }
    }

    @Test
    void in_place_of_an_answer_a_deed_is_done_once_and_nothing_of_the_answer_comes() throws IOException {
        var deeds = new AtomicInteger();
        proxy.insteadOfAnswer(deeds::incrementAndGet);
        try (var socket = connect()) {
            socket.getOutputStream().write(1);
            assertThatThrownBy(() -> {
                        if (socket.getInputStream().read() < 0) {
                            throw new IOException("it ended");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(deeds).hasValue(1);
        try (var socket = connect()) {
            assertThat(ask(socket, 10)).hasSize(10);
        }
    }
}
