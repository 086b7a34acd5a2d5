package dev.floe.node.submitter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import dev.floe.command.CacheScope;
import dev.floe.command.CompileCommand;
import dev.floe.command.HostAccess;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.manifest.ManifestCache.ManifestLookup;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.submitter.cache.CommandTraces;
import dev.floe.node.submitter.context.CacheMissExplainer;
import dev.floe.node.submitter.context.CachePolicy;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.node.submitter.context.SubmitterCaches;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.toolchain.ToolchainId;

/** Explains whether the cache has the result of a command. */
final class CacheExplainer {
    private final SubmitterServices services;
    private final HelloFrame hello;
    private final SubmitterCaches memory;
    private final CommandExplanation answer;

    /** @param answer gets the facts */
    CacheExplainer(SubmitterServices services, HelloFrame hello, SubmitterCaches memory, CommandExplanation answer) {
        this.services = services;
        this.hello = hello;
        this.memory = memory;
        this.answer = answer;
    }

    boolean isCached(CompileCommand command, DiscoveryResult.InputsFound found, ToolchainId toolchain,
            HostAccess machine)
            throws IOException {
        switch (command.sharing()) {
            case CacheScope.None(String reason) -> {
                cache("off", "not used: two compiles differ with " + reason);
                return false;
            }
            case CacheScope.Exact() -> sharing("serves where all paths are the same");
            case CacheScope.Portable(Path root, boolean mapped) -> sharing(
                    "serves wherever " + root + " lies" + (mapped ? ", which the command maps away" : ""));
        }
        if (!hello.wantedNode().isEmpty()) {
            cache("off", "not used: FLOE_NODE names a node");
            return false;
        }
        if (services.results().modes().isEmpty()) {
            cache("off", "off on this node");
            return false;
        }
        String wish = command.invocation().environment().get("FLOE_CACHE");
        if (!CachePolicy.uses(services.results().modes(), wish).contains(CacheMode.READ)) {
            cache("off", wish == null || wish.isEmpty() ? "written on this node, not read" : "FLOE_CACHE=" + wish);
            return false;
        }
        Offer offer = OfferFactory.make("explain", services.jobs().node(), command, toolchain, found.inputs(),
                Duration.ZERO, 0,
                command.sharing(), true);
        CommandCacheKeys keys = CommandCacheKeys.of(offer);
        answer.add("key", keys.first().toString());
        String why = "no node holds it";
        switch (new CommandTraces(memory, command, toolchain.hex()).recall(machine)) {
            case ManifestLookup.Unchanged<CacheMissExplainer.KnownAction> known -> {
                Optional<LookupResult.Hit> hit = known.value().keys().all().stream()
                        .flatMap(key -> services.results().cache().find(key).stream()).findFirst();
                if (hit.isPresent()) {
                    cache("hit", "hit: held by " + hit.get().node() + "; an earlier compile has looked at "
                            + InputSize.of(known.inputs()).text());
                    return true;
                }
            }
            case ManifestLookup.NotRecorded<CacheMissExplainer.KnownAction> unknown ->
                why = unknown.isNew() ? why : unknown.why();
        }
        Optional<LookupResult.Hit> hit = services.results().cache().find(keys.first())
                .or(() -> keys.portable().isPresent()
                        ? services.results().cache().find(keys.exact())
                        : Optional.empty());
        if (hit.isPresent()) {
            cache("hit", "hit: held by " + hit.get().node());
            return true;
        }
        cache("miss", "miss: " + why);
        for (String line : CacheMissExplainer.differences(
                CacheMissExplainer.KnownAction.of(keys, command, toolchain.hex()), found.inputs(),
                memory.manifests().all())) {
            answer.addOne("nearest", line, "difference", line);
        }
        return false;
    }

    private void cache(String state, String text) {
        answer.add("cache", text, "cache", state, "cacheReason", text);
    }

    private void sharing(String text) {
        answer.add("cache", text, "sharing", text);
    }
}
