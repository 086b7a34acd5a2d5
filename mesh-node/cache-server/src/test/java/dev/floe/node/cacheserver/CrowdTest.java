package dev.floe.node.cacheserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once. */
final class CrowdTest {
    private static final int CLIENTS = 12;
    private static final int ROUNDS = 40;
    private static final int NAMES = 4;

    @TempDir
    private Path directory;

    @Test
    void seesWholeValuesOnly() throws Exception {
        try (StartedCacheServers servers = new StartedCacheServers(directory);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int seed = client;
                Callable<Integer> work = seed % 2 == 0
                        ? () -> overHttp(servers, seed)
                        : () -> overSocket(servers, seed);
                clients.add(threads.submit(work));
            }
            int hits = 0;
            for (Future<Integer> client : clients) {
                hits += client.get();
            }
            assertThat(hits).isPositive();
            assertThat(servers.arriving()).isEmpty();
        }
    }

    private static int overHttp(StartedCacheServers servers, int seed) throws Exception {
        Random random = new Random(seed);
        int hits = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String path = "/shared/" + random.nextInt(NAMES);
            switch (random.nextInt(5)) {
                case 0 -> assertThat(servers.ask("DELETE", path).statusCode()).isIn(204, 404);
                case 1, 2 -> assertThat(servers.put(path, value(random)).statusCode()).isEqualTo(201);
                default -> {
                    byte[] body = servers.ask("GET", path).body();
                    expectWhole(body);
                    hits += body.length > 0 ? 1 : 0;
                }
            }
        }
        return hits;
    }

    private static int overSocket(StartedCacheServers servers, int seed) throws Exception {
        Random random = new Random(seed);
        int hits = 0;
        try (HelperClient client = new HelperClient(servers.connectHelper())) {
            client.greet();
            for (int round = 0; round < ROUNDS; round++) {
                byte[] key = {(byte) random.nextInt(NAMES)};
                switch (random.nextInt(5)) {
                    case 0 -> assertThat(client.remove(key)).isIn(0, 1);
                    case 1, 2 -> assertThat(client.put(key, random.nextBoolean(), value(random))).isIn(0, 1);
                    default -> hits += client.get(key).map(value -> {
                        expectWhole(value);
                        return 1;
                    }).orElse(0);
                }
            }
        }
        return hits;
    }

    /** Bytes that are all the same, as many as a function of them says. */
    private static byte[] value(Random random) {
        int letter = 1 + random.nextInt(100);
        byte[] value = new byte[letter * 3001];
        Arrays.fill(value, (byte) letter);
        return value;
    }

    private static void expectWhole(byte[] value) {
        if (value.length > 0) {
            assertThat(value).hasSize(value[0] * 3001).containsOnly(value[0]);
        }
    }
}
