package dev.floe.command.discovery.implicit;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.floe.command.CompileCommand;
import dev.floe.command.CompileCommand.Preprocessing;
import dev.floe.command.CompilerFamily;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.discovery.includes.HeaderSearchPath;
import dev.floe.command.discovery.includes.InputTreeRecorder;
import dev.floe.store.files.ExecutablePath;

/** The directories and links that a command needs whatever its texts include, and where it searches. */
public final class ImplicitInputs {
    /** Where clang looks to learn which system it runs on. */
    private static final List<String> DISTRIBUTION = List.of("/etc/os-release", "/usr/lib/os-release",
            "/etc/lsb-release", "/etc/redhat-release", "/etc/debian_version", "/etc/SuSE-release",
            "/etc/gentoo-release", "/etc/alpine-release", "/etc/arch-release", "/etc/exherbo-release");

    /**
     * By what clang knows an installation of gcc, and by what it decides how -ffast-math treats the smallest numbers.
     */
    private static final List<String> INSTALLATION = List.of("crtbegin.o", "32/crtbegin.o", "x32/crtbegin.o",
            "64/crtbegin.o", "crtfastmath.o");

    /** Where a toolchain's own tools are. */
    private static final Set<String> STANDARD_PATH = Set.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
            "/usr/bin",
            "/sbin", "/bin");
    private static final Path DEFAULT_PROGRAMS = Path.of("/bin");

    private final CompileCommand command;
    private final InputTreeRecorder tree;
    private final Set<Path> searched = new LinkedHashSet<>();
    private final Set<Path> assembler = new LinkedHashSet<>();

    public ImplicitInputs(CompileCommand command, InputTreeRecorder tree) {
        this.command = command;
        this.tree = tree;
    }

    /** Where headers are searched, as far as is known by now. */
    public Set<Path> searched() {
        return searched;
    }

    /** Where {@code .include} and {@code .incbin} search. */
    public Set<Path> assembler() {
        return assembler;
    }

    /** Records what the compiler says that it searches. */
    public void add(HeaderSearchPath search) throws IOException {
        for (Path directory : search.all()) {
            directory(directory);
            searched.add(directory);
        }
        for (Path directory : search.ignored()) {
            directory(directory);
        }
        for (Path specs : search.specs()) {
            tree.add(specs);
        }
        for (Path installation : search.installations()) {
            for (String part : INSTALLATION) {
                tree.add(installation.resolve(part));
            }
        }
    }

    /** Records what every command needs; after what the compiler says. */
    public void add() throws IOException {
        Preprocessing preprocessing = command.preprocessing();
        tree.add(command.cwd());
        String pwd = command.environment().get("PWD");
        if (pwd != null && pwd.startsWith("/")) {
            tree.addWay(Path.of(pwd).resolve("."));
        }
        tree.addWay(command.invocation().compiler());
        addToolLinks();
        if (!command.environment().containsKey("PATH")) {
            tree.addWay(DEFAULT_PROGRAMS.resolve(".")); // through which the system finds the assembler then
        }
        for (Path directory : command.outputDirectories()) {
            directory(directory);
        }
        for (Path directory : preprocessing.searchDirectories()) {
            directory(directory);
            searched.add(directory);
        }
        assembler.add(command.cwd());
        assembler.addAll(preprocessing.assemblerSearch());
        assembler.addAll(searched);
        for (Path directory : preprocessing.assemblerSearch()) {
            directory(directory);
        }
        if (command.family() == CompilerFamily.CLANG) {
            for (String file : DISTRIBUTION) {
                tree.add(Path.of(file));
            }
        }
    }

    /**
     * Programs that a driver finds through PATH are the toolchain's. A link to one need not be, as in a build that has
     * all of its programs in one directory of links.
     */
    private void addToolLinks() throws IOException {
        List<String> argv = command.argv();
        boolean assembles = command.family() == CompilerFamily.GCC || argv.contains("-fno-integrated-as");
        boolean splits = argv.stream().anyMatch(word -> word.startsWith("-gsplit-dwarf"));
        if (assembles) {
            addToolLink("as");
        }
        if (splits) {
            addToolLink("objcopy");
        }
    }

    private void addToolLink(String tool) throws IOException {
        for (String directory : ExecutablePath.directories(command.environment().getOrDefault("PATH", ""))) {
            if (STANDARD_PATH.contains(directory)) {
                return; // the toolchain has its links
            }
            Path program = Path.of(directory, tool);
            if (program.isAbsolute() && isThere(program)) {
                tree.addWay(program);
                return;
            }
        }
    }

    private boolean isThere(Path program) throws IOException {
        try {
            return tree.look(program).isPresent();
        } catch (AccessDeniedException _) {
            return false; // the driver passes such directories, too
        }
    }

    /**
     * A directory that the command names; a file in its stead counts too, because it is complained of in other words.
     */
    private void directory(Path directory) throws IOException {
        if (tree.addWay(directory.resolve(".")).isEmpty()
                && tree.look(directory).filter(place -> place.stat().kind() == FileKind.REGULAR).isPresent()) {
            tree.add(directory);
        }
    }
}
