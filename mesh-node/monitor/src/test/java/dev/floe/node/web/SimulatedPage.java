package dev.floe.node.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.floe.node.rpc.EventLoops;
import dev.floe.node.watch.SimulatedMesh;
import dev.floe.node.web.access.WebConfig;
import dev.floe.node.web.events.WebReports;

/** Serves the page of a simulated mesh until it is stopped, to look at it: {@code SimulatedPage PORT}. */
final class SimulatedPage {
    private static final Duration STEP = Duration.ofMillis(100);

    private SimulatedPage() {}

    public static void main(String[] arguments) throws Exception {
        SimulatedMesh mesh = new SimulatedMesh(7, Instant.now().minusSeconds(200));
        for (int i = 0; i < 2000; i++) {
            mesh.advance(STEP);
        }
        try (EventLoops loops = EventLoops.started(1);
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
                WebServer server = new WebServer(
                        new WebConfig(Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(),
                                Integer.parseInt(arguments[0]))), Optional.empty()),
                        loops, true, new WebSources(mesh, SimulatedPage::answer, Optional.empty()))) {
            server.start();
            clock.scheduleAtFixedRate(() -> mesh.advance(STEP), 0, STEP.toMillis(), TimeUnit.MILLISECONDS);
            clock.scheduleAtFixedRate(mesh::tick, 1, 1, TimeUnit.SECONDS);
            System.out.println("http://localhost:" + server.address().getPort() + "/");
            new CountDownLatch(1).await();
        }
    }

    private static void answer(List<String> request, boolean owned, WebReports.Lines lines) throws IOException {
        switch (request.getFirst()) {
            case "cache-stats" -> lines
                    .accept("""
                            {"localHits":812,"fetchedHits":291,"misses":340,"fetchFailures":2,"waits":14,"waitHits":11,"claims":340,"copiesSent":120,\
                            "copiesReceived":88,"fetchedBytes":91000000,"servedBytes":44000000,"entries":2281,"storeBytes":3121000000,\
                            "storeMaxBytes":10737418240,"refused":0,"auditsDone":11,"auditsAgreed":11,"auditsDiffered":0,"auditsSkipped":3,\
                            "unsteady":1,"reportsHeard":0,"quarantined":[{"maker":"ab12","name":"attic","since":"2026-11-28T10:00:00Z","key":"00",\
                            "source":"src/vm.c"}],"storeEvicted":12,"storeDamaged":0}""");
            case "stats" -> lines
                    .accept("""
                            {"jobs":1443,"cache":{"hit: held here":812,"hit: fetched from build2":180,"hit: fetched from attic":111,\
                            "miss: no node holds it":300,"miss: a file changed":40}}""");
            case "toolchains" -> lines
                    .accept("""
                            {"id":"4f1c0d2ab37e99aa","family":"gcc","version":"12.2.0","host":"x86_64-linux-gnu","target":"x86_64-linux-gnu",\
                            "archiveBytes":48000000,"holders":["build1","build2"],"standIns":[{"node":"attic","compiler":"x86_64-linux-gnu-gcc",\
                            "toolchain":"","host":"aarch64","options":[],"proven":["C","C_PLUS_PLUS"],"troubles":[]}]}""");
            case "settings" -> lines
                    .accept("""
                            {"name":"desk","listen":"192.168.1.10:7079","slots":"4","execute":"true","data-dir":"/home/ada/.local/share/floe",\
                            "store-size":"10240 MiB","cache":"read,write","web":"http://127.0.0.1:7082/"}""");
            case "doctor" -> {
                lines.accept(
                        "{\"level\":\"ok\",\"subject\":\"sandbox\",\"text\":\"the sandbox works, this machine can execute\"}");
                lines.accept(
                        "{\"level\":\"note\",\"subject\":\"emulators\",\"text\":\"the kernel runs programs of aarch64\"}");
            }
            case "builds" -> lines
                    .accept("""
                            {"id":"b41","submitter":"desk","directory":"/home/ada/lua-5.4","started":"2026-11-29T10:00:00Z","ended":"2026-11-29T10:00:09Z",\
                            "wallMillis":9000,"activeMillis":8800,"jobs":62,"remote":40,"cached":20,"local":2,"localReasons":{"reads standard input":2},\
                            "executors":{"build1":30,"build2":10},"compilerMillis":30000,"cacheSavedMillis":12000,"savedMillis":42000,\
                            "slowest":[{"source":"src/vm.c","totalMillis":2100,"decision":"remote","node":"build1"}],"proofs":{"proven":40},\
                            "bytesSent":1,"bytesReceived":1,"running":true}""");
            default -> lines.accept(WebReports.ERROR + "this node does not know the request " + request);
        }
    }
}
