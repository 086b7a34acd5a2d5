package dev.floe.node.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.store.Digest;

/**
 * Offers that a hostile member sends to an executor, beside those of {@link ExecutorTest}, {@link
 * dev.floe.node.executor.exectree.ExecRootPlanTest} and {@link
 * dev.floe.node.executor.admission.PeerInputDictionariesTest}. The command of each tries to reach a file of the host.
 */
@Tag("attack")
final class HostileOffersTest {
    private static final long SEED = 20_260_101;
    private static final int MUTATIONS = 400;

    @TempDir
    private static Path directory;
    private static Workbench bench;
    private static ExecutingNode node;
    private static AttackTally tally;

    @BeforeAll
    static void open() throws IOException {
        bench = new Workbench(directory, Payload.program());
        bench.sandbox();
        node = new ExecutingNode(bench, directory, 2);
        tally = new AttackTally("hostile-offers");
        Files.writeString(directory.resolve("canary"), "canary");
    }

    @AfterAll
    static void close() throws IOException {
        tally.close();
        node.close();
        bench.close();
    }

    /** A sound offer, of which an attack changes a part. */
    private record Sound(String program, List<String> argv, String directory, List<String> environment, int umask,
            String toolchain, List<String> outputs, String terminal, List<WireInput> inputs) {
        static Sound of(WireInput... inputs) {
            return new Sound("/bin/sh", List.of("sh", "-c", "cat /canary l/canary; exit 0"), "/w", List.of("PATH=/bin"),
                    022, bench.toolchain().toolchain().id().hex(), List.of("/w"), "",
                    Stream.concat(Stream.of(inputs), Stream.of(Workbench.directory("/w"))).toList());
        }

        Offer offer() {
            return new Offer("hostile", "hostile", program, argv, directory, environment, umask, toolchain, inputs,
                    outputs, 1, 1, terminal, false, "", false);
        }

        Offer program(String other) {
            return new Sound(other, argv, directory, environment, umask, toolchain, outputs, terminal, inputs).offer();
        }

        Offer argument(String other) {
            return new Sound(program, List.of("sh", "-c", "exit 0", other), directory, environment, umask, toolchain,
                    outputs, terminal, inputs).offer();
        }

        Offer directory(String other) {
            return new Sound(program, argv, other, environment, umask, toolchain, outputs, terminal, inputs).offer();
        }

        Offer environment(String other) {
            return new Sound(program, argv, directory, List.of(other), umask, toolchain, outputs, terminal, inputs)
                    .offer();
        }

        Offer umask(int other) {
            return new Sound(program, argv, directory, environment, other, toolchain, outputs, terminal, inputs)
                    .offer();
        }

        Offer toolchain(String other) {
            return new Sound(program, argv, directory, environment, umask, other, outputs, terminal, inputs).offer();
        }

        Offer outputs(String... other) {
            return new Sound(program, argv, directory, environment, umask, toolchain, List.of(other), terminal, inputs)
                    .offer();
        }

        Offer terminal(String other) {
            return new Sound(program, argv, directory, environment, umask, toolchain, outputs, other, inputs).offer();
        }
    }

    @TestFactory
    Stream<DynamicTest> inputsInOddPlaces() {
        return Stream.concat(
                Stream.of("/.floe-bin/floe-run", "/" + "x".repeat(300), "/bin", "/bin/sh/x", "/tmp", "/proc",
                        "/dev", "/.floe", "/.floe-bin", "/w").map(
                                path -> refused("file " + path, Sound.of(file(path, "zz")).offer(), ".+")),
                Stream.of(refused("link /tmp", Sound.of(Workbench.link("/tmp", "/etc")).offer(), "twice|no directory"),
                        refused("link /proc", Sound.of(Workbench.link("/proc", "/etc")).offer(), "twice|no directory"),
                        refused("link /dev", Sound.of(Workbench.link("/dev", "/etc")).offer(), "twice|no directory"),
                        refused("link /.floe", Sound.of(Workbench.link("/.floe", "/etc")).offer(),
                                "twice|no directory"),
                        refused("link /.floe-bin", Sound.of(Workbench.link("/.floe-bin", "/etc")).offer(),
                                "twice|no directory"),
                        refused("link over a directory",
                                Sound.of(file("/l/x", "zz"), Workbench.link("/l", "/etc")).offer(),
                                "twice"),
                        refused("link at the program", Sound.of(Workbench.link("/bin/sh", "/etc")).offer(), "twice"),
                        refused("two files at one path", Sound.of(file("/d", "zz"), file("/d", "y"))
                                .offer(), "twice"),
                        refused("link whose target has a NUL", Sound.of(Workbench.link("/w/l", "a\0b")).offer(),
                                "character that no name can have"),
                        refused("link to nothing", Sound.of(Workbench.link("/w/l", "")).offer(), "leads nowhere"),
                        refused("link whose target is too long", Sound.of(Workbench.link("/w/l", "x".repeat(4097)))
                                .offer(), "longer than"),
                        refused("link to a name of 4096 characters that take more bytes",
                                Sound.of(Workbench.link("/w/l", "\u00e4".repeat(4096))).offer(), ".+"),
                        refused("file whose path has a NUL", Sound.of(file("/w/a\0b", "zz")).offer(),
                                "character that no name can have"),
                        taken("file /.floe/status", Sound.of(file("/.floe/status", "zz")).offer()),
                        taken("file /proc/x", Sound.of(file("/proc/x", "zz")).offer()),
                        taken("file /dev/null", Sound.of(file("/dev/null", "zz")).offer()),
                        taken("file in place of the toolchain's", Sound.of(file("/bin/sh", "zz")).offer()),
                        taken("link to the host", Sound.of(Workbench.link("/w/l", directory.toString())).offer()),
                        taken("link to itself", Sound.of(Workbench.link("/w/l", "/w/l")).offer())));
    }

    @TestFactory
    Stream<DynamicTest> outputDirectories() {
        return Stream
                .of("/", "/proc", "/dev", "/.floe", "/.floe-bin", "/bin", "../x", "", "/w/l", "/w/l/x", "/w/../../etc",
                        "/tmp", "/none", "--bind", "/w\0")
                .map(
                        output -> taken("output directory " + output,
                                Sound.of(Workbench.link("/w/l", directory.toString()))
                                        .outputs(output)));
    }

    @TestFactory
    Stream<DynamicTest> directoriesAndPrograms() {
        Sound sound = Sound.of(Workbench.link("/w/l", directory.toString()));
        return Stream.concat(
                Stream.of("/none", "/w/l", "/w/l/x", "--help", "/w\0", "/w/x".repeat(2000)).map(
                        place -> refused("directory " + name(place), sound.directory(place), ".+")),
                Stream.concat(
                        Stream.of("/etc/passwd", "../../../../usr/bin/id", "/usr/bin/id", "/proc/1/root/bin/sh", "/w",
                                directory + "/canary")
                                .map(program -> ended("program " + program, sound.program(program),
                                        "exit 12[67]")),
                        Stream.of(refused("program with a NUL", sound.program("/bin/sh\0x"), ".+"),
                                ended("no program", sound.program(""), "exit 12[67]"),
                                ended("program --", sound.program("--"), "exit 12[67]"),
                                refused("argument with a NUL", sound.argument("a\0b"), ".+"),
                                refused("argument of 200 kB", sound.argument("a".repeat(200_000)), ".+"),
                                taken("the runner itself", Sound.of().program("/.floe-bin/floe-run")))));
    }

    @TestFactory
    Stream<DynamicTest> surroundings() {
        Sound sound = Sound.of();
        return Stream.of(refused("variable with a NUL", sound.environment("A=b\0c"), ".+"),
                taken("variable without a name", sound.environment("=b")),
                taken("no variable", sound.environment("--bind")),
                taken("loader's variable", sound.environment("LD_PRELOAD=/w/evil.so")),
                taken("long variable", sound.environment("A=" + "b".repeat(100_000))),
                taken("umask -1", sound.umask(-1)), taken("umask 2^31-1", sound.umask(Integer.MAX_VALUE)),
                refused("terminal of letters", sound.terminal("x"), ".+"),
                refused("terminal with more behind", sound.terminal("1:80:24 as_bytes=1"), ".+"),
                refused("terminal of the past", sound.terminal("9:80:24"), ".+"),
                taken("terminal of no size", sound.terminal("1:0:0")));
    }

    @TestFactory
    Stream<DynamicTest> toolchains() {
        return Stream.of("", "zz", "../../../etc", "ff".repeat(32), "b".repeat(100_000), "\0").map(
                id -> refused("toolchain " + name(id), Sound.of().toolchain(id), ".+"));
    }

    @TestFactory
    Stream<DynamicTest> digestsAndSizes() {
        byte[] hash = file("/x", "zz").hash();
        return Stream.of(new WireInput(InputKind.FILE, "/ro/x", 0644, new byte[31], 5, "", 0, 0),
                new WireInput(InputKind.FILE, "/ro/x", 0644, new byte[0], 5, "", 0, 0),
                new WireInput(InputKind.FILE, "/ro/x", 0644, hash, -5, "", 0, 0),
                new WireInput(InputKind.FILE, "/ro/x", 0644, new byte[32], Long.MAX_VALUE, "", 0, 0),
                new WireInput(InputKind.FILE, "/ro/x", 0644, hash, 3, "", 0, 0),
                new WireInput(InputKind.PRIVATE_FILE, "/ro/x", 0644, new byte[32], 1, "", Long.MIN_VALUE, -1))
                .map(input -> refused("size " + input.size() + ", hash of " + input.hash().length,
                        Sound.of(input).offer(), ".+"));
    }

    /** Bytes in place of an offer, and offers with some bytes changed; the seed makes the same ones each time. */
    @Test
    void answersOrEndsEachMalformedFrameAndGoesOn() throws IOException {
        byte[] sound = encoded(Sound.of(file("/ro/a", "aa"), Workbench.link("/ro/l", "a")).offer());
        Random random = new Random(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bad = sound.clone();
            for (int flips = 1 + random.nextInt(6); flips > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            frame(bad, random.nextInt(4) == 0 ? random.nextInt(bad.length) : bad.length);
        }
        for (int length : new int[]{-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 33 << 20, 0, 1000, 1, 3}) {
            frame(ByteBuffer.allocate(4 + 10).putInt(length).array(), 14);
        }
        assertThat(end(Sound.of().offer())).as("seed " + SEED).isEqualTo("exit 0");
    }

    private static void frame(byte[] bytes, int length) throws IOException {
        boolean held = false;
        try (MessageStream conversation = node.open()) {
            conversation.exchange().output().write(bytes, 0, length);
            conversation.finish();
            JobMessage first = conversation.receive(JobMessage.class);
            held = first instanceof OfferAnswer || first instanceof Failure || first instanceof JobMessage.ResendInputs;
        } catch (StreamBrokenException _) {
            held = true;
        } finally {
            tally.count(held);
        }
        assertThat(held).isTrue();
    }

    private static byte[] encoded(Offer offer) throws IOException {
        Recording recording = new Recording();
        new MessageStream(recording).send(offer);
        return recording.bytes();
    }

    private static DynamicTest refused(String name, Offer offer, String reason) {
        return attack(name, offer, "(?s)refused: .*(" + reason + ").*");
    }

    private static DynamicTest taken(String name, Offer offer) {
        return attack(name, offer, "exit \\d+");
    }

    private static DynamicTest ended(String name, Offer offer, String end) {
        return attack(name, offer, end);
    }

    private static DynamicTest attack(String name, Offer offer, String expected) {
        return DynamicTest.dynamicTest(name(name), () -> {
            boolean held = false;
            try {
                assertThat(end(offer)).matches(expected);
                assertThat(directory.resolve("canary")).hasContent("canary");
                held = true;
            } finally {
                tally.count(held);
            }
        });
    }

    private static String name(String text) {
        String printable = text.replace("\0", "NUL");
        return printable.length() > 60 ? printable.substring(0, 60) + "... (" + text.length() + ")" : printable;
    }

    /** How it ended; with what it printed, if that is the host's. */
    private static String end(Offer offer) throws IOException {
        try (MessageStream conversation = node.offer(offer)) {
            JobMessage message = conversation.receive(JobMessage.class);
            if (message instanceof OfferAnswer answer) {
                upload(conversation, answer);
                message = conversation.receive(JobMessage.class);
            }
            return switch (message) {
                case JobResult outcome -> {
                    ByteArrayOutputStream printed = new ByteArrayOutputStream();
                    conversation.receiveBlob(outcome.outputBytes(), printed);
                    String text = printed.toString(StandardCharsets.UTF_8);
                    yield "exit " + outcome.exit() + (text.contains("canary") ? " and printed " + text : "");
                }
                case Failure failure -> "refused: " + failure.reason();
                case JobMessage other -> other.toString();
            };
        } catch (StreamBrokenException e) {
            return "dropped: " + e.getMessage();
        }
    }

    /** A byte for each input that the executor lacks. */
    private static void upload(MessageStream conversation, OfferAnswer answer) throws IOException {
        try {
            for (int index : answer.missing()) {
                conversation.send(new InputBlobHeader(index, 1));
                conversation.sendBlob(new ByteArrayInputStream(new byte[]{'x'}), 1);
            }
            conversation.finish();
        } catch (StreamBrokenException _) {
            // The executor has given up, and what it said can be read all the same.
        }
    }

    /** A file that the executor's store holds. */
    private static WireInput file(String path, String contents) {
        try {
            Digest digest = node.store().put(contents.getBytes(StandardCharsets.UTF_8));
            return new WireInput(InputKind.FILE, path, 0644, digest.hash(), digest.size(), "", 0, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
