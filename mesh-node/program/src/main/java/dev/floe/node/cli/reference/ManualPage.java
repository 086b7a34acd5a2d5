package dev.floe.node.cli.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of a command, for man(7). */
final class ManualPage {
    private final CommandModel command;
    private final StringBuilder text = new StringBuilder();

    private ManualPage(CommandModel command) {
        this.command = command;
    }

    /**
     * @param date    of the release, as YYYY-MM-DD
     * @param version of Floe
     */
    static String of(CommandModel command, String date, String version) {
        return new ManualPage(command).render(date, version);
    }

    private String render(String date, String version) {
        line(".TH " + RoffText.escape(command.joinedName("-").toUpperCase(Locale.ROOT)) + " 1 " + date + " \"Floe "
                + version + "\" \"Floe\"");
        section("NAME");
        String summary = command.summary();
        line(RoffText.fill(command.joinedName("-") + " - " + summary.substring(0, 1).toLowerCase(Locale.ROOT)
                + summary.substring(1).replaceFirst("\\.$", "")));
        section("SYNOPSIS");
        synopsis();
        section("DESCRIPTION");
        paragraphs(command.description());
        options();
        subcommands();
        section("EXIT STATUS");
        line(RoffText.fill(command.takesCommand()
                ? "That of the command; 2 if the command line is wrong."
                : "0 for success, 1 for a failure that is named on standard error, 2 for a command line that is "
                        + "wrong."));
        footer();
        section("SEE ALSO");
        line(seeAlso());
        return text.toString();
    }

    private void synopsis() {
        StringBuilder words = new StringBuilder(".B " + RoffText.escape(command.qualifiedName()) + "\n");
        if (!command.options().isEmpty()) {
            words.append("[\\fIoption\\fR ...]\n");
        }
        if (!command.subcommands().isEmpty()) {
            words.append("\\fIcommand\\fR\n");
        }
        for (PositionalParamSpec parameter : command.parameters()) {
            String label = "\\fI" + RoffText.escape(parameter.paramLabel()) + "\\fR"
                    + (parameter.arity().max() > 1 ? " ..." : "");
            words.append(parameter.arity().min() == 0 ? "[" + label + "]" : label).append('\n');
        }
        if (command.takesCommand() && command.parameters().isEmpty()) {
            words.append("\\fICOMMAND\\fR [\\fIARGUMENT\\fR ...]\n");
        }
        text.append(words);
    }

    private void options() {
        if (command.options().isEmpty() && command.parameters().isEmpty()) {
            return;
        }
        section("OPTIONS");
        for (PositionalParamSpec parameter : command.parameters()) {
            line(".TP");
            line("\\fI" + RoffText.escape(parameter.paramLabel()) + "\\fR");
            line(RoffText.fill(CommandModel.description(parameter)));
        }
        for (OptionSpec option : command.options()) {
            List<String> names = new ArrayList<>();
            for (String name : option.names()) {
                names.add("\\fB" + RoffText.escape(name) + "\\fR"
                        + (CommandModel.takesValue(option)
                                ? (name.startsWith("--") ? "=" : " ") + "\\fI" + RoffText.escape(option.paramLabel())
                                        + "\\fR"
                                : ""));
            }
            line(".TP");
            line(String.join(", ", names));
            line(RoffText.fill(CommandModel.description(option)));
        }
    }

    private void subcommands() {
        if (command.subcommands().isEmpty()) {
            return;
        }
        section("COMMANDS");
        for (CommandModel below : command.subcommands()) {
            line(".TP");
            line(".BR " + RoffText.escape(below.joinedName("-")) + " (1)");
            line(RoffText.fill(below.summary()));
        }
    }

    private void footer() {
        List<String> lines = command.footer().stream().dropWhile(String::isEmpty).toList();
        if (lines.isEmpty()) {
            return;
        }
        section("EXAMPLES");
        boolean verbatim = false;
        for (String each : lines) {
            boolean indented = each.startsWith("  ");
            if (each.isEmpty()) {
                continue;
            }
            if (indented != verbatim) {
                line(indented ? ".PP\n.nf" : ".fi\n.PP");
                verbatim = indented;
            }
            line(RoffText.escape(each));
        }
        if (verbatim) {
            line(".fi");
        }
    }

    private String seeAlso() {
        List<String> pages = new ArrayList<>();
        if (command.spec().parent() != null) {
            pages.add(command.spec().parent().qualifiedName().replace(" ", "-"));
        }
        pages.add("floe-cc");
        return String.join(",\n", pages.stream().map(page -> "\\fB" + RoffText.escape(page) + "\\fR(1)").toList());
    }

    private void section(String title) {
        line(".SH " + (title.contains(" ") ? "\"" + title + "\"" : title));
    }

    private void paragraphs(List<String> paragraphs) {
        for (int i = 0; i < paragraphs.size(); i++) {
            if (i == 1) {
                line(".PP");
            }
            line(RoffText.fill(paragraphs.get(i)));
        }
    }

    private void line(String content) {
        text.append(content).append('\n');
    }
}
