package dev.floe.node.top.terminal;

/**
 * A key that was pressed.
 *
 * @param character of {@link Name#CHARACTER}; otherwise zero
 */
public record KeyPress(Name name, int character) {
    /** What the terminal sends for a key. */
    public enum Name {
        CHARACTER, // with its code point
        UP, DOWN, LEFT, RIGHT, PAGE_UP, PAGE_DOWN, HOME, END, ENTER, ESCAPE, TAB, BACK_TAB, BACKSPACE, // keys
        REDRAW, INTERRUPT, CLOSED, UNKNOWN
    }

    public static KeyPress of(Name name) {
        return new KeyPress(name, 0);
    }

    public static KeyPress of(int character) {
        return new KeyPress(Name.CHARACTER, character);
    }
}
