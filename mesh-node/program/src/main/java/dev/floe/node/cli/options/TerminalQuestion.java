package dev.floe.node.cli.options;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;

/** Asks the user at the terminal; without a terminal every answer is empty. */
public final class TerminalQuestion {
    private TerminalQuestion() {}

    public static boolean hasTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    public static boolean isYes(PrintWriter out, String question) {
        return ask(out, question + " [y/N]").toLowerCase(Locale.ROOT).startsWith("y");
    }

    /** The answer without blanks around it. */
    public static String ask(PrintWriter out, String question) {
        out.flush();
        Console console = System.console();
        if (console == null || !hasTerminal()) {
            return "";
        }
        String line = console.readLine("%s ", question);
        return line == null ? "" : line.strip();
    }
}
