package dev.floe.node.cli.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A command, or the method of a subcommand, that runs in the node when a client sends it there. The node may be
 * another user's than the caller. Such a command therefore uses nothing of its process: no files, no environment or
 * working directory, no standard streams. All that it does is to ask requests ({@link NodeClientOptions#ask}), which
 * the node grants to the caller as those over its socket, and to print to the writers of its command line.
 *
 * <p>The client has the same commands in {@code client_command.c}; a test compares the two.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface RunsInNode {
    /** Whether the command, in a process of its own, has another answer than that there is no node. */
    boolean worksWithoutNode() default false;
}
