package dev.floe.node;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import dev.floe.node.cli.options.RunsInNode;

/** Which part of Floe may know which, and a few rules of the house; docs/architecture.md has the picture. */
@AnalyzeClasses(packages = "dev.floe", importOptions = {ImportOption.DoNotIncludeTests.class,
        ArchitectureTest.WithoutTestJars.class})
final class ArchitectureTest {
    private static final String[] JDK = {"java..", "javax..", "jdk..", "com.sun.management..", "org.jspecify.."};

    @ArchTest
    static void looksAtAllModules(JavaClasses all) {
        for (String module : List.of("store", "placement", "command", "toolchain", "node.rpc", "node.cli")) {
            assertThat(all.stream().anyMatch(resideInAPackage("dev.floe." + module)::test)).as(module).isTrue();
        }
    }

    @ArchTest
    static final ArchRule THE_STORE_KNOWS_NOBODY = only("dev.floe.store..", "dev.floe.store..",
            "com.github.luben.zstd..", "com.github.benmanes.caffeine..");

    @ArchTest
    static final ArchRule CAFFEINE_STAYS_IN_THE_STORE = outside("dev.floe.store..", "com.github.benmanes.caffeine..");

    @ArchTest
    static final ArchRule FILES_ARE_AT_THE_BOTTOM = only("dev.floe.store.files..", "dev.floe.store.files..");

    @ArchTest
    static final ArchRule CHANGES_KNOW_FILE_STAMPS = only("dev.floe.store.changes..", "dev.floe.store.changes..",
            "dev.floe.store", "dev.floe.store.descriptors");

    @ArchTest
    static final ArchRule PLACEMENT_KNOWS_THE_JDK_ALONE = only("dev.floe.placement..", "dev.floe.placement..");

    @ArchTest
    static final ArchRule PLACEMENT_IS_PURE = noClasses()
            .that().resideInAPackage("dev.floe.placement..").and()
            .resideOutsideOfPackage("dev.floe.placement.simulation..").should().dependOnClassesThat(
                    resideInAnyPackage("java.io..", "java.nio..", "java.net..", "java.util.concurrent..")
                            .or(JavaClass.Predicates.type(Thread.class)))
            .orShould().callMethod(System.class, "nanoTime").orShould().callMethod(System.class, "currentTimeMillis")
            .orShould().callMethod(Instant.class, "now");

    @ArchTest
    static final ArchRule COMMANDS_DEPEND_ON_THE_STORE = only("dev.floe.command..", "dev.floe.command..",
            "dev.floe.store..", "com.github.luben.zstd..");

    @ArchTest
    static final ArchRule TOOLCHAINS_STAND_ON_THE_STORE = only("dev.floe.toolchain..", "dev.floe.toolchain..",
            "dev.floe.store..",
            "com.github.luben.zstd..", "org.apache.commons.compress..", "org.tukaani.xz..");

    @ArchTest
    static final ArchRule BOUNDS_ARE_AT_THE_BOTTOM = onlyParts("bounds");

    @ArchTest
    static final ArchRule RPC_IS_AT_THE_BOTTOM = onlyParts("rpc", "rpc");

    @ArchTest
    static final ArchRule JOB_LOG_IS_AT_THE_BOTTOM = onlyParts("joblog", "joblog");

    @ArchTest
    static final ArchRule BUILDS_KNOW_RECORDS_ALONE = onlyParts("builds", "builds", "joblog");

    @ArchTest
    static final ArchRule WATCH_KNOWS_THE_MESH_AND_ITS_RECORDS = onlyParts("watch", "watch", "joblog", "rpc", "mesh");

    @ArchTest
    static final ArchRule CACHE_SERVERS_DEPEND_ON_RPC = onlyParts("cacheserver", "cacheserver", "http", "rpc");

    @ArchTest
    static final ArchRule HTTP_KNOWS_WIRE = onlyParts("http", "http", "rpc");

    @ArchTest
    static final ArchRule THE_PAGE_KNOWS_HTTP_ALONE = onlyParts("web", "web", "http", "rpc");

    @ArchTest
    static final ArchRule MESH_KNOWS_ITSELF_ALONE = onlyParts("mesh", "mesh");

    @ArchTest
    static final ArchRule CACHE_DEPENDS_ON_MESH_AND_RPC = onlyParts("cache", "cache", "rpc", "mesh");

    @ArchTest
    static final ArchRule EXECUTOR_DEPENDS_ON_RPC_AND_CACHE = onlyParts("executor", "executor", "cache", "rpc");

    @ArchTest
    static final ArchRule SUBMITTER_KNOWS_WHAT_IT_NEEDS = onlyParts("submitter", "submitter", "executor", "cache",
            "rpc", "mesh",
            "joblog", "builds");

    @ArchTest
    static final ArchRule THE_WRAPPERS_PROTOCOL_KNOWS_ROOTS_ALONE = noClasses().that()
            .resideInAPackage("dev.floe.node.submitter.wrapper").should()
            .dependOnClassesThat(resideInAPackage("dev.floe.node.submitter..")
                    .and(not(resideInAnyPackage("dev.floe.node.submitter.wrapper", "dev.floe.node.submitter.roots"))));

    @ArchTest
    static final ArchRule AUDIT_KNOWS_WHAT_IT_AUDITS = onlyParts("audit", "audit", "submitter", "cache", "rpc", "mesh");

    @ArchTest
    static final ArchRule TOOLCHAINS_KNOW_WHO_ASKS = onlyParts("toolchains", "toolchains", "submitter", "executor",
            "rpc");

    @ArchTest
    static final ArchRule IMPORTED_TOOLCHAINS_RUN_IN_THE_SANDBOX = onlyParts("toolchains.imported",
            "toolchains.imported", "toolchains",
            "executor", "rpc");

    @ArchTest
    static final ArchRule METRICS_READ_THE_PARTS = onlyParts("metrics", "metrics", "joblog", "mesh", "executor",
            "cache",
            "audit");

    @ArchTest
    static final ArchRule PROMETHEUS_STAYS_IN_METRICS = outside("dev.floe.node.metrics..", "io.prometheus..");

    @ArchTest
    static final ArchRule THE_SERVICE_MANAGER_KNOWS_NO_PART = onlyParts("service", "service");

    @ArchTest
    static final ArchRule CONNECTION_TESTS_KNOW_MESH_AND_RPC = onlyParts("reach", "reach", "rpc", "mesh");

    @ArchTest
    static final ArchRule TOP_ASKS_THE_NODE_ALONE = onlyParts("top", "top", "submitter");

    @ArchTest
    static final ArchRule JLINE_STAYS_IN_TOP = outside("dev.floe.node.top..", "org.jline..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_KNOWS_THE_REPORTS = noClasses().that()
            .resideOutsideOfPackages("dev.floe.node.report..", "dev.floe.node.top..", "dev.floe.node.cli..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.floe.node.report..", "dev.floe.node.top..",
                    "dev.floe.node.cli..");

    @ArchTest
    static final ArchRule REPORTS_DO_NOT_KNOW_THE_COMMAND_LINE = noClasses().that()
            .resideInAPackage("dev.floe.node.report..").should()
            .dependOnClassesThat().resideInAPackage("dev.floe.node.cli..");

    @ArchTest
    static final ArchRule NO_PACKAGES_IN_CIRCLES = slices().assignedFrom(new EachPackage()).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NETTY_STAYS_WHERE_BYTES_COME_AND_GO = noClasses().that()
            .resideOutsideOfPackages("dev.floe.node.rpc..", "dev.floe.node.cacheserver..", "dev.floe.node.http..",
                    "dev.floe.node.web..")
            .should().dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule JGROUPS_STAYS_IN_MESH = outside("dev.floe.node.mesh..", "org.jgroups..");

    @ArchTest
    static final ArchRule INFINISPAN_STAYS_IN_MESH = noClasses().that().resideOutsideOfPackage("dev.floe.node.mesh..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("org.infinispan..").and(not(resideInAPackage("org.infinispan.protostream.."))));

    @ArchTest
    static final ArchRule PROTOSTREAM_STAYS_WHERE_MESSAGES_ARE = noClasses().that()
            .resideOutsideOfPackages("dev.floe.node.mesh..", "dev.floe.node.rpc..").should().dependOnClassesThat()
            .resideInAPackage("org.infinispan.protostream..");

    @ArchTest
    static final ArchRule PICOCLI_STAYS_IN_THE_COMMAND_LINE = outside("dev.floe.node.cli..", "picocli..");

    @ArchTest
    static final ArchRule LOG4J_STAYS_IN_THE_NODE = outside("dev.floe.node..", "org.apache.logging..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_EXITS = noClasses().that().resideOutsideOfPackage("dev.floe.node.cli..")
            .should()
            .callMethod(System.class, "exit", int.class).orShould().callMethod(Runtime.class, "exit", int.class)
            .orShould().callMethod(Runtime.class, "halt", int.class);

    @ArchTest
    static final ArchRule ONLY_PROGRAMS_PRINT = noClasses().that()
            .resideOutsideOfPackages("dev.floe.node.cli..", "dev.floe.placement.simulation..").should()
            .accessField(System.class, "out").orShould().accessField(System.class, "err")
            .orShould().callMethod(Throwable.class, "printStackTrace");

    /** Nor of its user: the caller may be another. */
    @ArchTest
    static void commandsInTheNodeUseNothingOfItsProcess(JavaClasses all) {
        List<JavaCodeUnit> commands = all.stream().flatMap(type -> type.getCodeUnits().stream()
                .filter(unit -> type.isAnnotatedWith(RunsInNode.class) || unit.isAnnotatedWith(RunsInNode.class)))
                .toList();
        assertThat(commands).hasSizeGreaterThan(10).allSatisfy(command -> assertThat(command.getAccessesFromSelf())
                .as(command.getFullName())
                .noneMatch(access -> access.getTargetOwner().isEquivalentTo(System.class)
                        || access.getTargetOwner().isEquivalentTo(ProcessBuilder.class)
                        || access.getTargetOwner().isEquivalentTo(File.class)
                        || access.getTargetOwner().getPackageName().startsWith("java.nio.file")));
    }

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses().should().callMethod(Thread.class, "sleep", long.class)
            .orShould().callMethod(Thread.class, "sleep", long.class, int.class)
            .orShould().callMethod(Thread.class, "sleep", Duration.class)
            .orShould().callMethod(TimeUnit.class, "sleep", long.class);

    @ArchTest
    static final ArchRule NO_PACKAGE_IS_A_DRAWER = noClasses().should().resideInAnyPackage("..util..", "..common..",
            "..impl..", "..manager..", "..helper..");

    private static ArchRule only(String part, String... others) {
        List<String> allowed = new ArrayList<>(List.of(JDK));
        allowed.addAll(List.of(others));
        return classes().that().resideInAPackage(part).should().onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new));
    }

    private static ArchRule onlyParts(String part, String... others) {
        String[] allowed = Stream.concat(Stream.of("bounds"), Stream.of(others))
                .map(other -> "dev.floe.node." + other + "..")
                .toArray(String[]::new);
        return noClasses().that().resideInAPackage("dev.floe.node." + part + "..").should()
                .dependOnClassesThat(resideInAPackage("dev.floe.node..").and(not(resideInAnyPackage(allowed))));
    }

    private static ArchRule outside(String part, String library) {
        return noClasses().that().resideOutsideOfPackage(part).should().dependOnClassesThat().resideInAPackage(library);
    }

    static final class WithoutTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final class EachPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith("dev.floe")
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
