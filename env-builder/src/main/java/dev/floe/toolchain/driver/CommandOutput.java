package dev.floe.toolchain.driver;

/** The output of a command. */
public record CommandOutput(int exitCode, String output, String errors) {}
