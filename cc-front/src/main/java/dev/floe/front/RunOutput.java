package dev.floe.front;

/** What a finished program left: its exit code (128 + signal if it was killed) and what it printed. */
public record RunOutput(int exitCode, byte[] stdout, byte[] stderr) {}
