package dev.floe.toolchain.locate;

/** The output of a command. */
public record CommandOutput(int exitCode, String output, String errors) {}
