package dev.floe.command.observation;

/** A question of a program, not about a path or a variable, whose answer may differ between machines or moments. */
public enum SystemQuery {
    /** The date in seconds, by {@code time()}. */
    DATE(1),
    /** The date by {@code gettimeofday()}, which gcc always asks. */
    TIME_OF_DAY(2),
    /** The date by {@code clock_gettime()}. */
    REALTIME_CLOCK(3),
    /** A clock that does not know the date. */
    OTHER_CLOCK(4),
    /** Random bytes. */
    RANDOM(5),
    /** How many processors there are, or on which one the program runs. */
    PROCESSORS(6),
    /** How much memory there is, which gcc always asks. */
    MEMORY(7), HOST_NAME(8),
    /** Host name, kernel and machine, by {@code uname()}. */
    SYSTEM_NAME(9),
    /** Names of users. */
    USER(10),
    /** The day and the hour of a time, by {@code gmtime()}. */
    CALENDAR(11);

    private final int code;

    SystemQuery(int code) {
        this.code = code;
    }

    static SystemQuery of(int code) throws MalformedObservationException {
        for (SystemQuery query : values()) {
            if (query.code == code) {
                return query;
            }
        }
        throw new MalformedObservationException("unknown query " + code);
    }
}
