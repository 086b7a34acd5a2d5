package dev.floe.node.cli.client;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.RunsInNode;

/** {@code floe cache}: what this machine's node holds of the mesh's cache of results. */
@Command(name = "cache", mixinStandardHelpOptions = true, description = {
        "Shows and tends this node's part of the mesh's cache of results.",
        "Whether a build uses it: floe node --cache, and FLOE_CACHE=read|write|both|off for one build."})
public final class CacheCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "missing subcommand: stats, clear, evict, verify or unquarantine");
    }

    @RunsInNode
    @Command(name = "stats", mixinStandardHelpOptions = true, description = {
            "Counts hits and misses since the node's start, and what it holds."})
    int stats(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form) throws IOException {
        return node.ask(form, "cache-stats");
    }

    @RunsInNode
    @Command(name = "clear", mixinStandardHelpOptions = true, description = {
            "Removes all results that this node holds. Other nodes keep theirs."})
    int clear(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form) throws IOException {
        return node.ask(form, "cache-clear");
    }

    @RunsInNode
    @Command(name = "evict", mixinStandardHelpOptions = true, description = {
            "Removes some of the results that this node holds."})
    int evict(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form,
            @Option(names = "--maker", paramLabel = "NODE", description = {
                    "all results that NODE made; NODE is a name or an id"}) @Nullable String maker,
            @Parameters(arity = "0..1", paramLabel = "KEY", description = {
                    "results whose keys begin with KEY; floe explain shows keys"}) @Nullable String key)
            throws IOException {
        if ((maker == null) == (key == null)) {
            throw new ParameterException(spec.commandLine(), "missing KEY or --maker NODE");
        }
        return node.ask(form, "cache-evict", maker == null ? String.valueOf(key) : "maker=" + maker);
    }

    @RunsInNode
    @Command(name = "unquarantine", aliases = "trust", mixinStandardHelpOptions = true, description = {
            "Takes a node out of quarantine, so that this node uses its results again."})
    int unquarantine(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form,
            @Parameters(paramLabel = "NODE", description = {
                    "name or id of the node, as floe cache stats shows it"}) String maker)
            throws IOException {
        return node.ask(form, "cache-audit", maker);
    }

    @RunsInNode
    @Command(name = "verify", mixinStandardHelpOptions = true, description = {
            "Reads every result that this node holds, and removes damaged ones."})
    int verify(@Mixin NodeClientOptions node, @Mixin NodeClientOptions.OutputOptions form) throws IOException {
        return node.ask(form, "cache-verify");
    }
}
