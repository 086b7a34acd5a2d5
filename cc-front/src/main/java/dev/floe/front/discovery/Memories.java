package dev.floe.front.discovery;

/** What searches leave to those that follow. */
record Memories(ScanMemory texts, Terrains terrains, Directories directories, SearchLists lists) {}
