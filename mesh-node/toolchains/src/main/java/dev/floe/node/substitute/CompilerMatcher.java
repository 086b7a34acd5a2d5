package dev.floe.node.substitute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.command.parser.CompilerCapability;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResults;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerProfile;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.SampleResult;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.submitter.compilers.ToolchainResolver.Resolution;
import dev.floe.node.toolchains.LocalCompilerToolchains;
import dev.floe.node.toolchains.imported.ImportedToolchain;
import dev.floe.node.toolchains.imported.ImportedToolchains;
import dev.floe.node.toolchains.imported.SandboxedCommandRunner;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.index.ToolchainIndex;

/**
 * Compares this machine's compilers with one of another machine, and tells which give the same answers. A compiler is
 * looked at if it was added or imported by its owner, used before, or stands in {@code PATH} under the name that cross
 * compilers have. Verdicts are kept on the disk.
 */
final class CompilerMatcher {
    private static final Logger LOG = LogManager.getLogger(CompilerMatcher.class);
    private static final Duration PACKING = Duration.ofMinutes(2);
    private static final int MAX_SKETCHES = 64;
    private static final int MAX_LANGUAGES = 2;
    static final int MAX_KNOWN = 64;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}");

    private final LocalCompilerToolchains compilers;
    private final ToolchainStore toolchainStore;
    private final SampleVerifier trial;
    private final MessageFileCache<CompatibilityResult> book;
    private final Imported imported;
    private final List<Path> searchPath;
    private final Set<String> processors;

    /** One look at a compiler, which may fail. */
    @FunctionalInterface
    private interface CandidateCheck {
        Optional<CompatibilityResult> at() throws IOException;
    }

    /** Compilers that were imported, and where they are asked. */
    record Imported(ImportedToolchains imports, SandboxedCommandRunner box) {}

    /**
     * Which compilers are looked at.
     *
     * @param path       directories in which they are looked for
     * @param processors whose programs run here, by themselves or through an emulator
     */
    record SearchScope(List<Path> path, Set<String> processors) {
        SearchScope {
            path = List.copyOf(path);
            processors = Set.copyOf(processors);
        }
    }

    CompilerMatcher(LocalCompilerToolchains compilers, ToolchainStore toolchainStore, SampleVerifier trial,
            MessageFileCache<CompatibilityResult> book, Imported imported,
            SearchScope scope) {
        this.compilers = compilers;
        this.toolchainStore = toolchainStore;
        this.trial = trial;
        this.book = book;
        this.imported = imported;
        this.searchPath = scope.path();
        this.processors = scope.processors();
    }

    /** Answers {@code /stand-in}. */
    void serve(PeerStream exchange) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            CompilerProfile profile = conversation.receive(CompilerProfile.class);
            check(profile);
            conversation.send(new CompatibilityResults(examine(profile)));
            conversation.finish();
        }
    }

    /** Parts of it become names of files and words of command lines. */
    static void check(CompilerProfile profile) throws IOException {
        try {
            new ToolchainId(profile.toolchain());
            ToolchainFamily.parse(profile.family());
            for (SampleResult sampleResult : profile.sketches()) {
                CompilerCapability.valueOf(sampleResult.ability());
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a compiler profile is refused: " + FailureText.of(e), e);
        }
        if (!WORD.matcher(profile.version()).matches() || !WORD.matcher(profile.target()).matches()
                || profile.sketches().size() > MAX_SKETCHES || profile.known().size() > MAX_KNOWN
                || profile.facts().size() > MAX_LANGUAGES) {
            throw new IOException("a compiler profile is refused: " + profile.version() + ", "
                    + profile.target());
        }
    }

    /** Compares this machine's compilers with the profile of another; one profile at a time. */
    synchronized List<CompatibilityResult> examine(CompilerProfile profile) {
        List<CompatibilityResult> verdicts = new ArrayList<>();
        Set<String> done = new HashSet<>();
        for (Path driver : candidates(profile)) {
            look(profile, driver.toString(), () -> verdict(profile, driver, done)).ifPresent(verdicts::add);
        }
        for (ImportedToolchain each : imported.imports().all()) {
            if (isCandidate(profile, each.compilers().known())) {
                look(profile, each.name(), () -> verdict(profile, each, done)).ifPresent(verdicts::add);
            }
        }
        return verdicts;
    }

    private static Optional<CompatibilityResult> look(CompilerProfile profile, String name, CandidateCheck look) {
        try {
            return look.at();
        } catch (IOException | RuntimeException e) {
            LOG.info("compiler={} is no substitute for toolchain={}: {}", name, profile.toolchain(),
                    FailureText.of(e));
            return Optional.of(CompatibilityResult.against(name, FailureText.of(e)));
        }
    }

    private static boolean isCandidate(CompilerProfile profile, ToolchainIndex.KnownToolchain known) {
        return known.family().text().equals(profile.family()) && (known.family() != ToolchainFamily.GCC
                || processor(known.target()).equals(processor(profile.target())));
    }

    private Set<Path> candidates(CompilerProfile profile) {
        Set<Path> found = new LinkedHashSet<>();
        boolean gcc = profile.family().equals(ToolchainFamily.GCC.text());
        String major = profile.version().replaceFirst("\\..*", "");
        for (String name : gcc
                ? List.of(profile.target() + "-gcc", profile.target() + "-gcc-" + major)
                : List.of("clang", "clang-" + major)) {
            for (Path directory : searchPath) {
                Path candidate = directory.resolve(name);
                if (Files.isExecutable(candidate)) {
                    real(candidate).ifPresent(found::add);
                }
            }
        }
        for (ToolchainIndex.Compilers known : compilers.all()) {
            if (isCandidate(profile, known.known())) {
                known.c().ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Path> real(Path driver) {
        try {
            Path real = driver.toRealPath();
            return real.endsWith("floe-cc") ? Optional.empty() : Optional.of(real);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static String processor(String target) {
        return target.replaceFirst("-.*", "");
    }

    private Optional<CompatibilityResult> verdict(CompilerProfile profile, Path driver, Set<String> done)
            throws IOException {
        ToolchainFamily family = ToolchainFamily.parse(profile.family());
        CompilerProbe plain = new CompilerProbe(CompilerProbe.HERE, family, driver, List.of());
        Optional<String> other = difference(profile, plain.version(), plain.target());
        if (other.isPresent()) {
            return Optional.of(CompatibilityResult.against(driver.toString(), other.get()));
        }
        Resolution knowledge = compilers.of(driver, "", true, PACKING);
        if (!(knowledge instanceof Resolution.Resolved known)) {
            return Optional.of(CompatibilityResult.against(driver.toString(), switch (knowledge) {
                case Resolution.Unusable(String reason) -> reason;
                default -> "is still being packed";
            }));
        }
        ToolchainIndex.Compilers all = compilers.all().stream().filter(each -> each.known().id().equals(known.id()))
                .findFirst().orElseThrow(() -> new IOException(driver + " has just changed"));
        String name = all.c().map(Path::toString).orElse(driver.toString());
        return verdict(profile, new CandidateComparison.CompilerCandidate(name, all, CompilerProbe.HERE), done);
    }

    private Optional<CompatibilityResult> verdict(CompilerProfile profile, ImportedToolchain taken, Set<String> done)
            throws IOException {
        ToolchainIndex.KnownToolchain known = taken.compilers().known();
        Optional<String> other = toolchainStore.ids().contains(known.id())
                ? difference(profile, known.version(), known.target())
                : Optional.of("is not here any more; import it again");
        if (other.isPresent()) {
            return Optional.of(CompatibilityResult.against(taken.name(), other.get()));
        }
        return verdict(profile,
                new CandidateComparison.CompilerCandidate(taken.name(), taken.compilers(),
                        imported.box().with(held(known))),
                done);
    }

    /** Of all that a peer says of its compiler; by its id alone it could speak in the name of another. */
    private static String digest(CompilerProfile profile) throws IOException {
        return Digest.ofBytes(MessageStream.encode(profile.knowing(List.of()))).hex();
    }

    /** What rules a compiler out before it is looked into. */
    private static Optional<String> difference(CompilerProfile profile, String version, String target) {
        if (!version.equals(profile.version())) {
            return Optional.of("is version " + version + ", not " + profile.version());
        }
        return profile.family().equals(ToolchainFamily.GCC.text()) && !target.equals(profile.target())
                ? Optional.of("compiles for " + target + ", not " + profile.target())
                : Optional.empty();
    }

    private LocalToolchain held(ToolchainIndex.KnownToolchain known) {
        return toolchainStore.getIfPresent(known.id()).orElseGet(() -> toolchainStore.getOrFetch(known.id()).join());
    }

    private Optional<CompatibilityResult> verdict(CompilerProfile profile,
            CandidateComparison.CompilerCandidate candidate,
            Set<String> done) throws IOException {
        ToolchainIndex.KnownToolchain known = candidate.compilers().known();
        if (!done.add(known.id().hex()) || known.id().hex().equals(profile.toolchain())) {
            return Optional.empty();
        }
        String pair = digest(profile) + "-" + known.id().hex();
        // What the other has heard elsewhere is good enough for the other, and not kept for anyone else.
        Optional<CompatibilityResult> made = book.read(pair).or(() -> profile.known().stream()
                .filter(each -> each.toolchain().equals(known.id().hex())).findFirst());
        if (made.isPresent()) {
            return made;
        }
        if (!processors.contains(known.host().processor())) {
            return Optional.of(CompatibilityResult.against(candidate.name(), "runs on " + known.host()
                    + ", whose programs this node does not run"));
        }
        long start = System.nanoTime();
        CompatibilityResult verdict = new CandidateComparison(profile, trial).compare(candidate,
                () -> held(known));
        book.write(pair, verdict);
        LOG.info("toolchain={} has the substitute toolchain={} ({}) proven={} troubles={} millis={}",
                profile.toolchain().substring(0, 12), known.id().brief(), candidate.name(), verdict.proven(),
                verdict.troubles(), (System.nanoTime() - start) / 1_000_000);
        return Optional.of(verdict);
    }
}
