package dev.floe.command.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.inputs.LookupDependencies.DirectoryWatch;
import dev.floe.store.Digest;

/**
 * A manifest that others can use: the inputs of a command without what differs from machine to machine, which are
 * times, inodes and permissions, and where the command would notice a change. Paths are named apart from where the
 * project lies.
 *
 * <p>As bytes: a version; whether all times matter; the inputs; the names that matter, as hashes and, if they are few,
 * themselves; the watched directories; the links; a digest of the environment; whether there is a trace, and the trace.
 *
 * @param environment digest of the variables that the command had; with others all but the trace says nothing
 * @param trace       what the compile depended on, if it was observed
 */
public record PortableManifest(boolean keepsTimes, List<PortableItem> inputs, WatchedPlaces watched,
        Digest environment, Optional<DependencyTrace> trace) {
    private static final int VERSION = 4;
    private static final int MAX_ITEMS = 200_000;
    private static final int DIRECTORY = 0;
    private static final int LINK = 1;
    private static final int FILE = 2;

    /**
     * Where the command would notice a change.
     *
     * @param names that matter in the watched directories
     * @param links that must lead where they led
     */
    record WatchedPlaces(HashedNameSet names, List<DirectoryWatch> watches, List<Input.Link> links) {
        public WatchedPlaces {
            watches = List.copyOf(watches);
            links = List.copyOf(links);
        }
    }

    HashedNameSet names() {
        return watched.names();
    }

    List<DirectoryWatch> watches() {
        return watched.watches();
    }

    List<Input.Link> links() {
        return watched.links();
    }

    /** An input. */
    sealed interface PortableItem {
        Path path();

        record DirectoryItem(Path path) implements PortableItem {}

        record LinkItem(Path path, String target) implements PortableItem {}

        record FileItem(Path path, Digest digest) implements PortableItem {}
    }

    /** How paths are named where the project lies. */
    public interface PathMapping {
        /** A path's name. */
        String toPortable(String path);

        /** The path of a name; empty if it is none. */
        Optional<String> toAbsolute(String name);

        /** Whether a directory only leads to the project; it has no name. */
        boolean isAbove(String path);
    }

    public PortableManifest {
        inputs = List.copyOf(inputs);
    }

    /** The digest of what the variables of a command say, apart from those that are part of the manifest's name. */
    public static Digest digest(Map<String, String> environment) {
        StringBuilder text = new StringBuilder();
        QueriedVariables.others(environment)
                .forEach((name, value) -> text.append(name).append('=').append(value).append('\0'));
        return Digest.ofBytes(text.toString().getBytes(UTF_8));
    }

    /** What was found, to be told to others; empty without a footprint. */
    public static Optional<byte[]> encode(DiscoveryResult.InputsFound found, Map<String, String> environment,
            Optional<DependencyTrace> trace, PathMapping places) {
        return found.footprint().get().map(footprint -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                write(found, footprint, places, out);
                DependencyTraceCodec.write(digest(environment), out);
                out.writeBoolean(trace.isPresent());
                if (trace.isPresent()) {
                    DependencyTraceCodec.write(trace.get(), out);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        });
    }

    private static void write(DiscoveryResult.InputsFound found, LookupDependencies footprint, PathMapping places,
            DataOutputStream out)
            throws IOException {
        List<Input> inputs = found.inputs().inputs().stream()
                .filter(input -> !(input instanceof Input.Directory && places.isAbove(input.path().toString())))
                .toList();
        out.writeByte(VERSION);
        out.writeBoolean(inputs.stream().allMatch(input -> !(input instanceof Input.File file) || file.keepTime()));
        out.writeInt(inputs.size());
        for (Input input : inputs) {
            switch (input) {
                case Input.Directory _ -> out.writeByte(DIRECTORY);
                case Input.Link link -> {
                    out.writeByte(LINK);
                    text(out, places.toPortable(link.target()));
                }
                case Input.File file -> {
                    out.writeByte(FILE);
                    DependencyTraceCodec.write(file.digest(), out);
                }
            }
            text(out, places.toPortable(input.path().toString()));
        }
        write(footprint, places::toPortable, out);
    }

    /**
     * Writes what a command has looked for.
     *
     * @param spelling of a path or of the text of a link
     */
    static void write(LookupDependencies footprint, UnaryOperator<String> spelling, DataOutputStream out)
            throws IOException {
        long[] names = footprint.names().hashes();
        out.writeInt(names.length);
        for (long name : names) {
            out.writeLong(name);
        }
        out.writeInt(footprint.names().spelled().size());
        for (String name : footprint.names().spelled()) {
            text(out, name);
        }
        out.writeInt(footprint.watches().size());
        for (DirectoryWatch watch : footprint.watches()) {
            text(out, spelling.apply(watch.directory().toString()));
            out.writeLong(watch.present());
        }
        out.writeInt(footprint.links().size());
        for (Input.Link link : footprint.links()) {
            text(out, spelling.apply(link.path().toString()));
            text(out, spelling.apply(link.target()));
        }
    }

    /**
     * What another was told, here.
     *
     * @throws IOException if it is no manifest, or has names that are none here
     */
    public static PortableManifest decode(byte[] bytes, PathMapping places) throws IOException {
        try (DataInputStream in = new DataInputStream(
                new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("a manifest of version " + version + ", not " + VERSION);
            }
            boolean keepsTimes = in.readBoolean();
            List<PortableItem> inputs = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                inputs.add(item(in, places));
            }
            List<Long> hashes = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                hashes.add(in.readLong());
            }
            List<String> names = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                names.add(text(in));
            }
            List<DirectoryWatch> watches = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                watches.add(new DirectoryWatch(path(in, places), in.readLong()));
            }
            List<Input.Link> links = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                links.add(new Input.Link(path(in, places), target(in, places)));
            }
            return new PortableManifest(keepsTimes, inputs,
                    new WatchedPlaces(names.isEmpty() ? HashedNameSet.ofHashes(hashes) : HashedNameSet.spelled(names),
                            watches, links),
                    DependencyTraceCodec.digest(in),
                    in.readBoolean() ? Optional.of(DependencyTraceCodec.read(in)) : Optional.empty());
        } catch (InvalidPathException e) {
            throw new IOException("a manifest with a name that is no path", e);
        }
    }

    private static PortableItem item(DataInputStream in, PathMapping places) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case DIRECTORY -> new PortableItem.DirectoryItem(path(in, places));
            case LINK -> {
                String target = target(in, places);
                yield new PortableItem.LinkItem(path(in, places), target);
            }
            case FILE -> {
                Digest digest = DependencyTraceCodec.digest(in);
                yield new PortableItem.FileItem(path(in, places), digest);
            }
            default -> throw new IOException("an input of kind " + kind);
        };
    }

    static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_ITEMS) {
            throw new IOException("a list of " + Integer.toUnsignedLong(count) + " in a manifest");
        }
        return count;
    }

    private static Path path(DataInputStream in, PathMapping places) throws IOException {
        String name = text(in);
        Path path = Path.of(places.toAbsolute(name).orElseThrow(() -> new IOException("no path here: " + name)));
        if (!path.isAbsolute()) {
            throw new IOException("not absolute: " + name);
        }
        return path;
    }

    /** Relative links are spelled as they are. */
    private static String target(DataInputStream in, PathMapping places) throws IOException {
        String name = text(in);
        return places.toAbsolute(name).orElse(name);
    }

    static void text(DataOutputStream out, String text) throws IOException {
        bytes(out, text.getBytes(UTF_8));
    }

    static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), UTF_8);
    }

    static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a text of " + Integer.toUnsignedLong(length) + " bytes does not fit its manifest");
        }
        return in.readNBytes(length);
    }

    /** All paths to be looked at: inputs, links, watched directories, in this order. */
    List<Path> paths() {
        List<Path> paths = new ArrayList<>(inputs.size() + links().size() + watches().size());
        inputs.forEach(input -> paths.add(input.path()));
        links().forEach(link -> paths.add(link.path()));
        watches().forEach(watch -> paths.add(watch.directory()));
        return Collections.unmodifiableList(paths);
    }
}
