package dev.floe.node.cli.doctor;

import java.nio.file.Path;
import java.util.Optional;

import dev.floe.node.cli.options.DefaultPaths;

/**
 * Where the parts of Floe are that {@code floe doctor} looks at.
 *
 * @param socket  of the node that a wrapper of this user finds
 * @param wrapper the installed floe-cc
 */
public record DoctorPaths(Path socket, Path meshKey, Path data, Path wrapper) {
    /** Those of this machine and user. */
    public static DoctorPaths of(Path socket) {
        return new DoctorPaths(socket, DefaultPaths.meshKey(), DefaultPaths.data(), DefaultPaths.wrapper());
    }

    /** The directory of the links that are named as compilers. */
    public Path links() {
        return Optional.ofNullable(wrapper.getParent()).orElse(Path.of("."))
                .resolve("../lib/floe/compilers").normalize();
    }
}
