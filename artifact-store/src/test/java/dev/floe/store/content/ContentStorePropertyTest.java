package dev.floe.store.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.Digest;

final class ContentStorePropertyTest {
    private static final long MAX_BYTES = 40L * StoreIndex.BLOCK_BYTES;

    @TempDir
    private Path directory;

    @Test
    void staysWithinItsBoundAndAgreesWithItsDirectoryWhateverIsDone() throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        List<byte[]> contents = IntStream.range(0, 60).mapToObj(_ -> randomBytes(random)).toList();
        ContentStore store = ContentStore.open(directory, MAX_BYTES);
        try {
            for (int step = 0; step < 2000; step++) {
                byte[] content = contents.get(random.nextInt(contents.size()));
                Digest digest = Digest.ofBytes(content);
                switch (random.nextInt(10)) {
                    case 0 -> store.remove(digest);
                    case 1, 2, 3 -> {
                        Path found = store.find(digest).orElse(null);
                        if (found != null) {
                            assertThat(found).as("seed %d", seed).hasBinaryContent(content);
                        }
                    }
                    case 4 -> {
                        if (random.nextInt(20) == 0) {
                            store.close();
                            store = ContentStore.open(directory, MAX_BYTES);
                        }
                    }
                    default -> {
                        store.put(content);
                        assertThat(store.find(digest)).as("seed %d", seed).isPresent();
                    }
                }
                assertThat(store.stats().bytes()).as("seed %d", seed).isBetween(0L, MAX_BYTES);
            }
            assertThat(onDisk()).as("seed %d", seed).hasSize(store.stats().entries());
        } finally {
            store.close();
        }
    }

    @Test
    void survivesManyThreadsThatPutFindLinkAndEvictTheSameEntries() throws Exception {
        List<byte[]> contents = IntStream.range(0, 30).mapToObj(i -> randomBytes(new Random(i))).toList();
        Map<Digest, byte[]> byDigest = contents.stream().collect(Collectors.toMap(Digest::ofBytes, content -> content));
        Path links = Files.createDirectory(directory.resolve("links"));
        CountDownLatch start = new CountDownLatch(1);
        try (ContentStore store = ContentStore.open(directory.resolve("store"), MAX_BYTES / 2);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> linked = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int number = thread;
                linked.add(threads.submit(() -> {
                    start.await();
                    return putAndLink(store, byDigest, links, number);
                }));
            }
            start.countDown();
            assertThat(sum(linked)).isPositive();
            assertThat(store.stats().bytes()).isBetween(0L, MAX_BYTES / 2);
            assertThat(store.stats().damaged()).isZero();
        }
    }

    private static int putAndLink(ContentStore store, Map<Digest, byte[]> byDigest, Path links, int thread)
            throws IOException {
        Random random = new Random(thread);
        List<Digest> digests = List.copyOf(byDigest.keySet());
        int linked = 0;
        for (int i = 0; i < 300; i++) {
            Digest digest = digests.get(random.nextInt(digests.size()));
            byte[] content = byDigest.get(digest);
            if (random.nextBoolean() && content != null) {
                store.put(digest, new ByteArrayInputStream(content));
            }
            Path link = links.resolve(thread + "-" + i);
            if (store.linkTo(digest, link)) {
                linked++;
                assertThat(Digest.ofFile(link)).isEqualTo(digest);
            }
        }
        return linked;
    }

    private static int sum(List<Future<Integer>> numbers) throws InterruptedException, ExecutionException {
        int sum = 0;
        for (Future<Integer> number : numbers) {
            sum += number.get();
        }
        return sum;
    }

    private List<Path> onDisk() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
        }
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(4 * StoreIndex.BLOCK_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }
}
