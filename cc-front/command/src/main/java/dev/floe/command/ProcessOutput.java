package dev.floe.command;

/** The output of a finished program: its exit code (128 + signal if it was killed) and what it printed. */
public record ProcessOutput(int exitCode, byte[] stdout, byte[] stderr) {}
