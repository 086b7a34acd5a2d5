package dev.floe.node.cli.doctor.checks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;

/** Where this process is: in a chroot, in a container, without /proc; and whether Floe is whole there. */
final class PlaceCheck implements DoctorCheck {
    private static final String PART = "place";
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    /** The number of its word in a line (proc(5)). */
    private static final int MOUNT_POINT = 4;
    private static final List<Path> CONTAINER_MARKS = List.of(Path.of("/.dockerenv"), Path.of("/run/.containerenv"));

    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        List<DoctorFinding> findings = new ArrayList<>();
        Optional<String> mounts = host.text(MOUNTS);
        boolean chroot = mounts.isPresent() && !hasRoot(mounts.get());
        if (mounts.isEmpty()) {
            findings.add(DoctorFinding.problem(DoctorTopic.NO_PROC, PART,
                    "/proc is not mounted, so the wrapper cannot say which files it sees; mount it"));
        } else if (chroot) {
            findings.add(DoctorFinding.note(DoctorTopic.CHROOT, PART,
                    "this is a chroot; builds in it use the host's node if its socket is here (FLOE_SOCKET)"));
        }
        boolean container = CONTAINER_MARKS.stream().anyMatch(mark -> host.file(mark).isPresent())
                || !host.environment().getOrDefault("container", "").isEmpty();
        if ((container || chroot) && host.file(paths.socket()).isEmpty() && submits(host, paths)) {
            findings.add(DoctorFinding.problem(DoctorTopic.CONTAINER_SOCKET, PART,
                    "this is a container or chroot without the socket of the host's node (" + paths.socket()
                            + "); mount its directory into it and set FLOE_SOCKET"));
        }
        findings.add(host.isExecutable(paths.wrapper())
                ? DoctorFinding.ok("wrapper", paths.wrapper().toString())
                : DoctorFinding.problem(DoctorTopic.NO_WRAPPER, "wrapper", paths.wrapper()
                        + " is missing; run scripts/install PREFIX and start Floe from there"));
        return DoctorCheck.found(findings);
    }

    /** A place without a compiler is one for a node that executes. */
    private static boolean submits(DoctorHost host, DoctorPaths paths) {
        CompilerPath search = CompilerPath.of(host, paths);
        return CompilerPath.NAMES.stream().anyMatch(name -> search.compiler(name).isPresent());
    }

    /** In a chroot the root is no mount point. */
    private static boolean hasRoot(String mounts) {
        return mounts.lines().map(line -> line.split(" "))
                .anyMatch(words -> words.length > MOUNT_POINT && words[MOUNT_POINT].equals("/"));
    }
}
