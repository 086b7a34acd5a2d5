package dev.floe.node.submit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.floe.front.CompileCommand;
import dev.floe.front.Input;
import dev.floe.front.InputSet;
import dev.floe.front.Invocation.Terminal;
import dev.floe.front.Sharing;
import dev.floe.node.wire.JobMessage.Kind;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.WireInput;
import dev.floe.toolchain.ToolchainId;

/** Turns a command and its inputs into what travels. */
public final class Offers {
    private static final byte[] NO_HASH = new byte[0];

    private Offers() {}

    public static Offer make(String id, String submitter, CompileCommand command, ToolchainId toolchain,
            InputSet inputs, Duration predicted, long memoryBytes, Sharing sharing, boolean keep) {
        RealPaths real = new RealPaths(inputs.inputs());
        List<WireInput> wire = new ArrayList<>(inputs.inputs().size());
        for (Input input : inputs.inputs()) {
            wire.add(switch (input) {
                case Input.Directory(Path path, int mode) ->
                    new WireInput(Kind.DIRECTORY, path.toString(), mode, NO_HASH, 0, "", 0, 0);
                case Input.Link(Path path, String target) ->
                    new WireInput(Kind.LINK, path.toString(), 0, NO_HASH, 0, target, 0, 0);
                case Input.File file ->
                    new WireInput(file.keepTime() || file.group() > 0 ? Kind.PRIVATE_FILE : Kind.FILE,
                            file.path().toString(), file.mode(), file.digest().hash(), file.digest().size(), "",
                            file.mtimeNanos(), file.group());
            });
        }
        List<String> environment = new ArrayList<>();
        command.environment().forEach((name, value) -> environment.add(name + "=" + value));
        return new Offer(id, submitter, command.invocation().compiler().toString(), command.argv(),
                command.cwd().toString(), environment,
                command.invocation().umask(), toolchain.hex(), wire,
                command.outputDirectories().stream().map(path -> real.of(path).toString()).distinct().toList(),
                predicted.toMillis(), memoryBytes, command.invocation().terminal().map(Offers::text).orElse(""),
                keep && !(sharing instanceof Sharing.None),
                sharing instanceof Sharing.Portable portable ? portable.root().toString() : "",
                sharing instanceof Sharing.Portable portable && portable.mapped());
    }

    private static String text(Terminal terminal) {
        return (terminal.isInput() ? "1:" : "0:") + terminal.columns() + ":" + terminal.rows();
    }
}
