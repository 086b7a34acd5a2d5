package dev.floe.toolchain.archive;

import java.nio.file.Path;

import dev.floe.store.ChunkList;
import dev.floe.toolchain.Toolchain;

/** A toolchain in a file, ready to be sent. */
public record PackedToolchain(Toolchain toolchain, Path file, ChunkList chunks) {}
