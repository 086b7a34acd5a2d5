package dev.floe.node.substitute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.parser.CompilerCapability;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerProfile;
import dev.floe.node.toolchains.ProgramRunner;
import dev.floe.node.toolchains.imported.ImportedToolchain;
import dev.floe.node.toolchains.imported.ImportedToolchains;
import dev.floe.node.toolchains.imported.SandboxedCommandRunner;
import dev.floe.node.toolchains.imported.ToolchainImporter;
import dev.floe.node.toolchains.imported.ToolchainImporter.RefusedException;
import dev.floe.toolchain.Platform;

/** This machine's gcc in an environment, compared with itself where it is installed. */
@ExtendWith(OwnGccResolver.class)
final class ImportedCompilerTest {
    private static final Set<String> HERE = Set.of(Platform.current().processor());

    @TempDir
    private Path directory;

    @Test
    void isProvenInTheSandboxAndNamedWhenItIsGone(OwnGcc own) throws Exception {
        CompilerProfile real = new CompilerProfiler(directory.resolve("samples")).profileOf(own.gcc());
        CompilerProfile profile = new CompilerProfile("0".repeat(64), real.family(), real.version(), real.target(),
                real.directory(), real.sign(), real.driver(), real.facts(), real.sketches(), List.of());
        SandboxedCommandRunner box = new SandboxedCommandRunner(own.box(), own.store, OwnGcc.LIMITS,
                directory.resolve("questions"));
        ImportedToolchains imports = new ImportedToolchains(directory.resolve("imports"));
        ToolchainImporter importer = new ToolchainImporter(box, own.toolchainStore, imports,
                directory.resolve("incoming"),
                HERE);
        imports.start();
        box.start();
        importer.start();

        List<ImportedToolchain> taken = importer.take(environment(own), Optional.empty());
        assertThat(taken).hasSize(1).isEqualTo(imports.all());
        assertThat(own.toolchainStore.ids()).contains(taken.getFirst().compilers().known().id());
        assertThat(importer.take(directory.resolve("own.tar"), Optional.empty())).isEqualTo(taken);

        CompilerMatcher examiner = new CompilerMatcher(own.compilers, own.toolchainStore,
                new SampleVerifier(own.box(), own.store, OwnGcc.LIMITS, directory.resolve("trials")),
                new MessageFileCache<>(directory.resolve("verdicts"), CompatibilityResult.class),
                new CompilerMatcher.Imported(imports, box), new CompilerMatcher.SearchScope(List.of(), HERE));
        CompatibilityResult verdict = examiner.examine(profile).stream()
                .filter(each -> each.compiler().endsWith(" of own.tar")).findFirst().orElseThrow();
        assertThat(verdict.troubles()).isEmpty();
        assertThat(verdict.proven())
                .containsExactlyElementsOf(
                        Arrays.stream(CompilerCapability.values()).map(CompilerCapability::name).toList());
        assertThat(verdict.c()).endsWith("-gcc-" + real.version());

        own.toolchainStore.remove(taken.getFirst().compilers().known().id());
        assertThat(examiner.examine(profile)).filteredOn(each -> each.compiler().endsWith(" of own.tar"))
                .singleElement().satisfies(each -> assertThat(each.troubles()).singleElement().asString()
                        .contains("import it again"));
    }

    @Test
    void isRefusedWithoutASandbox(OwnGcc own) throws Exception {
        SandboxedCommandRunner box = new SandboxedCommandRunner(
                LocalSandbox.of(new Sandbox.Availability.Unavailable("user namespaces are forbidden")),
                own.store, OwnGcc.LIMITS, directory.resolve("questions"));
        ImportedToolchains imports = new ImportedToolchains(directory.resolve("imports"));
        ToolchainImporter importer = new ToolchainImporter(box, own.toolchainStore, imports,
                directory.resolve("incoming"),
                HERE);
        imports.start();
        box.start();
        importer.start();
        Path archive = environment(own);

        assertThatThrownBy(() -> importer.take(archive, Optional.empty())).isInstanceOf(RefusedException.class)
                .hasMessageContaining(archive.toString()).hasMessageContaining("user namespaces are forbidden");
        assertThat(imports.all()).isEmpty();
    }

    /** An archive of the packed compiler's tree, in which it is called {@code gcc}. */
    private Path environment(OwnGcc own) throws IOException {
        Path tree = own.tree();
        Path copy = directory.resolve("root");
        run(List.of("/bin/cp", "-a", tree.toString(), copy.toString()));
        Files.delete(copy.resolve(".floe-toolchain"));
        Path c = own.gcc().c().orElseThrow();
        Files.createSymbolicLink(copy.resolve("usr/bin/gcc"), c);
        if (own.gcc().cxx().isPresent()) {
            Files.createSymbolicLink(copy.resolve("usr/bin/g++"), own.gcc().cxx().get());
        }
        Path archive = directory.resolve("own.tar");
        run(List.of("/bin/tar", "-C", copy.toString(), "-cf", archive.toString(), "."));
        return archive;
    }

    private void run(List<String> argv) throws IOException {
        assertThat(ProgramRunner.run(Path.of(argv.getFirst()), argv, directory, Map.of()).exitCode()).isZero();
    }
}
