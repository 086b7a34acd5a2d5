package dev.floe.command.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.command.inputs.Input;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;

/** Manifests as a peer may tell them. */
final class PortableManifestFuzzTest {
    private record Here() implements PortableManifest.PathMapping {
        @Override
        public String toPortable(String path) {
            return path;
        }

        @Override
        public Optional<String> toAbsolute(String name) {
            return name.startsWith("@")
                    ? Optional.of("/src" + name.substring(1))
                    : Optional.of(name).filter(it -> it.startsWith("/"));
        }

        @Override
        public boolean isAbove(String path) {
            return false;
        }
    }

    @MethodSource("manifests")
    @FuzzTest
    void decodesOrRefuses(byte[] bytes) {
        PortableManifest manifest;
        try {
            manifest = PortableManifest.decode(bytes, new Here());
        } catch (IOException _) {
            return;
        }
        assertThat(manifest.paths())
                .hasSize(manifest.inputs().size() + manifest.links().size() + manifest.watches().size())
                .allMatch(Path::isAbsolute);
        assertThat(manifest.links()).extracting(Input.Link::target).doesNotContainNull();
    }

    static Stream<byte[]> manifests() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(4);
            out.writeBoolean(false);
            out.writeInt(3);
            out.writeByte(0);
            text(out, "@/inc");
            out.writeByte(1);
            text(out, "a.h");
            text(out, "@/inc/b.h");
            out.writeByte(2);
            out.write(Digest.ofBytes(new byte[]{1}).hash());
            out.writeLong(1);
            text(out, "/usr/include/stdio.h");
            out.writeInt(1);
            out.writeLong(4711);
            out.writeInt(1);
            text(out, "stdio.h");
            out.writeInt(1);
            text(out, "@/inc");
            out.writeLong(815);
            out.writeInt(1);
            text(out, "@/link");
            text(out, "target");
            out.write(Digest.ofBytes(new byte[]{2}).hash());
            out.writeLong(1);
            out.writeBoolean(true);
            out.writeInt(1);
            text(out, "TERM");
            text(out, "unset");
            out.writeInt(1);
            out.writeByte(1);
            out.write(new byte[ActionKey.BYTES]);
            text(out, "");
        }
        return Stream.of(bytes.toByteArray());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        out.writeInt(text.length());
        out.write(text.getBytes(UTF_8));
    }
}
