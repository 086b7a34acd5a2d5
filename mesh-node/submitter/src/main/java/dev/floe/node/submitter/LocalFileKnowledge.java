package dev.floe.node.submitter;

import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.InputDiscovery;
import dev.floe.store.FileDigestCache;
import dev.floe.store.changes.FileChangeMonitor;

/**
 * What this node knows of the files that it sees itself.
 *
 * @param changes notifies of their changes, if it is started
 * @param saved   keeps digests and what was found in texts across restarts
 */
public record LocalFileKnowledge(FileDigestCache digests, InputDiscovery discovery, DirectoryListingCache directories,
        FileChangeMonitor changes, SavedKnowledge saved) {}
