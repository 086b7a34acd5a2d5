package dev.floe.node.mesh.state;

import org.infinispan.protostream.GeneratedSchema;
import org.infinispan.protostream.annotations.ProtoSchema;

/** How the records of this package are written. */
@ProtoSchema(includeClasses = {NodeId.class, StateVersion.class, MachineInfo.class, NodeCapabilities.class,
        NodeInfo.class,
        NodeState.class, ResultKey.class,
        ResultIndexEntry.class}, schemaFileName = "floe-node.proto", schemaPackageName = "floe.node", service = false)
public interface NodeSchema extends GeneratedSchema {
    /** The first of the type ids of this package; 100 are set aside for it. */
    int FIRST_TYPE_ID = 0x0f10_0000;

    /** The schema; stateless. */
    static NodeSchema create() {
        return new NodeSchemaImpl();
    }
}
