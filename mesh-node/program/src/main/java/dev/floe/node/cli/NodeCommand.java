package dev.floe.node.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sun.misc.Signal;

import dev.floe.node.Node;
import dev.floe.node.cli.options.ConfigFileDefaults;
import dev.floe.node.cli.options.DefaultPaths;
import dev.floe.node.cli.options.NodeOptions;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.report.ControlRequestHandler;
import dev.floe.node.report.ReloadRequest;
import dev.floe.node.report.StopRequest;
import dev.floe.node.service.NodeProcess;
import dev.floe.node.service.ServiceNotifier;
import dev.floe.node.session.NodeSession;
import dev.floe.node.submitter.ControlClient;
import dev.floe.store.FailureText;

/** {@code floe node}: runs a node until it is told to stop. */
@Command(name = "node", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Runs this machine's node until it is stopped.", "",
        "Each option can also be set in the configuration file (slots = 8) or in the environment (FLOE_SLOTS=8).",
        "The command line overrides the environment, and the environment overrides the file.",
        ""}, defaultValueProvider = ConfigFileDefaults.class)
public final class NodeCommand implements Callable<Integer> {
    private static final Logger LOG = LogManager.getLogger(NodeCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final NodeOptions options = new NodeOptions();

    @Override
    public Integer call() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        ServiceNotifier manager = ServiceNotifier.of(System.getenv());
        NodeConfig settings = options.settings();
        NodeSession session = new NodeSession(settings, DefaultPaths.wrapper(), options.isAddressFixed(),
                node -> open(node, manager));
        session.start();
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            manager.stopping();
            session.stop(options.drainTimeout());
            manager.close();
            stopped.countDown();
        }, "floe-stop"));
        session.open();
        manager.startWatchdog(() -> ControlClient.ask(settings.socket(), List.of("mesh"), _ -> {}));
        stopped.await();
        main.interrupt();
        return 0;
    }

    /** Lets a node serve this machine; another one may take its place later. */
    private void open(Node node, ServiceNotifier manager) throws IOException {
        ReloadRequest reload = new ReloadRequest(node, this::readAgain, manager);
        reloadAtSignal(reload);
        NodeProcess process = NodeProcess.current(node.settings().dataDir(), options.drainTimeout(),
                originalArguments());
        ControlRequestHandler control = new ControlRequestHandler(node, reload,
                Optional.of(new StopRequest(node, process, () -> Signal.raise(new Signal("TERM")))));
        node.open(control, new NodeCommandLine(control));
        System.out.println("ready " + node.readiness());
        System.out.flush();
        manager.ready(node.readiness());
    }

    private List<String> originalArguments() {
        return spec.root().commandLine().getParseResult().originalArgs();
    }

    /** The configuration by the same command line and the file as it is now. */
    private NodeConfig readAgain() throws IOException {
        NodeCommand again = new NodeCommand();
        List<String> words = originalArguments();
        try {
            new CommandLine(again).parseArgs(words.stream().skip(1).toArray(String[]::new));
            return again.options.settings();
        } catch (ParameterException e) {
            throw new IOException(FailureText.of(e) + "; nothing is changed", e);
        }
    }

    /** The configuration that a command line, which begins with the command's name, stands for. */
    static NodeConfig settingsOf(String... line) throws IOException {
        List<CommandLine> parsed = Main.line(line).parseArgs(line).asCommandLineList();
        return ((NodeCommand) parsed.getLast().getCommand()).options.settings();
    }

    /** In a terminal SIGHUP is the end of the terminal, and ends the node. */
    private static void reloadAtSignal(ReloadRequest reload) {
        if (TopCommand.isTerminal(System.console())) {
            return;
        }
        Signal.handle(new Signal("HUP"), _ -> {
            try {
                reload.run(line -> LOG.debug("reload: {}", line));
            } catch (IOException | RuntimeException e) {
                LOG.warn("the configuration cannot be read again: {}", FailureText.of(e));
            }
        });
    }
}
