package dev.floe.node.cli.setup;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.GroupConfig;
import dev.floe.node.mesh.membership.DoorClient;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.Invitation;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.mesh.security.NodeKey;

/** The mesh of this machine, as {@code floe setup} makes it. */
public record MeshMembership(MeshKeyFile file) {
    private static final Pattern OTHER_INVITATION = Pattern.compile("floe-invite[0-9]{1,4}-.*");

    /** What became of the membership. */
    enum MembershipChange {
        KEPT, CREATED, JOINED
    }

    /** The token of the mesh that the machine is in. */
    Optional<JoinToken> current() throws IOException {
        return file.exists() ? Optional.of(file.read()) : Optional.empty();
    }

    /** Whether this token is of another mesh than the one that the machine is in. */
    boolean isInAnother(JoinToken token) throws IOException {
        return current().map(known -> !known.key().id().equals(token.key().id())).orElse(false);
    }

    /**
     * Joins the mesh of an invitation, in place of any that the machine is in, with a new key.
     *
     * @param name of this machine for the members, until its node runs; null for the host name
     */
    public JoinToken redeem(Invitation invitation, @Nullable String name) throws IOException {
        NodeKey key = NodeKey.create();
        JoinToken token = new DoorClient(key,
                name == null ? InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", "") : name)
                .redeem(invitation);
        file.write(token, key);
        return token;
    }

    /**
     * Reads a word that is no invitation.
     *
     * @throws IllegalArgumentException with one line that says what is wrong with it
     */
    public static JoinToken token(String word) {
        if (word.isEmpty()) {
            throw new IllegalArgumentException("expected an invitation or a token, and there is nothing");
        }
        if (OTHER_INVITATION.matcher(word).matches()) {
            throw new IllegalArgumentException("invitation: made by another version of Floe; this one reads "
                    + Invitation.PREFIX);
        }
        if (!word.startsWith("floe")) {
            throw new IllegalArgumentException("neither an invitation nor a token of Floe, which begin with "
                    + Invitation.PREFIX + " and floe1-");
        }
        return JoinToken.parse(word);
    }

    /** Joins the mesh of a token. A key of the same mesh is kept. */
    MembershipChange join(JoinToken token) throws IOException {
        if (current().isPresent() && !isInAnother(token)) {
            return MembershipChange.KEPT;
        }
        file.write(token);
        return MembershipChange.JOINED;
    }

    /**
     * Makes a new mesh, unless the machine is in one.
     *
     * @param name empty for one that is drawn
     * @throws IllegalArgumentException for a name that no mesh may have
     */
    MembershipChange create(String name) throws IOException {
        if (current().isPresent()) {
            return MembershipChange.KEPT;
        }
        MeshKey key = MeshKey.create(name.isEmpty() ? MeshNameGenerator.draw(new SecureRandom()) : name);
        file.write(new JoinToken(key,
                List.of(new HostPort(GroupConfig.routableAddress().getHostAddress(), GroupConfig.DEFAULT_PORT)),
                Optional.empty()));
        return MembershipChange.CREATED;
    }
}
