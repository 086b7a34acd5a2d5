package dev.floe.node.executor.exectree;

import java.nio.file.Path;

/** The choice of an observer for a program, or why it cannot be observed. */
public sealed interface ObserverChoice {
    /** It loads this library, a file outside of the job's tree. */
    record Fits(Path library) implements ObserverChoice {}

    /** It cannot, for this reason. */
    record NoObserver(String why) implements ObserverChoice {}
}
