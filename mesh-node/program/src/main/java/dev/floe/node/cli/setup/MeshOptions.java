package dev.floe.node.cli.setup;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

import dev.floe.node.cli.options.DefaultPaths;
import dev.floe.node.mesh.GroupConfig;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.store.FailureText;

/** The options of the subcommands of {@code floe mesh}. */
public final class MeshOptions {
    private MeshOptions() {}

    /** Where the mesh of this machine is kept. */
    public static final class KeyFile {
        @Option(names = "--mesh-key", paramLabel = "FILE", description = {
                "file with the mesh's secret (default: FLOE_MESH_KEY, or the place where the node looks)"})
        private @Nullable Path meshKey;

        public MeshKeyFile file() {
            return new MeshKeyFile((meshKey == null ? DefaultPaths.meshKey() : meshKey).toAbsolutePath());
        }
    }

    /** Where nodes of the mesh can be found. */
    public static final class Seeds {
        @Option(names = "--seed", paramLabel = "HOST[:PORT]", split = ",", description = {
                "address of a node of the mesh (default: this machine)"})
        private List<String> seeds = new ArrayList<>();

        /** Those that are named; this machine if none is. */
        public List<HostPort> list(CommandLine line) {
            return seeds.isEmpty()
                    ? List.of(
                            new HostPort(GroupConfig.routableAddress().getHostAddress(), GroupConfig.DEFAULT_PORT))
                    : named(line);
        }

        /** @throws ParameterException if an address is none */
        public List<HostPort> named(CommandLine line) {
            try {
                return seeds.stream().map(seed -> HostPort.parse(seed, GroupConfig.DEFAULT_PORT)).toList();
            } catch (IllegalArgumentException e) {
                throw new ParameterException(line, "--seed: " + FailureText.of(e), e);
            }
        }
    }

    /** How a new mesh is called. */
    public static final class Naming {
        @Parameters(arity = "0..1", paramLabel = "NAME", description = {
                "name of the mesh, for people (default: two words, drawn)"})
        private @Nullable String parameter;

        @Option(names = "--name", paramLabel = "NAME", description = "the same as NAME")
        private @Nullable String option;

        public String name(CommandLine line) {
            if (parameter != null && option != null) {
                throw new ParameterException(line, "the name of the mesh is given twice: " + parameter + " and "
                        + option);
            }
            return parameter != null
                    ? parameter
                    : option != null ? option : MeshNameGenerator.draw(new SecureRandom());
        }
    }
}
