package dev.floe.toolchain.driver;

import java.io.IOException;
import java.util.List;

/** Runs a compiler to ask it something; given from outside, since it may have to run as another user. */
@FunctionalInterface
public interface CommandRunner {
    /**
     * Runs {@code argv}, whose first is an absolute path, with {@code LC_ALL=C}, no input, and none of the variables
     * that compilers obey, such as {@code GCC_EXEC_PREFIX} or {@code CPATH}.
     *
     * @throws IOException if it cannot be run, does not end in time, or gives too much output
     */
    CommandOutput run(List<String> argv) throws IOException;
}
