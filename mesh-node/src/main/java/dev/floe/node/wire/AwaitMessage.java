package dev.floe.node.wire;

import java.util.Objects;
import dev.floe.node.bounds.PeerText;
import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

/** What is said on {@code /await}: one question, and one answer when the result is made, which can take as long as a compile. */
public sealed interface AwaitMessage {
    /** Asks the node that makes the result of an action to say when it has, by the 32 bytes of the action's key. */
    @Proto
    @ProtoName("AwaitResult")
    record Await(byte[] key) implements AwaitMessage {
        public Await {
            Objects.requireNonNull(key);
        }
    }

    /** There is a result, under this key. */
    @Proto
    @ProtoName("AwaitDone")
    record Done(byte[] storedUnder) implements AwaitMessage {
        public Done {
            Objects.requireNonNull(storedUnder);
        }
    }

    /** There will be none; {@code reason} is for people. */
    @Proto
    @ProtoName("AwaitGivenUp")
    record GivenUp(String reason) implements AwaitMessage {
        public GivenUp {
            reason = PeerText.of(reason);
        }
    }
}
