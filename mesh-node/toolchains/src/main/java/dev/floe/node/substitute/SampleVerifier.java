package dev.floe.node.substitute;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.executor.sandbox.CommandReplay;
import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.executor.sandbox.SandboxProcess;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.SubstituteCompiler;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerProfile;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.SampleResult;
import dev.floe.store.Digest;
import dev.floe.store.content.ContentStore;
import dev.floe.store.files.TreeDeleter;

/**
 * Compiles another compiler's samples with one of this machine, in the sandbox and in the very way in which its jobs
 * would be.
 */
final class SampleVerifier {
    private static final int DIRECTORY_MODE = 0755;
    private static final int FILE_MODE = 0644;
    private static final int UMASK = 022;
    private static final byte[] NONE = new byte[0];

    private final LocalSandbox sandbox;
    private final ContentStore store;
    private final JobLimits limits;
    private final Path directory;
    private final AtomicInteger next = new AtomicInteger();

    /** @param directory where samples are compiled, in the file system of the store */
    SampleVerifier(LocalSandbox sandbox, ContentStore store, JobLimits limits, Path directory) {
        this.sandbox = sandbox;
        this.store = store;
        this.limits = limits;
        this.directory = directory;
    }

    /** What comes out otherwise; empty if nothing does. */
    Optional<String> difference(CompilerProfile profile, SampleResult sampleResult, LocalToolchain held, Path driver,
            List<String> options, String signed) throws IOException {
        if (!(sandbox.availability() instanceof Sandbox.Availability.Available(Sandbox usable))) {
            throw new IOException("this node has no sandbox to try it in");
        }
        byte[] text = sampleResult.text().getBytes(StandardCharsets.UTF_8);
        store.put(Digest.ofBytes(text), new ByteArrayInputStream(text));
        Path place = Files.createDirectories(directory).resolve(Integer.toString(next.incrementAndGet()));
        if (Files.exists(place)) {
            TreeDeleter.delete(place);
        }
        try {
            Offer offer = offer(profile, sampleResult, text,
                    new SubstituteCompiler(held.toolchain().id().hex(), driver.toString(),
                            options, List.of(), signed, profile.sign()));
            CommandReplay.ReplayResult made = new CommandReplay(usable, limits, place).run(held, offer, store);
            return difference(sampleResult, made);
        } finally {
            TreeDeleter.delete(place);
        }
    }

    private static Optional<String> difference(SampleResult sampleResult, CommandReplay.ReplayResult made)
            throws IOException {
        if (made.exit() != sampleResult.exit()) {
            return Optional.of(otherEnd(made.exit(), sampleResult.exit(), made.error()));
        }
        if (!Arrays.equals(Digest.ofFile(made.error()).hash(), sampleResult.messages())) {
            return Optional.of("other messages");
        }
        Optional<CommandReplay.ReplayOutput> object = made.files().stream()
                .filter(file -> file.path().endsWith("/" + sampleResult.object())).findFirst();
        return object.isPresent() && Arrays.equals(Digest.ofFile(object.get().file()).hash(), sampleResult.output())
                ? Optional.empty()
                : Optional.of("another object");
    }

    /** The peer chooses the samples, and so how much is printed. */
    static String otherEnd(int exit, int expected, Path printed) throws IOException {
        return "ends with " + exit + ", not " + expected + ": " + SandboxProcess.message(printed);
    }

    private static Offer offer(CompilerProfile profile, SampleResult sampleResult, byte[] text,
            SubstituteCompiler standIn) {
        List<WireInput> inputs = new ArrayList<>();
        Path place = Path.of(profile.directory());
        for (int i = 1; i <= place.getNameCount(); i++) {
            inputs.add(
                    new WireInput(InputKind.DIRECTORY, "/" + place.subpath(0, i), DIRECTORY_MODE, NONE, 0, "", 0, 0));
        }
        inputs.add(new WireInput(InputKind.FILE, profile.directory() + "/" + sampleResult.file(), FILE_MODE,
                Digest.ofBytes(text).hash(), text.length, "", 0, 0));
        List<String> environment = new ArrayList<>();
        CompilerProbe.ENVIRONMENT.forEach((name, value) -> environment.add(name + "=" + value));
        return new Offer("trial", "", standIn.program(),
                CompilerProfiler.argv(standIn.program(), sampleResult.options(), sampleResult.file(),
                        sampleResult.object()),
                profile.directory(),
                environment,
                UMASK, profile.toolchain(), inputs, List.of(profile.directory()), 0, 0, "", false, "", false)
                .by(standIn);
    }
}
