package dev.floe.node.toolchains.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.rpc.messages.BlobFetchMessage;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobNotFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.FetchToolchainFiles;
import dev.floe.node.rpc.messages.BlobFetchMessage.ToolchainPending;
import dev.floe.node.rpc.stream.InProcessStream;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainEntry.FileEntry;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;

/** What peers get of a toolchain that this node holds, and of one that it fetches for them. */
final class ToolchainFileServerTest {
    private static final List<String> FILES = List.of("opt/peculiar/a", "opt/peculiar/b");

    @TempDir
    private Path work;
    private final Toolchain toolchain = toolchain();
    private final CountDownLatch firstCame = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger fetches = new AtomicInteger();
    private ToolchainStore store;
    private final Semaphore served = new Semaphore(0); // one for each request
    private String received = "";
    private volatile String failure = ""; // of the last request

    private static byte[] bytes(String path) {
        return ("the bytes of " + path).getBytes(UTF_8);
    }

    private static Toolchain toolchain() {
        List<ToolchainEntry> entries = new ArrayList<>(
                List.of(new ToolchainEntry.DirectoryEntry("opt"), new ToolchainEntry.DirectoryEntry("opt/peculiar")));
        FILES.forEach(path -> entries.add(new FileEntry(path, FileEntry.PROGRAM, Digest.ofBytes(bytes(path)))));
        return Toolchain.of(ToolchainFamily.GCC, "12.2.0", Platform.current(), "x86_64-linux-gnu", entries);
    }

    @BeforeEach
    void start() throws IOException {
        store = new ToolchainStore(work.resolve("toolchains"), 1 << 20, (_, _) -> {
            throw new IOException("it is never fetched as a whole");
        }, new SlowPeer());
        store.start();
    }

    /** Sends the first file, and the second only when the test says so. */
    private final class SlowPeer implements ToolchainFileSource {
        @Override
        public Toolchain manifest(ToolchainId id) {
            fetches.incrementAndGet();
            return toolchain;
        }

        @Override
        public void fetch(Toolchain of, List<FileEntry> wanted, Path scratch, FileReceiver receiver)
                throws IOException {
            for (FileEntry file : wanted) {
                receiver.receive(file, Files.write(scratch.resolve("part"), bytes(file.path())));
                firstCame.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    private void serve(PeerStream exchange) {
        try {
            ToolchainFileServer.serve(exchange, store);
        } catch (IOException e) {
            failure = FailureText.of(e); // the exchange breaks, which the client sees
        } finally {
            served.release();
        }
    }

    private BlobFetchMessage ask(boolean relay, Integer... files) throws IOException {
        try (MessageStream conversation = new MessageStream(
                InProcessStream.open(ToolchainFileTransfer.PATH, this::serve))) {
            conversation.send(new FetchToolchainFiles(toolchain.id().hex(), List.of(files), relay));
            conversation.finish();
            BlobFetchMessage answer = conversation.receive(BlobFetchMessage.class);
            if (answer instanceof BlobFound(long size)) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                if (files.length == 0) {
                    conversation.receiveBlob(size, all);
                }
                for (int file : files) {
                    conversation.receiveBlob(toolchain.files().get(file).digest().size(), all);
                }
                received = all.toString(UTF_8);
            }
            return answer;
        }
    }

    private void hold() throws IOException {
        store.add(toolchain, file -> Files.write(work.resolve("source"), bytes(file.path())));
    }

    @Test
    void sendsTheManifestAndFilesOfAToolchainThatItHolds() throws IOException {
        hold();
        assertThat(ask(false)).isInstanceOf(BlobFound.class);
        assertThat(received).isEqualTo(toolchain.manifest());
        assertThat(ask(false, 1, 0)).isInstanceOf(BlobFound.class);
        assertThat(received).isEqualTo("the bytes of opt/peculiar/bthe bytes of opt/peculiar/a");
    }

    @Test
    void refusesNumbersOfFilesThatTheToolchainHasNot() throws IOException, InterruptedException {
        hold();
        for (int number : new int[]{-1, FILES.size(), Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> ask(false, number)).isInstanceOf(IOException.class);
            served.acquire();
            assertThat(failure).contains("files that the toolchain has not");
            failure = "";
        }
        assertThat(store.ids()).as("a wrong request is no damage").containsExactly(toolchain.id());
    }

    @Test
    void refusesMoreFilesThanARequestHas() throws IOException {
        hold();
        Integer[] many = new Integer[ToolchainFileTransfer.MAX_FILES + 1];
        Arrays.fill(many, 0);
        assertThatThrownBy(() -> ask(false, many)).isInstanceOf(IOException.class);
    }

    @Test
    void fetchesNothingForAPeerThatAsksAHolder() throws IOException {
        assertThat(ask(false, 0)).isInstanceOf(BlobNotFound.class);
        assertThat(fetches).hasValue(0);
    }

    @Test
    void asARelaySendsEachFileAsSoonAsItHasCome() throws IOException, InterruptedException {
        while (ask(true, 1) instanceof ToolchainPending && firstCame.getCount() > 0) {
            Thread.onSpinWait();
        }
        assertThat(ask(true, 0)).isInstanceOf(BlobFound.class);
        assertThat(received).isEqualTo("the bytes of opt/peculiar/a");
        assertThat(ask(true, 0, 1)).isInstanceOf(ToolchainPending.class);
        goOn.countDown();
        store.getOrFetch(toolchain.id()).join();
        assertThat(ask(true, 0, 1)).isInstanceOf(BlobFound.class);
        assertThat(fetches).as("the peers share one fetch").hasValue(1);
    }

    @Test
    void dropsAToolchainWhoseFileIsNotWhatItWas() throws IOException, InterruptedException {
        hold();
        Path file = work.resolve("toolchains").resolve(toolchain.id().hex()).resolve("tree").resolve(FILES.getFirst());
        byte[] other = bytes(FILES.getFirst());
        other[0] ^= 1;
        Files.delete(file);
        Files.write(file, other);
        ask(false, 0); // the peer, which hashes what it gets, refuses that
        served.acquire();
        assertThat(store.ids()).isEmpty();
    }
}
