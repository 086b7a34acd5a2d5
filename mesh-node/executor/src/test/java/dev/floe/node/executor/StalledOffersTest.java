package dev.floe.node.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.rpc.ServerLimits;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.StallPolicy;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.store.Digest;

/** Submitters that hold an executor's places and do nothing with them, or take more than their share. */
class StalledOffersTest {
    private static final StallPolicy SHORT = new StallPolicy(Duration.ofSeconds(2), Duration.ofSeconds(2), 4096);

    @TempDir
    private Path directory;
    private Workbench bench;
    private ExecutingNode node;
    private final List<MessageStream> open = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
        bench.sandbox();
        node = new ExecutingNode(bench, directory, 2, bench.availability(),
                ServerLimits.standard().waiting(SHORT, SHORT));
    }

    @AfterEach
    void close() throws IOException {
        open.forEach(MessageStream::close);
        node.close();
        bench.close();
    }

    private Offer offer(String submitter, WireInput... inputs) {
        Offer offer = Workbench.offer(List.of("/w"), "true", inputs);
        return new Offer(offer.jobId(), submitter, offer.program(), offer.argv(), offer.directory(),
                offer.environment(), offer.umask(), bench.toolchain().toolchain().id().hex(), offer.inputs(),
                offer.outputDirectories(), offer.predictedMillis(), offer.memoryBytes(), offer.terminal(),
                offer.keep(), offer.root(), offer.rootMapped());
    }

    private static WireInput missing(int number) {
        Digest digest = Digest.ofBytes(("never sent " + number).getBytes(StandardCharsets.UTF_8));
        return new WireInput(InputKind.FILE, "/w/x.h", 0644, digest.hash(), digest.size(), "", 0, 0);
    }

    private OfferAnswer offerAs(String certificate, Offer offer) throws IOException {
        MessageStream conversation = node.offerAs(certificate, offer);
        open.add(conversation);
        return conversation.receive(OfferAnswer.class);
    }

    @Test
    void anotherSubmitterIsServedThoughAllPlacesHaveOffersWhoseInputsNeverCome() throws IOException {
        int accepted = 0;
        while (offerAs("evil", offer("evil" + accepted, missing(accepted))).verdict() != AdmissionVerdict.REFUSED) {
            accepted++;
        }
        assertThat(accepted).as("all places").isGreaterThanOrEqualTo(2);
        assertThat(offerAs("good", offer("good")).verdict()).isEqualTo(AdmissionVerdict.REFUSED);
        await().atMost(Duration.ofMinutes(5))
                .until(() -> offerAs("good", offer("good")).verdict() == AdmissionVerdict.ACCEPTED);
        assertThat(open.getFirst().receive(JobMessage.class)).isInstanceOf(Failure.class)
                .extracting(failure -> ((Failure) failure).reason()).asString().contains("do not come");
        OfferAnswer again = offerAs("evil", offer("other name"));
        assertThat(again.verdict()).isEqualTo(AdmissionVerdict.REFUSED);
        assertThat(again.reason()).contains("earlier job");
    }

    @Test
    void anOfferThatNeverComesIsGivenUp() throws IOException {
        MessageStream silent = node.open();
        open.add(silent);
        assertThatThrownBy(() -> silent.receive(JobMessage.class)).isInstanceOf(StreamBrokenException.class);
    }

    @Test
    void sharesByTheCertificateAndNotByTheNameInTheOffer() throws IOException {
        int accepted = 0;
        for (int i = 0; i < 2; i++) {
            accepted += offerAs("evil", offer("name" + i, missing(i))).verdict() == AdmissionVerdict.ACCEPTED ? 1 : 0;
        }
        assertThat(accepted).isEqualTo(2);
        assertThat(offerAs("good", offer("name0")).verdict()).as("holds nothing yet")
                .isNotEqualTo(AdmissionVerdict.REFUSED);
        OfferAnswer more = offerAs("evil", offer("name3", missing(3)));
        assertThat(more.verdict()).isEqualTo(AdmissionVerdict.REFUSED);
    }
}
