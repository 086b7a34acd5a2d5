package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.ResendInputs;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.node.submitter.context.TimeoutScheduler;

/** Makes the offers of one job, and sends its inputs to the executors that take it. Used by any number of threads. */
final class OfferExchange {
    private static final Duration ANSWER = Duration.ofSeconds(8);

    private final InputSet inputs;
    private final TimeoutScheduler deadlines;
    private final InputReader reader;

    /** Opens an input of the command. */
    @FunctionalInterface
    interface InputReader {
        InputStream open(Input.File file) throws IOException;
    }

    OfferExchange(InputSet inputs, TimeoutScheduler deadlines, InputReader reader) {
        this.inputs = inputs;
        this.deadlines = deadlines;
        this.reader = reader;
    }

    JobClient client(MessageStream conversation) {
        return new JobClient(conversation, inputs.inputs().size());
    }

    /** What an executor knows of the inputs. */
    InputDictionary.DictionaryEncoder encoderFor(InputDictionary dictionary, String executor) {
        return dictionary.encoderFor(executor, inputs);
    }

    /**
     * What an executor says of the offer. A conversation without an answer is closed after a while.
     *
     * @param offer   may lack its inputs
     * @param encoder what the executor knows of the inputs
     */
    JobMessage offer(MessageStream conversation, JobClient job, Offer offer,
            Optional<InputDictionary.DictionaryEncoder> encoder) throws IOException {
        try (TimeoutScheduler.Cancellable _ = deadlines.after(ANSWER, conversation::close)) {
            JobMessage first = job.offer(encoder.map(it -> it.shorten(offer)).orElseGet(() -> whole(offer)));
            if (encoder.isPresent() && first instanceof ResendInputs) {
                encoder.get().forgotten();
                first = job.offer(whole(offer));
            }
            if (first instanceof OfferAnswer answer) {
                encoder.ifPresent(it -> it.answered(answer));
            }
            return first;
        }
    }

    private Offer whole(Offer offer) {
        return offer.inputs().isEmpty() ? offer.listing(OfferFactory.wire(inputs)) : offer;
    }

    /**
     * Sends the inputs that an executor lacks.
     *
     * @param sent told of the bytes of each input
     */
    void upload(JobClient job, OfferAnswer answer, LongConsumer sent) throws IOException {
        List<Integer> missing = job.missing(answer);
        for (int index : missing) {
            file(index);
        }
        job.upload(missing, new JobClient.InputSource() {
            @Override
            public long size(int index) {
                return file(index).digest().size();
            }

            @Override
            public InputStream open(int index) throws IOException {
                return reader.open(file(index));
            }

            @Override
            public void sent(int index) {
                sent.accept(size(index));
            }
        });
    }

    /** @throws IllegalArgumentException if the executor asks for what it cannot lack */
    private Input.File file(int index) {
        if (inputs.inputs().get(index) instanceof Input.File file) {
            return file;
        }
        throw new IllegalArgumentException(
                "the executor asks for " + inputs.inputs().get(index).path() + ", which is no file");
    }
}
