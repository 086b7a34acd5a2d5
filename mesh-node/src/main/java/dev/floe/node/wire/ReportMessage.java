package dev.floe.node.wire;

import java.util.Objects;
import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

/** What is said on {@code /report}: one message, no answer. */
public sealed interface ReportMessage {
    /** An audit has found a result of a maker wrong, under the 32 bytes of its key; the sender does not use that maker's results. */
    @Proto
    @ProtoName("ReportWrong")
    record Wrong(String maker, String makerName, byte[] key, String source) implements ReportMessage {
        public Wrong {
            Objects.requireNonNull(maker);
            Objects.requireNonNull(makerName);
            Objects.requireNonNull(key);
            source = Objects.requireNonNullElse(source, "");
        }
    }
}
