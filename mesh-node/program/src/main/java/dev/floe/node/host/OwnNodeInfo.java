package dev.floe.node.host;

import dev.floe.node.mesh.state.NodeInfo;

/** What this node is, before what it offers; its name can change while it runs. Thread-safe. */
public final class OwnNodeInfo {
    private volatile NodeInfo info; // replaced under this

    public OwnNodeInfo(NodeInfo info) {
        this.info = info;
    }

    public NodeInfo get() {
        return info;
    }

    public String name() {
        return info.name();
    }

    public synchronized void rename(String name) {
        info = info.named(name);
    }
}
