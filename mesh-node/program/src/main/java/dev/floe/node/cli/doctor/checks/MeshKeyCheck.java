package dev.floe.node.cli.doctor.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;
import dev.floe.store.FailureText;

/** Which mesh the key on this machine is of, and whether the key is safe. */
final class MeshKeyCheck implements DoctorCheck {
    private static final String PART = "mesh";

    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        Path key = paths.meshKey();
        if (NodeCheck.isNodeOfAnother(host, paths)) {
            return List.of(); // its user has the key, and the node says in which mesh it is
        }
        if (host.file(key).isEmpty()) {
            return List.of(DoctorDiagnosis.of(DoctorFinding.noMesh("this machine")));
        }
        if (host.file(key).map(facts -> facts.isOpenToOthers() && facts.owner() == host.userId()).orElse(false)) {
            return List.of(DoctorDiagnosis.of(DoctorFinding.problem(DoctorTopic.MESH_KEY, PART, key
                    + " holds a secret and is open to others, so no node uses it; close it: chmod 600 " + key),
                    "close " + key + " to others (chmod 600)",
                    () -> Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"))));
        }
        try {
            return List.of(DoctorDiagnosis.of(DoctorFinding.mesh(new MeshKeyFile(key).read().key(), " (" + key + ")")));
        } catch (IOException e) {
            return List.of(DoctorDiagnosis.of(DoctorFinding.problem(DoctorTopic.MESH_KEY, PART, FailureText.of(e))));
        }
    }
}
