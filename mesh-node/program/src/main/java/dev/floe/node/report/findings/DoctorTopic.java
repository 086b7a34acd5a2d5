package dev.floe.node.report.findings;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kind of a finding; each has a section of that name in docs/troubles.md. */
public enum DoctorTopic {
    NO_PROC, CHROOT, CONTAINER_SOCKET, NO_WRAPPER, CLOCK_PAST, DISK_SPACE, MTU, // the machine
    NO_COMPILER, COMPILER, PATH_WITHOUT_LINKS, PATH_LINKS_TWICE, PATH_LINKS_BEHIND, CCACHE_ORDER, CCACHE_PREFIX, // PATH
    USER_NAMESPACES, APPARMOR, EMULATORS, // executing
    NO_NODE, RUNTIME_DIRECTORY, SOCKET_OWNER, PORT_TAKEN, TOOLCHAIN, // the node
    NO_MESH, MESH_KEY, KEY_CHANGED, EXPELLED, ALONE, TWO_MESHES, SAME_NAME, SAME_ID, OLD_NODE, // the mesh
    PEER_NAME, NO_FREE_SLOTS, // its members
    DATA_PORT, GROUP_PORT, OWN_DATA_PORT, OWN_GROUP_PORT, OWN_ADDRESS, CLOCK_SKEW, // the network
    NOTHING_REMOTE, SERIAL_BUILD;

    /** The anchor of its section. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The topic of an anchor. */
    public static Optional<DoctorTopic> find(String key) {
        return Arrays.stream(values()).filter(topic -> topic.key().equals(key)).findFirst();
    }
}
