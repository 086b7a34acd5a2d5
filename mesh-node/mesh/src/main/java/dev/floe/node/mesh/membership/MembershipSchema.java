package dev.floe.node.mesh.membership;

import org.infinispan.protostream.GeneratedSchema;
import org.infinispan.protostream.annotations.ProtoSchema;

/** How the records of this package are written. */
@ProtoSchema(includeClasses = {
        InvitationRecord.class}, schemaFileName = "members.proto", schemaPackageName = "floe.members", service = false)
public interface MembershipSchema extends GeneratedSchema {
    /** The first of the type ids of this package; 100 are set aside for it. */
    int FIRST_TYPE_ID = 0x0f10_0100;

    /** The schema; stateless. */
    static MembershipSchema create() {
        return new MembershipSchemaImpl();
    }
}
