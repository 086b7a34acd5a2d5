package dev.floe.node.submitter;

import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.InputDiscovery;
import dev.floe.store.FileDigestCache;

/** What this node knows of the files that it sees itself. */
public record LocalFileKnowledge(FileDigestCache digests, InputDiscovery discovery,
        DirectoryListingCache directories) {}
