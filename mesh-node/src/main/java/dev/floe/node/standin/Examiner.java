package dev.floe.node.standin;

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
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.front.Ability;
import dev.floe.node.environment.Box;
import dev.floe.node.environment.Import;
import dev.floe.node.environment.Imports;
import dev.floe.node.execute.HeldToolchain;
import dev.floe.node.submit.CompilerToolchains.Knowledge;
import dev.floe.node.toolchains.OwnToolchains;
import dev.floe.node.toolchains.Shelf;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.StandInMessage.Facts;
import dev.floe.node.wire.StandInMessage.Portrait;
import dev.floe.node.wire.StandInMessage.Sketch;
import dev.floe.node.wire.StandInMessage.Verdict;
import dev.floe.node.wire.StandInMessage.Verdicts;
import dev.floe.store.FailureText;
import dev.floe.toolchain.Family;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.find.CommandRunner;
import dev.floe.toolchain.find.ToolchainIndex;

/**
 * Compares this machine's compilers with one of another machine, and tells which give the same answers. A compiler is looked at if it was
 * added or imported by its owner, used before, or stands in {@code PATH} under the name that cross compilers have. Verdicts are kept on the disk.
 */
final class Examiner {
    private static final Logger LOG = LogManager.getLogger(Examiner.class);
    private static final Duration PACKING = Duration.ofMinutes(2);
    private static final int MOST_DIFFERENCES = 12;
    private static final int MOST_SKETCHES = 64;
    private static final int MOST_LANGUAGES = 2;
    static final int MOST_KNOWN = 64;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}");

    private final OwnToolchains compilers;
    private final Shelf shelf;
    private final Trial trial;
    private final Kept<Verdict> book;
    private final Imported imported;
    private final List<Path> searchPath;
    private final Set<String> processors;

    /**
     * A compiler that could stand in.
     *
     * @param name   for people
     * @param runner asks it
     */
    private record Candidate(String name, ToolchainIndex.Compilers compilers, CommandRunner runner) {}

    /** One look at a compiler, which may fail. */
    @FunctionalInterface
    private interface Look {
        Optional<Verdict> at() throws IOException;
    }

    /** Compilers that were imported, and where they are asked. */
    record Imported(Imports imports, Box box) {}

    /**
     * @param searchPath directories in which compilers are looked for
     * @param processors whose programs run here, by themselves or through an emulator
     */
    Examiner(OwnToolchains compilers, Shelf shelf, Trial trial, Kept<Verdict> book, Imported imported,
            List<Path> searchPath, Set<String> processors) {
        this.compilers = compilers;
        this.shelf = shelf;
        this.trial = trial;
        this.book = book;
        this.imported = imported;
        this.searchPath = List.copyOf(searchPath);
        this.processors = Set.copyOf(processors);
    }

    /** Answers {@code /stand-in}. */
    void serve(Exchange exchange) throws IOException {
        try (Conversation conversation = new Conversation(exchange)) {
            Portrait portrait = conversation.receive(Portrait.class);
            check(portrait);
            conversation.send(new Verdicts(examine(portrait)));
            conversation.finish();
        }
    }

    /** Parts of it become names of files and words of command lines. */
    static void check(Portrait portrait) throws IOException {
        try {
            new ToolchainId(portrait.toolchain());
            Family.parse(portrait.family());
            for (Sketch sketch : portrait.sketches()) {
                Ability.valueOf(sketch.ability());
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a description of a compiler that is refused: " + FailureText.of(e), e);
        }
        if (!WORD.matcher(portrait.version()).matches() || !WORD.matcher(portrait.target()).matches()
                || portrait.sketches().size() > MOST_SKETCHES || portrait.known().size() > MOST_KNOWN
                || portrait.facts().size() > MOST_LANGUAGES) {
            throw new IOException("a description of a compiler that is refused: " + portrait.version() + ", "
                    + portrait.target());
        }
    }

    /** What this machine's compilers are worth to the owner of that one; one portrait at a time. */
    synchronized List<Verdict> examine(Portrait portrait) {
        List<Verdict> verdicts = new ArrayList<>();
        Set<String> done = new HashSet<>();
        for (Path driver : candidates(portrait)) {
            look(portrait, driver.toString(), () -> verdict(portrait, driver, done)).ifPresent(verdicts::add);
        }
        for (Import each : imported.imports().all()) {
            if (mayBe(portrait, each.compilers().known())) {
                look(portrait, each.name(), () -> verdict(portrait, each, done)).ifPresent(verdicts::add);
            }
        }
        return verdicts;
    }

    private static Optional<Verdict> look(Portrait portrait, String name, Look look) {
        try {
            return look.at();
        } catch (IOException | RuntimeException e) {
            LOG.info("compiler={} cannot stand in for toolchain={}: {}", name, portrait.toolchain(), FailureText.of(e));
            return Optional.of(Verdict.against(name, FailureText.of(e)));
        }
    }

    private static boolean mayBe(Portrait portrait, ToolchainIndex.Known known) {
        return known.family().text().equals(portrait.family()) && (known.family() != Family.GCC
                || processor(known.target()).equals(processor(portrait.target())));
    }

    private Set<Path> candidates(Portrait portrait) {
        Set<Path> found = new LinkedHashSet<>();
        boolean gcc = portrait.family().equals(Family.GCC.text());
        String major = portrait.version().replaceFirst("\\..*", "");
        for (String name : gcc
                ? List.of(portrait.target() + "-gcc", portrait.target() + "-gcc-" + major)
                : List.of("clang", "clang-" + major)) {
            for (Path directory : searchPath) {
                Path candidate = directory.resolve(name);
                if (Files.isExecutable(candidate)) {
                    real(candidate).ifPresent(found::add);
                }
            }
        }
        for (ToolchainIndex.Compilers known : compilers.all()) {
            if (mayBe(portrait, known.known())) {
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

    private Optional<Verdict> verdict(Portrait portrait, Path driver, Set<String> done) throws IOException {
        Family family = Family.parse(portrait.family());
        Questions plain = new Questions(Questions.HERE, family, driver, List.of());
        Optional<String> other = otherwise(portrait, plain.version(), plain.target());
        if (other.isPresent()) {
            return Optional.of(Verdict.against(driver.toString(), other.get()));
        }
        Knowledge knowledge = compilers.of(driver, "", true, PACKING);
        if (!(knowledge instanceof Knowledge.Known known)) {
            return Optional.of(Verdict.against(driver.toString(), switch (knowledge) {
                case Knowledge.Unusable(String reason) -> reason;
                default -> "is still being packed";
            }));
        }
        ToolchainIndex.Compilers all = compilers.all().stream().filter(each -> each.known().id().equals(known.id()))
                .findFirst().orElseThrow(() -> new IOException(driver + " has just changed"));
        String name = all.c().map(Path::toString).orElse(driver.toString());
        return verdict(portrait, new Candidate(name, all, Questions.HERE), done);
    }

    private Optional<Verdict> verdict(Portrait portrait, Import taken, Set<String> done) throws IOException {
        ToolchainIndex.Known known = taken.compilers().known();
        Optional<String> other = shelf.ids().contains(known.id())
                ? otherwise(portrait, known.version(), known.target())
                : Optional.of("is not here any more; import it again");
        if (other.isPresent()) {
            return Optional.of(Verdict.against(taken.name(), other.get()));
        }
        return verdict(portrait, new Candidate(taken.name(), taken.compilers(), imported.box().with(held(known))),
                done);
    }

    /** What rules a compiler out before it is looked into. */
    private static Optional<String> otherwise(Portrait portrait, String version, String target) {
        if (!version.equals(portrait.version())) {
            return Optional.of("is version " + version + ", not " + portrait.version());
        }
        return portrait.family().equals(Family.GCC.text()) && !target.equals(portrait.target())
                ? Optional.of("compiles for " + target + ", not " + portrait.target())
                : Optional.empty();
    }

    private HeldToolchain held(ToolchainIndex.Known known) {
        return shelf.held(known.id()).orElseGet(() -> shelf.obtain(known.id()).join());
    }

    private Optional<Verdict> verdict(Portrait portrait, Candidate candidate, Set<String> done) throws IOException {
        ToolchainIndex.Known known = candidate.compilers().known();
        if (!done.add(known.id().hex()) || known.id().hex().equals(portrait.toolchain())) {
            return Optional.empty();
        }
        String pair = portrait.toolchain() + "-" + known.id().hex();
        // What the other has heard elsewhere is good enough for the other, and not kept for anyone else.
        Optional<Verdict> made = book.read(pair).or(() -> portrait.known().stream()
                .filter(each -> each.toolchain().equals(known.id().hex())).findFirst());
        if (made.isPresent()) {
            return made;
        }
        if (!processors.contains(known.host().processor())) {
            return Optional.of(Verdict.against(candidate.name(), "runs on " + known.host()
                    + ", whose programs this node does not run"));
        }
        long start = System.nanoTime();
        Verdict verdict = compare(portrait, Family.parse(portrait.family()), candidate);
        book.write(pair, verdict);
        LOG.info("toolchain={} is stood in for by toolchain={} ({}) proven={} troubles={} millis={}",
                portrait.toolchain().substring(0, 12), known.id().brief(), candidate.name(), verdict.proven(),
                verdict.troubles(), (System.nanoTime() - start) / 1_000_000);
        return Optional.of(verdict);
    }

    private Verdict compare(Portrait portrait, Family family, Candidate candidate) throws IOException {
        ToolchainIndex.Compilers all = candidate.compilers();
        Path c = all.c().orElseThrow(() -> new IOException("it has no driver for C"));
        List<String> options = new ArrayList<>();
        if (family == Family.CLANG) {
            options.add("--target=" + portrait.target());
        }
        List<String> troubles = new ArrayList<>();
        if (family == Family.CLANG && !c.toString().equals(portrait.driver())) {
            troubles.add("lies elsewhere than " + portrait.driver() + ", by which it names headers");
        }
        List<Path> drivers = new ArrayList<>(List.of(c));
        all.cxx().ifPresent(drivers::add);
        for (int i = 0; i < portrait.facts().size(); i++) {
            if (i >= drivers.size()) {
                troubles.add("has no driver for C++");
                break;
            }
            Facts theirs = portrait.facts().get(i);
            String language = i == 0 ? "c" : "c++";
            List<String> adjusting = Differences.adjusting(theirs,
                    new Questions(candidate.runner(), family, drivers.get(i), options).facts(language));
            adjusting.stream().filter(option -> !options.contains(option)).forEach(options::add);
            if (options.size() > MOST_DIFFERENCES) {
                troubles.add("has too many other defaults: " + String.join(" ", options.subList(0, MOST_DIFFERENCES)));
                break;
            }
            troubles.addAll(Differences.left(theirs,
                    new Questions(candidate.runner(), family, drivers.get(i), options).facts(language), options));
        }
        String signed = new Questions(candidate.runner(), family, c, options).sign().orElse("");
        Set<Ability> proven = new TreeSet<>();
        if (troubles.isEmpty()) {
            proven.addAll(List.of(Ability.values()));
            HeldToolchain held = held(all.known());
            for (Sketch sketch : portrait.sketches()) {
                Path driver = sketch.cxx() ? drivers.getLast() : c;
                Optional<String> difference = trial.difference(portrait, sketch, held, driver, options, signed);
                if (difference.isPresent()) {
                    proven.remove(Ability.valueOf(sketch.ability()));
                    troubles.add(sketch.name() + ": " + difference.get());
                }
            }
        }
        boolean cxx = drivers.size() > 1
                && new Questions(candidate.runner(), family, drivers.getLast(), options).findsHeadersOfCxx();
        if (drivers.size() > 1 && !cxx) {
            troubles.add("C++: finds no gcc for " + portrait.target() + ", by which it would find headers");
        }
        return new Verdict(candidate.name(), all.known().id().hex(), all.known().host().processor(), c.toString(),
                cxx ? drivers.getLast().toString() : "", options, signed, portrait.sign(),
                proven.stream().map(Ability::name).toList(), troubles.stream().distinct().toList());
    }
}
