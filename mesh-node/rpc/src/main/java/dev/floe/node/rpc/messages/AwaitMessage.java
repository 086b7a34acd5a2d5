package dev.floe.node.rpc.messages;

import java.util.Objects;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

import dev.floe.node.bounds.PeerText;

/**
 * The messages of {@code /await}: one question, and one answer when the result is produced, which can take as long as a
 * compile.
 */
public sealed interface AwaitMessage {
    /** Asks the node that makes the result of an action to say when it has, by the 32 bytes of the action's key. */
    @Proto
    @ProtoName("AwaitResult")
    record AwaitResult(byte[] key) implements AwaitMessage {
        public AwaitResult {
            Objects.requireNonNull(key);
        }
    }

    /** There is a result, under this key. */
    @Proto
    @ProtoName("AwaitDone")
    record ResultReady(byte[] storedUnder) implements AwaitMessage {
        public ResultReady {
            Objects.requireNonNull(storedUnder);
        }
    }

    /** There will be none; {@code reason} is for people. */
    @Proto
    @ProtoName("AwaitGivenUp")
    record Abandoned(String reason) implements AwaitMessage {
        public Abandoned {
            reason = PeerText.of(reason);
        }
    }
}
