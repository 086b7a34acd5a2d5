package dev.floe.command.observation;

/** Kind of a record, in the order of the numbers in record.h, which begin with 1. */
enum RecordKind {
    IMAGE, END, FORKED, EXECUTE, NOT_EXECUTED, SPAWNED, // of processes
    READ, LISTED, SEEN, WRITTEN, REMOVED, MISSED, VARIABLE, QUERY, GAP, REAPED;

    private static final RecordKind[] ALL = values();

    static RecordKind of(int code) throws MalformedObservationException {
        if (code < 1 || code > ALL.length) {
            throw new MalformedObservationException("unknown kind of record: " + code);
        }
        return ALL[code - 1];
    }
}
