package dev.floe.node.watch;

import java.util.List;
import java.util.Map;

/** The advice to a user for a reason for a local compile. */
final class LocalAdvice {
    private static final String NOTHING = "nothing to do: such a command has no result that another node could make";

    /** By the beginning of the reason, or a part of it; the first that fits counts. */
    private static final List<Map.Entry<String, String>> BY_BEGINNING = List.of(
            Map.entry("link step", NOTHING), Map.entry("only preprocesses", NOTHING),
            Map.entry("only lists dependencies", NOTHING), Map.entry("asks about the compiler", NOTHING),
            Map.entry("has no source file", NOTHING), Map.entry("reads standard input", NOTHING),
            Map.entry("writes the object to standard output", NOTHING),
            Map.entry("has several source files", "compile one source a command"),
            Map.entry("makes a precompiled header",
                    "nothing to do: the header is made once, and compiles that use it are sent"),
            Map.entry("uses modules", "not supported yet; a build without modules is sent"),
            Map.entry("loads code into the compiler", "build without the plugin to have it sent"),
            Map.entry("this machine is expected to finish first",
                    "nothing to do: this node was free and expected to be the first"),
            Map.entry("no remote executor is available",
                    "start a node on another machine, or see floe nodes why the others do not execute"),
            Map.entry("the toolchain is being prepared", "wait some seconds: it is packed once"),
            Map.entry("toolchain:", "see floe toolchain list and floe doctor"),
            Map.entry("FLOE_MODE=local", "unset FLOE_MODE"),
            Map.entry("FLOE_NODE=", "see floe nodes for the names"),
            Map.entry("the memory of the command is bounded", "unset the bound (ulimit -v, ulimit -d)"),
            Map.entry("not proven:", "see floe explain: the compile reads what cannot be sent"),
            Map.entry("inputs:", "see floe explain for the input that cannot be found or sent"),
            Map.entry("a cached result cannot be written",
                    "look at the directory of the output: its rights and its space"),
            Map.entry("failed in the node", "see the node's log; report it with floe explain"),
            Map.entry("given up by its user", "nothing to do: the build was interrupted"));
    private static final List<Map.Entry<String, String>> BY_PART = List.of(
            Map.entry("repeated locally to confirm",
                    "nothing to do: a compile that fails remotely is repeated locally"),
            Map.entry(" refused: ", "the executors are full or leave: more slots help"),
            Map.entry("takes no jobs for this toolchain", "see floe nodes for the trouble of that node"),
            Map.entry("took longer than", "the executor is slow or overloaded; see floe nodes"),
            Map.entry("full", "all slots are taken: more nodes, or a smaller -j, help"));

    private LocalAdvice() {}

    /** In one sentence; empty if there is none. */
    public static String of(String reason) {
        for (Map.Entry<String, String> entry : BY_BEGINNING) {
            if (reason.startsWith(entry.getKey())) {
                return entry.getValue();
            }
        }
        for (Map.Entry<String, String> entry : BY_PART) {
            if (reason.contains(entry.getKey())) {
                return entry.getValue();
            }
        }
        return "";
    }
}
