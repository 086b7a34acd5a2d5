package dev.floe.node.cli.reference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of the documentation, which the build puts beside the classes, by its sections. */
final class HelpDocument {
    private static final String DIRECTORY = "/dev/floe/node/docs/";
    private static final Pattern HEADING = Pattern.compile("(#+) (?:<a id=\"([a-z0-9-]+)\"></a>)?(.*)");

    private final List<Section> sections;

    /** The lines below a heading, that of the level 0 for the lines before the first. */
    private record Section(int level, String anchor, String title, List<String> lines) {}

    private HelpDocument(List<Section> sections) {
        this.sections = sections;
    }

    static HelpDocument read(String name) {
        try (InputStream page = HelpDocument.class.getResourceAsStream(DIRECTORY + name)) {
            if (page == null) {
                throw new IllegalStateException(name + " is missing: Floe was not built by Maven");
            }
            return parse(new String(page.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static HelpDocument parse(String markdown) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section(0, "", "", new ArrayList<>()));
        boolean fenced = false;
        for (String line : markdown.lines().toList()) {
            if (line.startsWith("```")) {
                fenced = !fenced;
            }
            Matcher heading = HEADING.matcher(line);
            if (!fenced && heading.matches()) {
                String anchor = heading.group(2) == null ? "" : heading.group(2);
                sections.add(new Section(heading.group(1).length(), anchor, heading.group(3).strip(),
                        new ArrayList<>()));
            } else {
                sections.getLast().lines().add(line);
            }
        }
        return new HelpDocument(sections);
    }

    /** The title and what follows it before the first section. */
    String introduction() {
        return sections.stream().filter(section -> section.level() == 1).findFirst().map(HelpDocument::render)
                .orElse("");
    }

    /** A section with all below it. */
    String section(String title) {
        for (int i = 0; i < sections.size(); i++) {
            if (sections.get(i).title().equals(title)) {
                return renderFrom(i);
            }
        }
        throw new IllegalStateException("the documentation has no section " + title);
    }

    /** The section of an anchor. */
    Optional<String> anchored(String anchor) {
        for (int i = 0; i < sections.size(); i++) {
            if (!anchor.isEmpty() && sections.get(i).anchor().equals(anchor)) {
                return Optional.of(renderFrom(i));
            }
        }
        return Optional.empty();
    }

    List<String> anchors() {
        return sections.stream().map(Section::anchor).filter(anchor -> !anchor.isEmpty()).toList();
    }

    private String renderFrom(int index) {
        StringBuilder text = new StringBuilder(render(sections.get(index)));
        for (int i = index + 1; i < sections.size() && sections.get(i).level() > sections.get(index).level(); i++) {
            text.append('\n').append(render(sections.get(i)));
        }
        return text.toString();
    }

    private static String render(Section section) {
        return section.title() + "\n\n" + MarkdownText.render(section.lines());
    }
}
