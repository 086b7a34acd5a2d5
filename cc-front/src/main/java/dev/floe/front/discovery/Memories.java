package dev.floe.front.discovery;

/** What searches leave to those that follow. */
record Memories(ScanMemory texts, AbsenceMemory absences, Directories directories, SearchLists lists) {}
