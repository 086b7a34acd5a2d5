package dev.floe.node.top.view;

import java.util.List;

/** A list of the view, with the orders that its lines can have; the first is the one at the start. */
enum ListPane {
    NODES("name", "busy", "speed", "load", "done", "bytes"), RUNNING("place", "longest", "file", "submitter",
            "executor",
            "step"), ENDED("newest", "longest", "file", "submitter", "executor", "reason");

    private final List<String> orders;

    ListPane(String... orders) {
        this.orders = List.of(orders);
    }

    List<String> orders() {
        return orders;
    }

    ListPane next(int step) {
        return values()[Math.floorMod(ordinal() + step, values().length)];
    }
}
