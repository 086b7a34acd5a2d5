package dev.floe.node.substitute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import dev.floe.store.files.TreeDeleter;

/** Resolves an {@link OwnGcc} that all test classes share, because a compiler takes seconds to pack and to try. */
final class OwnGccResolver implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(OwnGccResolver.class);

    private record Shared(Path directory, OwnGcc gcc) implements AutoCloseable {
        static Shared create() {
            try {
                Path directory = Files.createTempDirectory("own-gcc").toRealPath();
                return new Shared(directory, new OwnGcc(directory));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            gcc.close();
            TreeDeleter.delete(directory);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == OwnGcc.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(Shared.class, _ -> Shared.create(),
                Shared.class).gcc();
    }
}
