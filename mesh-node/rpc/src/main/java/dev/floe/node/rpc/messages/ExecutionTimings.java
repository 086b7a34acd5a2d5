package dev.floe.node.rpc.messages;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

/**
 * What the executor spent; what the command took is in {@code userMicros} and {@code systemMicros}, the rest is the
 * node's own.
 */
@Proto
@ProtoName("JobEffort")
public record ExecutionTimings(long queueMillis, long inputMillis, long treeMillis, long runMillis, long collectMillis,
        long userMicros, long systemMicros, long maxRssBytes, long inputCpuMicros, long treeCpuMicros,
        long runCpuMicros,
        long collectCpuMicros) {}
