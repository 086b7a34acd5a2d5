package dev.floe.toolchain.find;

/** What a command left behind. */
public record CommandOutput(int exitCode, String output, String errors) {}
