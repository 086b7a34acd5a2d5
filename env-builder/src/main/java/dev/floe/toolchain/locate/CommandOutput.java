package dev.floe.toolchain.locate;

/** What a command left behind. */
public record CommandOutput(int exitCode, String output, String errors) {}
