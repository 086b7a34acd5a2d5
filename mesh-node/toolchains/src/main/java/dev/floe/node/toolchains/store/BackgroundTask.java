package dev.floe.node.toolchains.store;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import dev.floe.store.FailureText;

/** A task that yields the processor to everything else on the machine; for work that no compile waits for. */
final class BackgroundTask {
    private static final int PRIO_PROCESS = 0;
    private static final int THIS_THREAD = 0;
    private static final int NICE = 15;

    private BackgroundTask() {}

    /** Computes something. */
    @FunctionalInterface
    interface IoSupplier<T> {
        T get() throws IOException;
    }

    /**
     * Runs a task in a thread of low priority, and waits for it.
     *
     * @throws IOException what the task throws
     */
    static <T> T run(String name, IoSupplier<T> task) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                lowerPriority();
                result.complete(task.get());
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(FailureText.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** On Linux the niceness is that of a thread. Where the call is missing, the thread keeps its priority. */
    private static void lowerPriority() {
        MethodHandle call = SetPriority.CALL;
        if (call == null) {
            return;
        }
        try {
            int _ = (int) call.invokeExact(PRIO_PROCESS, THIS_THREAD, NICE);
        } catch (Throwable e) {
            throw new AssertionError("setpriority throws nothing", e);
        }
    }

    /** The function, looked up at the first use. */
    private static final class SetPriority {
        private static final @Nullable MethodHandle CALL = find();

        private static @Nullable MethodHandle find() {
            Linker linker = Linker.nativeLinker();
            return linker.defaultLookup().find("setpriority")
                    .map(address -> linker.downcallHandle(address,
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)))
                    .orElse(null);
        }
    }
}
