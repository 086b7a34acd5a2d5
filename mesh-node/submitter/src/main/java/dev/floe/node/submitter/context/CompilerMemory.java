package dev.floe.node.submitter.context;

import dev.floe.command.discovery.DefaultHeaderSearchPath;
import dev.floe.command.proof.ExtraInputsCache;

/** What compilers said of their search paths, and what their commands need beyond what discovery finds. */
public record CompilerMemory(DefaultHeaderSearchPath search, ExtraInputsCache lessons) {}
