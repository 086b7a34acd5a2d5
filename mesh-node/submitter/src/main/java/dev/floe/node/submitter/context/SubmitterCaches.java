package dev.floe.node.submitter.context;

import dev.floe.command.HostAccess;
import dev.floe.command.discovery.DefaultHeaderSearchPath;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.InputDiscovery;
import dev.floe.command.manifest.ManifestCache;
import dev.floe.command.proof.ExtraInputsCache;
import dev.floe.command.proof.ObservationCheckCache;
import dev.floe.node.submitter.compilers.FileViewer;
import dev.floe.node.submitter.compilers.ToolchainResolver;
import dev.floe.store.FileDigestCache;

/**
 * What is remembered of the files that one user's wrappers tell of; never mixed with what others tell.
 *
 * @param viewer who looks at the files
 */
public record SubmitterCaches(FileViewer viewer, FileDigestCache digests, InputDiscovery discovery,
        DirectoryListingCache directories, CommandMemory commands, CompilerMemory compilers) {
    public boolean readHere() {
        return viewer.readHere();
    }

    String foreign() {
        return viewer.foreign();
    }

    public ManifestCache<CacheMissExplainer.KnownAction> manifests() {
        return commands.manifests();
    }

    public ManifestCache<CacheMissExplainer.KnownAction> traced() {
        return commands.traced();
    }

    public ManifestCache<CommandMemory.Discovered> discovered() {
        return commands.discovered();
    }

    public ObservationCheckCache checks() {
        return commands.checks();
    }

    public DefaultHeaderSearchPath search() {
        return compilers.search();
    }

    public ExtraInputsCache lessons() {
        return compilers.lessons();
    }

    public ToolchainResolver.Caller caller(HostAccess machine) {
        return foreign().isEmpty()
                ? new ToolchainResolver.Caller.Native(readHere())
                : new ToolchainResolver.Caller.Foreign(foreign(), machine);
    }
}
