package dev.floe.node.top.view;

import java.util.EnumMap;
import java.util.Map;

import dev.floe.node.top.terminal.KeyPress;

/** The user's choice of what to see. Keys change it. Belongs to one thread. */
public final class TopView {
    static final int MAX_FILTER = 100;

    private final Map<ListPane, Integer> orders = new EnumMap<>(ListPane.class);
    private final Map<ListPane, Integer> selected = new EnumMap<>(ListPane.class);
    private final Map<ListPane, Boolean> reversed = new EnumMap<>(ListPane.class);
    private TopPage page = TopPage.MESH;
    private ListPane pane = ListPane.NODES;
    private String filter = "";
    private String filterBefore = "";
    private boolean typing;
    private String node = "";
    private String build = "";
    private boolean paused;
    private boolean quit;
    private int scroll;
    private String message = "";

    /** What fills the screen. */
    enum TopPage {
        MESH, REASONS, HELP
    }

    /** What the keys refer to: the lists as they are shown, and how many lines a page has. */
    public interface Shown {
        int size(ListPane pane);

        int pageLines();

        /** The node of the selected line; empty if there is none. */
        String node();

        /** The build of the selected line; empty if there is none. */
        String build();
    }

    public void press(KeyPress key, Shown shown) {
        message = "";
        if (key.name() == KeyPress.Name.INTERRUPT || key.name() == KeyPress.Name.CLOSED) {
            quit = true;
        } else if (typing) {
            type(key);
        } else if (key.name() == KeyPress.Name.CHARACTER) {
            command(key.character(), shown);
        } else if (page != TopPage.MESH) {
            scrollPage(key, shown);
        } else {
            move(key, shown);
        }
    }

    private void type(KeyPress key) {
        switch (key.name()) {
            case CHARACTER -> {
                if (filter.length() < MAX_FILTER) {
                    filter += Character.toString(key.character());
                }
            }
            case BACKSPACE -> filter = filter.isEmpty()
                    ? filter
                    : filter.substring(0, filter.offsetByCodePoints(filter.length(), -1));
            case ENTER -> typing = false;
            case ESCAPE -> {
                typing = false;
                filter = filterBefore;
            }
            default -> {
            }
        }
        selected.clear();
    }

    private void command(int character, Shown shown) {
        switch (character) {
            case 'q', 'Q' -> quit = true;
            case 's' -> orders.merge(pane, 1, (now, one) -> (now + one) % pane.orders().size());
            case 'S' -> reversed.merge(pane, true, (now, _) -> !now);
            case '/' -> {
                typing = true;
                filterBefore = filter;
            }
            case 'n' -> narrowToNode(shown);
            case 'b' -> narrowToBuild(shown);
            case 'r' -> show(TopPage.REASONS);
            case 'h', '?' -> show(TopPage.HELP);
            case 'p', ' ' -> paused = !paused;
            case 'j' -> move(KeyPress.of(KeyPress.Name.DOWN), shown);
            case 'k' -> move(KeyPress.of(KeyPress.Name.UP), shown);
            default -> message = "no such key; ? shows the keys";
        }
    }

    private void show(TopPage other) {
        page = page == other ? TopPage.MESH : other;
        scroll = 0;
    }

    private void narrowToNode(Shown shown) {
        if (!node.isEmpty()) {
            node = "";
        } else if (shown.node().isEmpty()) {
            message = "select a line first (arrows, Tab); its node is then shown alone";
        } else {
            node = shown.node();
        }
        selected.clear();
    }

    private void narrowToBuild(Shown shown) {
        if (!build.isEmpty()) {
            build = "";
        } else if (shown.build().isEmpty()) {
            message = "select a job of a build first (Tab, arrows); its build is then shown alone";
        } else {
            build = shown.build();
        }
        selected.clear();
    }

    private void scrollPage(KeyPress key, Shown shown) {
        int lines = Math.max(1, shown.pageLines());
        switch (key.name()) {
            case UP -> scroll--;
            case DOWN -> scroll++;
            case PAGE_UP -> scroll -= lines;
            case PAGE_DOWN -> scroll += lines;
            case HOME -> scroll = 0;
            case END -> scroll = Integer.MAX_VALUE / 2;
            case ESCAPE, ENTER -> show(TopPage.MESH);
            default -> {
            }
        }
        scroll = Math.max(0, scroll);
    }

    private void move(KeyPress key, Shown shown) {
        int line = selected(pane);
        int lines = Math.max(1, shown.pageLines());
        switch (key.name()) {
            case UP -> select(line - 1, shown);
            case DOWN -> select(line + 1, shown);
            case PAGE_UP -> select(line - lines, shown);
            case PAGE_DOWN -> select(line + lines, shown);
            case HOME -> select(0, shown);
            case END -> select(shown.size(pane) - 1, shown);
            case TAB, RIGHT -> pane = pane.next(1);
            case BACK_TAB, LEFT -> pane = pane.next(-1);
            case ENTER -> narrow(shown);
            case ESCAPE -> showAll();
            default -> {
            }
        }
    }

    private void select(int line, Shown shown) {
        selected.put(pane, Math.max(0, Math.min(line, shown.size(pane) - 1)));
    }

    private void narrow(Shown shown) {
        if (pane == ListPane.NODES) {
            narrowToNode(shown);
        } else {
            narrowToBuild(shown);
        }
    }

    private void showAll() {
        filter = "";
        node = "";
        build = "";
        selected.clear();
    }

    TopPage page() {
        return page;
    }

    ListPane pane() {
        return pane;
    }

    /** The selected line of a list; it may be behind the end of one that has become shorter. */
    int selected(ListPane list) {
        return selected.getOrDefault(list, 0);
    }

    String order(ListPane list) {
        return list.orders().get(orders.getOrDefault(list, 0));
    }

    boolean isReversed(ListPane list) {
        return reversed.getOrDefault(list, false);
    }

    String filter() {
        return filter;
    }

    boolean isTyping() {
        return typing;
    }

    /** The node that is shown alone; empty for all. */
    String node() {
        return node;
    }

    /** The build that is shown alone; empty for all. */
    String build() {
        return build;
    }

    public boolean isPaused() {
        return paused;
    }

    public boolean isOver() {
        return quit;
    }

    /** The first line of a page that is longer than the screen. */
    int scroll() {
        return scroll;
    }

    /** An answer to the last key; empty if it needs none. */
    String message() {
        return message;
    }
}
