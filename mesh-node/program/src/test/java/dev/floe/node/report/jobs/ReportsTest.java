package dev.floe.node.report.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.floe.node.audit.Quarantine;
import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.builds.BuildSummary;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cache.transfer.CacheStats;
import dev.floe.node.executor.ExecutorStats;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.ResultProof;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeFeature;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.report.CacheReport;
import dev.floe.node.report.NodesReport;
import dev.floe.node.report.ReportFields;
import dev.floe.node.report.ToolchainsReport;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;
import dev.floe.node.report.format.ControlReport;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.changes.ChangeMonitorStats;
import dev.floe.store.content.ContentStore;
import dev.floe.toolchain.ToolchainId;

/**
 * What a report has in JSON is what it has in text; and what programs read keeps its name. All figures in here are
 * different.
 */
final class ReportsTest {
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");
    private static final String ID = "c0ffee".repeat(10) + "beef";
    private static final ContentStore.Stats STORE = new ContentStore.Stats(701, 702L << 20, 703L << 20,
            new ContentStore.UseCounts(704, 705, 706, 707));

    private static String text(ControlReport report) throws IOException {
        List<String> lines = new ArrayList<>();
        report.text(lines::add);
        return String.join("\n", lines);
    }

    private static List<ReportFields> json(ControlReport report) throws IOException {
        List<String> lines = new ArrayList<>();
        report.json(lines::add);
        List<ReportFields> fields = new ArrayList<>();
        for (String line : lines) {
            fields.add(ReportFields.of(line));
        }
        return fields;
    }

    /**
     * Each number of the JSON stands in the text, as it is or in the unit that people read.
     *
     * @param onlyInJson names of numbers that the text leaves out
     */
    private static void expectSameNumbers(ControlReport report, String... onlyInJson) throws IOException {
        String text = text(report);
        Set<String> shown = new HashSet<>();
        for (Matcher number = NUMBER.matcher(text); number.find();) {
            shown.add(number.group());
        }
        Set<String> left = new TreeSet<>(Set.of(onlyInJson));
        for (ReportFields object : json(report)) {
            object.numbers().forEach((name, number) -> {
                if (Set.of(onlyInJson).contains(name)) {
                    left.remove(name);
                } else {
                    assertThat(forms(name, number)).as("%s of %s in:%n%s", name, number, text)
                            .anyMatch(shown::contains);
                }
            });
        }
        assertThat(left).as("numbers that the text was said to leave out").isEmpty();
    }

    private static List<String> forms(String name, BigDecimal number) {
        List<String> forms = new ArrayList<>(List.of(number.toPlainString()));
        if (name.endsWith("Bytes")) {
            forms.add(number.divideToIntegralValue(BigDecimal.valueOf(1 << 20)).toPlainString());
        } else if (name.contains("Millis")) {
            forms.add(number.movePointLeft(3).setScale(0, RoundingMode.DOWN).toPlainString());
            forms.add(number.movePointLeft(3).setScale(1, RoundingMode.HALF_UP).toPlainString());
            forms.add(number.setScale(1).toPlainString());
        } else if (name.endsWith("speed")) {
            forms.add(number.setScale(2, RoundingMode.HALF_UP).toPlainString());
        }
        return forms;
    }

    private static void expectNames(ControlReport report, String names) throws IOException {
        Set<String> all = new TreeSet<>();
        json(report).forEach(object -> all.addAll(object.names()));
        assertThat(all).contains(names.strip().split("\\s+"));
    }

    private static NodesReport nodes() {
        MachineInfo machine = new MachineInfo("x86_64", 12, 1.25, 17L << 30, List.of("aarch64"));
        NodeInfo info = new NodeInfo(StateVersion.NONE, new NodeId(1, 2), "pc2", "10.0.0.2", 7081, machine,
                new NodeCapabilities(16, true, "", List.of(ID), 0, "takes no jobs for a reason", List.of(), false),
                "0.1.0", 1,
                3);
        NodeState state = new NodeState(StateVersion.NONE, 5, 11, 13, 1900, 0, 1 << 30, false);
        return new NodesReport(new NodesReport.ReportedNames("desk", "attic"), Optional.empty(),
                List.of(new Peer(info, state, Duration.ofMillis(2300), true)),
                new GroupStatus(1, true, Duration.ofSeconds(29), Map.of(), new GroupStatus.Strangers(31, 7, null),
                        null),
                List.of(DoctorFinding.problem(DoctorTopic.NOTHING_REMOTE, "builds", "nothing was sent away")),
                NodesReport.KnownWays.ALL_DIRECT);
    }

    private static Peer peer(String name, int protocol, List<String> features) {
        return new Peer(new NodeInfo(StateVersion.NONE, new NodeId(1, protocol), name, "10.0.0.2", 7081,
                new MachineInfo("x86_64", 4, 1, 1 << 30, List.of()), new NodeCapabilities(4, true, "", List.of(), 0),
                "0.1.0", protocol, 0, features), null, Duration.ZERO, false);
    }

    @Test
    void aPeerThatIsNotReachedIsMarked() throws IOException {
        Peer other = peer("other", 2, NodeFeature.all());
        NodesReport report = new NodesReport(new NodesReport.ReportedNames("desk", "attic"), Optional.empty(),
                List.of(other),
                new GroupStatus(2, false, Duration.ZERO, Map.of(), new GroupStatus.Strangers(0, 7, null), null),
                List.of(), new NodesReport.KnownWays(
                        Map.of(other.info().id(), "no answer from 10.0.0.2:7081 within 3000 ms"), Set.of()));
        List<String> lines = new ArrayList<>();
        report.text(lines::add);
        assertThat(lines).anyMatch(line -> line.matches("other .* not reached from here"))
                .anyMatch(line -> line.startsWith("warning: other cannot be reached from here")
                        && line.contains("no answer from 10.0.0.2:7081"));
    }

    @Test
    void aNodeOfAnOlderReleaseIsNamedWithWhatToDo() throws IOException {
        NodesReport report = new NodesReport(new NodesReport.ReportedNames("desk", "attic"), Optional.empty(),
                List.of(peer("old", 1, List.of()), peer("desk", 2, NodeFeature.all())),
                new GroupStatus(2, false, Duration.ZERO, Map.of(), new GroupStatus.Strangers(0, 7, null), null),
                List.of(), NodesReport.KnownWays.ALL_DIRECT);
        List<String> lines = new ArrayList<>();
        report.text(lines::add);
        assertThat(lines).anyMatch(line -> line.matches("old .* 0\\.1\\.0 +behind"))
                .noneMatch(line -> line.matches("desk .* behind"))
                .contains("note: old (0.1.0) is behind: speaks version 1 of the protocol, others speak 2,"
                        + " without observe, watch, toolchain-files, membership, reverse, toolchain-relay, few-heartbeats; upgrade it");
    }

    /** The strings of an array of a JSON object. */
    private static List<String> strings(String json, String array) throws IOException {
        List<String> strings = new ArrayList<>();
        try (JsonParser in = new JsonFactory().createParser(json)) {
            while (in.nextToken() != JsonToken.START_ARRAY || !array.equals(in.currentName())) {
                assertThat(in.currentToken()).as(array).isNotNull();
            }
            while (in.nextToken() != JsonToken.END_ARRAY) {
                strings.add(in.getText());
            }
        }
        return strings;
    }

    @Test
    void warningsAreTheSameForPeopleAndPrograms() throws IOException {
        List<String> lines = new ArrayList<>();
        nodes().text(lines::add);
        assertThat(lines).contains("warning: nothing was sent away",
                "note: no other node of the mesh has been found yet; on each other machine run floe setup --join"
                        + " INVITATION, with what floe mesh invite prints here");
        List<String> reported = new ArrayList<>();
        nodes().json(reported::add);
        assertThat(strings(reported.getFirst(), "warnings")).hasSize(3).contains("nothing was sent away")
                .noneMatch(text -> text.startsWith("warning:") || text.startsWith("note:"));
    }

    private static JobRecord job(Decision decision, String node, String reason, String cache,
            ResultProof.ProofKind proof) {
        return new JobRecord("desk/1", Instant.EPOCH, "a.c", "a.o", "/p", List.of("gcc", "-c", "a.c"), decision, reason,
                node, 0, Duration.ofMillis(900), Map.of(JobStep.RUN, Duration.ofMillis(821)),
                Map.of(JobStep.RUN, Duration.ofMillis(827)), Duration.ofMillis(830), List.of(), "abc", 7, 1, 2, 3,
                cache,
                Duration.ofSeconds(decision == Decision.CACHED ? 41 : 0), new ResultProof(proof, List.of(), ""), "desk",
                "b");
    }

    @Test
    void statsCountLocalJobsByTheKindOfReason() {
        List<JobRecord> jobs = new ArrayList<>();
        for (String file : List.of("/p/a.h", "/p/b.h", "/p/c.h")) {
            jobs.add(job(Decision.LOCAL, "desk", "input is missing or is no regular file: " + file, "",
                    ResultProof.ProofKind.NONE));
        }
        StatsReport report = StatsReport.of(jobs, new ExecutorStats.ExecutorCounts(0, 0, 0, 0), STORE,
                stats().changes());
        assertThat(report.breakdown().localReasons())
                .containsExactly(Map.entry("input is missing or is no regular file", 3));
    }

    private static StatsReport stats() {
        List<JobRecord> jobs = new ArrayList<>();
        jobs.add(job(Decision.REMOTE, "pc2", "compiled remotely", "", ResultProof.ProofKind.PROVEN));
        for (int i = 0; i < 2; i++) {
            jobs.add(job(Decision.CACHED, "desk", "known", "hit: held here", ResultProof.ProofKind.REPAIRED));
        }
        for (int i = 0; i < 3; i++) {
            jobs.add(job(Decision.LOCAL, "desk", "links", "miss: never asked", ResultProof.ProofKind.NONE));
        }
        return StatsReport.of(jobs, new ExecutorStats.ExecutorCounts(101, 103, 107, 109), STORE,
                new ChangeMonitorStats("", 331, 337, new ChangeMonitorStats.ChangeCounts(1, 347, 349, 0),
                        Map.of(ChangeMonitorStats.UnwatchedReason.FILE_SYSTEM, 353)));
    }

    private static CacheReport cache() {
        return new CacheReport(Set.of(CacheMode.READ),
                new CacheStats(211, 223, 227, 229, 233, 239, 241, 251, 257, 263 << 20,
                        269 << 20, 271, 277, 281),
                STORE, new ResultAuditor.AuditCounts(283, 293, 307, 311), 313,
                List.of(new Quarantine.QuarantineEntry("maker", "pc3", Instant.EPOCH, new ActionKey(1, 2, 3, 4),
                        "a.c")));
    }

    private static ToolchainsReport toolchains() {
        ToolchainStore.Description held = new ToolchainStore.Description(new ToolchainId(ID), "gcc", "12.2",
                "x86_64-linux-gnu",
                "x86_64-linux-gnu", 67L << 20);
        return new ToolchainsReport(List.of(new ToolchainsReport.ToolchainRow(held, Optional.of("cross.tar.gz"),
                Optional.of("it is static"), true, List.of("pc2"),
                Map.of("pi", List.of(new CompatibilityResult("/usr/bin/gcc", ID, "aarch64", "", "", List.of(), "", "",
                        List.of("C"), List.of()))))),
                List.of());
    }

    private static BuildSummary summary() {
        Map<String, Integer> reasons = new LinkedHashMap<>();
        reasons.put("links", 13);
        reasons.put("asks", 4);
        return new BuildSummary("lua-1", "desk", "/p", Instant.EPOCH, Instant.EPOCH.plusMillis(19_300),
                Duration.ofMillis(18_200), 403, 347, 39, 17, reasons, Map.of("pc2", 346), Duration.ofMillis(611_100),
                Duration.ofMillis(71_500), List.of(new BuildSummary.SlowJob("a.c", Duration.ofMillis(5_600), "remote",
                        "pc2")),
                Map.of("proven", 345), 4_000_037, 9_000_041);
    }

    private static BuildsReport builds() {
        return new BuildsReport(List.of(new BuildsReport.BuildRow(summary(), true)), ZoneOffset.UTC);
    }

    @Test
    void showTheSameNumbersInTextAndJson() throws IOException {
        expectSameNumbers(nodes(), "aborted", "nodes.cores", "nodes.memoryBytes", "nodes.queued", "nodes.ageMillis",
                "nodes.protocol");
        expectSameNumbers(stats());
        expectSameNumbers(cache(), "claims");
        expectSameNumbers(toolchains());
        expectSameNumbers(new BuildsReport.Details(builds().builds().getFirst()));
        expectSameNumbers(builds(), "activeMillis", "localReasons.links", "localReasons.asks", "executors.pc2",
                "compilerMillis", "cacheSavedMillis", "slowest.totalMillis", "proofs.proven", "bytesSent",
                "bytesReceived");
    }

    /** As recorded when each came; a name that goes breaks a program somewhere. */
    @Test
    void keepTheirNames() throws IOException {
        expectNames(nodes(),
                """
                        self mesh meshId warnings isolated alone refused nodes nodes.name nodes.id nodes.self nodes.address
                        nodes.architecture nodes.emulated nodes.cores nodes.memoryBytes nodes.slots nodes.busy nodes.queued
                        nodes.speed nodes.toolchains nodes.version nodes.executes nodes.notExecutingReason nodes.why nodes.trouble nodes.unavailable
                        nodes.draining nodes.ageMillis nodes.protocol nodes.features nodes.behind""");
        expectNames(stats(),
                """
                        jobs remote cached local cacheSavedMillis savedMillis cache proofs byNode localReasons stepMillis stepCpuMillis
                        executedForPeers failedForPeers cancelledForPeers rejectedOffers
                        doneForOthers failedForOthers cancelledForOthers refusedToOthers storeEntries storeBytes
                        changeNotification changeNotification.active changeNotification.why changeNotification.watches
                        changeNotification.maxWatches changeNotification.overflows changeNotification.mountChanges
                        changeNotification.unwatched""");
        expectNames(cache(), """
                localHits fetchedHits misses fetchFailures waits waitHits claims copiesSent copiesReceived fetchedBytes
                servedBytes entries storeBytes storeMaxBytes refused auditsDone auditsAgreed auditsDiffered
                auditsSkipped unsteady reportsHeard quarantined quarantined.maker quarantined.name quarantined.since
                quarantined.key quarantined.source storeEvicted storeDamaged""");
        expectNames(toolchains(), """
                id family version host target archiveBytes importedFrom notObserved holders standIns standIns.node
                standIns.compiler standIns.toolchain standIns.host standIns.options standIns.proven
                standIns.troubles""");
        expectNames(builds(), """
                id submitter directory started ended wallMillis activeMillis jobs remote cached local localReasons
                executors compilerMillis cacheSavedMillis savedMillis slowest slowest.source slowest.totalMillis
                slowest.decision slowest.node proofs bytesSent bytesReceived running""");
        assertThat(ReportFields.of(job(Decision.REMOTE, "pc2", "", "", ResultProof.ProofKind.PROVEN).toJson()).names())
                .contains(
                        ("id started source output directory decision reason node exit totalMillis compilerMillis cache"
                                + " cacheSavedMillis savedMillis proof notObserved missed steps cpu attempts toolchain inputs bytesSent"
                                + " bytesReceived maxRssBytes argv submitter build").split(" "));
    }

    @Test
    void haveAllTheirKeysInTheDocumentation() throws IOException {
        String page = Files.readString(documentation());
        Set<String> keys = new TreeSet<>();
        for (ControlReport report : List.of(nodes(), stats(), cache(), toolchains(), builds())) {
            json(report).forEach(object -> object.names().stream().filter(name -> !isData(name))
                    .map(name -> name.substring(name.lastIndexOf('.') + 1)).forEach(keys::add));
        }
        keys.addAll(ReportFields.of(job(Decision.REMOTE, "pc2", "", "", ResultProof.ProofKind.PROVEN).toJson()).names()
                .stream().filter(name -> !isData(name)).toList());
        assertThat(keys).hasSizeGreaterThan(80)
                .allSatisfy(key -> assertThat(page).contains("`" + key + "`"));
    }

    /** Whether a name is that of a node, a reason or a step below a key with counts. */
    private static boolean isData(String name) {
        return name.matches("(cache|proofs|byNode|localReasons|executors|steps|cpu|stepMillis|stepCpuMillis)\\..*");
    }

    private static Path documentation() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/json.md"))) {
            root = Objects.requireNonNull(root.getParent(), "docs/json.md is in no directory above");
        }
        return root.resolve("docs/json.md");
    }

    @Test
    void sumUpABuildInALine() {
        assertThat(BuildsReport.line(summary())).isEqualTo("403 jobs in 19.3 s: 347 remote, 39 from the cache, 17 local"
                + " (13: links); 682.6 s of CPU saved");
    }
}
