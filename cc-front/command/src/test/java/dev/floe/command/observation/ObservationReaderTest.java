package dev.floe.command.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are whole, cut off, damaged or made up. */
final class ObservationReaderTest {
    private static RecordWriter compiler() {
        return new RecordWriter().image(7, "/usr/bin/cc1");
    }

    private static Observation parse(RecordWriter records) throws MalformedObservationException {
        return ObservationReader.parse(records.bytes());
    }

    private static void refuses(ByteBuffer bytes, String why) {
        assertThatThrownBy(() -> ObservationReader.parse(bytes)).isInstanceOf(MalformedObservationException.class)
                .hasMessageContaining(why);
    }

    @Test
    void readsPathsQueriesAndErrors() throws Exception {
        Observation observation = parse(
                compiler().path(RecordWriter.MISSED, 2, "/a/../b").path(RecordWriter.MISSED, 20, "/c")
                        .path(RecordWriter.MISSED, 13, "/secret").path(RecordWriter.READ, 0, "/x")
                        .path(RecordWriter.QUERY, 5, "")
                        .process(RecordWriter.END, 7, ""));
        assertThat(observation.isComplete()).isTrue();
        assertThat(observation.lookups().missed()).containsExactlyInAnyOrder("/a/../b", "/c");
        assertThat(observation.lookups().failed()).isEqualTo(Map.of("/secret", 13));
        assertThat(observation.lookups().read()).containsExactly("/x");
        assertThat(observation.queries()).isEqualTo(Map.of(SystemQuery.RANDOM, Set.of("/usr/bin/cc1")));
    }

    @Test
    void whatTheJobMadeAndRemovedIsNotMissed() throws Exception {
        Observation observation = parse(
                compiler().path(RecordWriter.MISSED, 2, "/out.o").path(RecordWriter.WRITTEN, 0, "/out.o")
                        .path(RecordWriter.WRITTEN, 0, "/tmp/a.s").path(RecordWriter.MISSED, 2, "/tmp/a.s")
                        .process(RecordWriter.END, 7, ""));
        assertThat(observation.lookups().missed()).containsExactly("/out.o");
        assertThat(observation.changes().written()).containsExactlyInAnyOrder("/out.o", "/tmp/a.s");
    }

    @Test
    void saysWhichGapTheLibraryFound() throws Exception {
        assertThat(parse(compiler().path(RecordWriter.GAP, 3, "").process(RecordWriter.END, 7, "")).gaps())
                .containsExactly("/usr/bin/cc1 looked at paths by numbered system calls");
    }

    @Test
    void aRecordThatIsBeingWrittenIsAGap() throws Exception {
        RecordWriter records = compiler().path(RecordWriter.READ, 0, "/x").process(RecordWriter.END, 7, "");
        int last = records.bytes().limit() - ObservationReader.RECORD_HEADER_BYTES;
        ByteBuffer bytes = records.bytes();
        bytes.put(last + 2, (byte) 0);
        assertThat(ObservationReader.parse(bytes).gaps()).contains("a record was cut off");
    }

    @Test
    void aNameThatIsNotUtf8IsAGap() throws Exception {
        Observation observation = parse(compiler().add(RecordWriter.MISSED, 2, 0, new byte[]{'/', (byte) 0xff})
                .process(RecordWriter.END, 7, ""));
        assertThat(observation.gaps()).containsExactly("a name is not UTF-8");
    }

    @Test
    void aFullRecordIsAGap() throws Exception {
        ByteBuffer bytes = compiler().process(RecordWriter.END, 7, "").bytes();
        bytes.putInt(16, 1).putInt(12, bytes.getInt(12) + 1024);
        assertThat(ObservationReader.parse(bytes).gaps()).containsExactly("the record was full");
    }

    @Test
    void aMissingFileIsAGapAndALinkIsRefused(@TempDir Path directory) throws Exception {
        assertThat(ObservationReader.read(directory.resolve("record")).gaps())
                .containsExactly("no program has left a record");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Files.createFile(directory.resolve("target")));
        assertThatThrownBy(() -> ObservationReader.read(link)).isInstanceOf(MalformedObservationException.class);
        Path empty = Files.createFile(directory.resolve("empty"));
        assertThatThrownBy(() -> ObservationReader.read(empty)).isInstanceOf(MalformedObservationException.class);
    }

    @Test
    void refusesWhatDoesNotFollowTheFormat() {
        refuses(ByteBuffer.allocate(10), "10 bytes");
        refuses(ByteBuffer.allocate(100), "no record of the observer");
        refuses(compiler().path(RecordWriter.READ, 0, "relative").bytes(), "not absolute");
        refuses(compiler().path(RecordWriter.READ, 0, "/zero\0").bytes(), "zero byte");
        refuses(compiler().path(99, 0, "/x").bytes(), "unknown kind");
        refuses(compiler().path(RecordWriter.QUERY, 99, "").bytes(), "unknown query");
        refuses(compiler().path(RecordWriter.GAP, 99, "").bytes(), "unknown gap");
        refuses(new RecordWriter().path(RecordWriter.READ, 0, "/x").bytes(), "of no program");
        ByteBuffer tooLong = compiler().bytes();
        refuses(tooLong.putInt(12, 1 << 30), "shorter than its records");
        ByteBuffer wrongSize = compiler().bytes();
        refuses(wrongSize.putShort(RecordWriter.FIRST, (short) 200), "wrong size");
        ByteBuffer wrongText = compiler().bytes();
        refuses(wrongText.putShort(RecordWriter.FIRST + 12, (short) 0xffff), "wrong size");
    }

    @Test
    void anyBytesGiveAnObservationOrTheDeclaredException() {
        ByteBuffer whole = compiler().path(RecordWriter.MISSED, 2, "/a/b").path(RecordWriter.QUERY, 1, "")
                .process(RecordWriter.SPAWNED, 8, "/as").image(8, "/as").process(RecordWriter.END, 8, "")
                .process(RecordWriter.END, 7, "").bytes();
        for (long seed = 0; seed < 200_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(whole.limit()) : whole.limit()];
            whole.get(0, bytes);
            for (int count = 1 + random.nextInt(6); count > 0 && bytes.length > 0; count--) {
                bytes[random.nextInt(
                        bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(4));
            }
            try {
                ObservationReader.parse(ByteBuffer.wrap(bytes));
            } catch (MalformedObservationException expected) {
                assertThat(expected).hasMessageMatching(".+");
            } catch (RuntimeException wrong) {
                throw new AssertionError("seed " + seed, wrong);
            }
        }
    }

    @Test
    void manyRecordsEndWithAGap() throws Exception {
        ByteBuffer first = compiler().bytes();
        ByteBuffer bytes = ByteBuffer.allocate(ObservationReader.MAX_FILE_BYTES).order(first.order()).put(first);
        while (bytes.remaining() >= 24) {
            bytes.putShort((short) 3).put((byte) RecordWriter.READ).put((byte) 0).putInt(RecordWriter.FIRST).putInt(0)
                    .putShort((short) 2).putShort((short) 0).put("/x\0\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII));
        }
        bytes.putInt(12, bytes.position() - RecordWriter.FIRST);
        assertThat(ObservationReader.parse(bytes.flip()).gaps()).contains("there are too many records");
    }
}
