package dev.floe.node.report.findings;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kind of a finding; each has a section of that name in docs/troubles.md. */
public enum DoctorTopic {
    NO_PROC, CHROOT, CONTAINER_SOCKET, NO_WRAPPER, CLOCK_PAST, RUNTIME_DIRECTORY, NO_BUBBLEWRAP, USER_NAMESPACES, APPARMOR, EMULATORS, NO_MESH, MESH_KEY, KEY_CHANGED, NO_NODE, SOCKET_OWNER, PORT_TAKEN, PEER_NAME, NO_COMPILER, COMPILER, PATH_WITHOUT_LINKS, PATH_LINKS_TWICE, PATH_LINKS_BEHIND, CCACHE_ORDER, CCACHE_PREFIX, DISK_SPACE, MTU, ALONE, TWO_MESHES, SAME_NAME, SAME_ID, OLD_NODE, NO_FREE_SLOTS, TOOLCHAIN, DATA_PORT, GROUP_PORT, OWN_DATA_PORT, OWN_GROUP_PORT, CLOCK_SKEW, NOTHING_REMOTE, SERIAL_BUILD;

    /** The anchor of its section. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The topic of an anchor. */
    public static Optional<DoctorTopic> find(String key) {
        return Arrays.stream(values()).filter(topic -> topic.key().equals(key)).findFirst();
    }
}
