package dev.floe.node.submitter.context;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.floe.command.CacheScope;
import dev.floe.command.CompileCommand;
import dev.floe.command.Invocation.Terminal;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.submitter.wrapper.LinkResolver;
import dev.floe.toolchain.ToolchainId;

/** Turns a command and its inputs into what travels. */
public final class OfferFactory {
    private static final byte[] NO_HASH = new byte[0];

    private OfferFactory() {}

    public static Offer make(String id, String submitter, CompileCommand command, ToolchainId toolchain,
            InputSet inputs, Duration predicted, long memoryBytes, CacheScope sharing, boolean keep) {
        return makeUnlisted(id, submitter, command, toolchain, inputs, predicted, memoryBytes, sharing, keep)
                .listing(wire(inputs));
    }

    /** The same without its inputs: most offers name them by numbers, so that their number costs little. */
    public static Offer makeUnlisted(String id, String submitter, CompileCommand command, ToolchainId toolchain,
            InputSet inputs, Duration predicted, long memoryBytes, CacheScope sharing, boolean keep) {
        LinkResolver real = new LinkResolver(inputs.inputs());
        List<String> environment = new ArrayList<>();
        command.environment().forEach((name, value) -> environment.add(name + "=" + value));
        return new Offer(id, submitter, command.invocation().compiler().toString(), command.argv(),
                command.cwd().toString(), environment,
                command.invocation().umask(), toolchain.hex(), List.of(),
                command.outputDirectories().stream().map(path -> real.of(path).toString()).distinct().toList(),
                predicted.toMillis(), memoryBytes, command.invocation().terminal().map(OfferFactory::text).orElse(""),
                keep && !(sharing instanceof CacheScope.None),
                sharing instanceof CacheScope.Portable portable ? portable.root().toString() : "",
                sharing instanceof CacheScope.Portable portable && portable.mapped());
    }

    /** All inputs as an offer has them. */
    public static List<WireInput> wire(InputSet inputs) {
        List<WireInput> wire = new ArrayList<>(inputs.inputs().size());
        inputs.inputs().forEach(input -> wire.add(wire(input)));
        return wire;
    }

    /** One input as an offer has it. */
    public static WireInput wire(Input input) {
        return switch (input) {
            case Input.Directory(Path path, int mode) ->
                new WireInput(InputKind.DIRECTORY, path.toString(), mode, NO_HASH, 0, "", 0, 0);
            case Input.Link(Path path, String target) ->
                new WireInput(InputKind.LINK, path.toString(), 0, NO_HASH, 0, target, 0, 0);
            case Input.File file ->
                new WireInput(file.keepTime() || file.group() > 0 ? InputKind.PRIVATE_FILE : InputKind.FILE,
                        file.path().toString(), file.mode(), file.digest().hash(), file.digest().size(), "",
                        file.mtimeNanos(), file.group());
        };
    }

    private static String text(Terminal terminal) {
        return (terminal.isInput() ? "1:" : "0:") + terminal.columns() + ":" + terminal.rows();
    }
}
