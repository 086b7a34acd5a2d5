package dev.floe.node.rpc.messages;

import java.util.Objects;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

/** The message of {@code /report}: one message, no answer. */
public sealed interface QuarantineReportMessage {
    /**
     * An audit has found a result of a maker wrong, under the 32 bytes of its key; the sender does not use that maker's
     * results.
     */
    @Proto
    @ProtoName("ReportWrong")
    record WrongResultReport(String maker, String makerName, byte[] key,
            String source) implements QuarantineReportMessage {
        public WrongResultReport {
            Objects.requireNonNull(maker);
            Objects.requireNonNull(makerName);
            Objects.requireNonNull(key);
            source = Objects.requireNonNullElse(source, "");
        }
    }
}
