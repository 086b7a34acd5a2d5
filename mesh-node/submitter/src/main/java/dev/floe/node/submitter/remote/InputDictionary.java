package dev.floe.node.submitter.remote;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.node.rpc.messages.JobMessage.InputReferences;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.store.BoundedMap;

/**
 * The dictionary of inputs that each executor has confirmed: an offer names such an input by a number of some three
 * bytes instead of a hundred. An input is all that is said of it, so a file that changes is another one. An executor
 * may forget at any time; it asks then. Thread-safe.
 */
public final class InputDictionary {
    /** Inputs that are numbered at a time. */
    static final int MAX = 20_000;
    private static final int MAX_EXECUTORS = 256;

    private final SecureRandom random = new SecureRandom();
    private final Map<Input, Integer> numbers = new HashMap<>();
    /** The same by identity: commands share most of their inputs' objects, and hashing one takes longer. */
    private final Map<Input, Integer> numbersOfObjects = new IdentityHashMap<>();
    private final Map<String, ExecutorState> executors = new BoundedMap<>(MAX_EXECUTORS);

    /** What one executor knows; nobody else is told the name, so that nobody else can speak under it. */
    private static final class ExecutorState {
        private final long name;
        private final BitSet known = new BitSet();

        private ExecutorState(long name) {
            this.name = name;
        }
    }

    /** One command's inputs, told to one executor. */
    final class DictionaryEncoder {
        private final String executor;
        private final InputSet all;
        private final int[] numbered;
        private final ExecutorState told;

        private DictionaryEncoder(String executor, InputSet all, int[] numbered, ExecutorState told) {
            this.executor = executor;
            this.all = all;
            this.numbered = numbered;
            this.told = told;
        }

        /** The same offer with the inputs that the executor does not know, whether or not it lists any. */
        Offer shorten(Offer offer) {
            List<Integer> references = new ArrayList<>(numbered.length);
            List<WireInput> inputs = new ArrayList<>();
            synchronized (InputDictionary.this) {
                for (int i = 0; i < numbered.length; i++) {
                    boolean isKnown = told.known.get(numbered[i]);
                    references.add(numbered[i] << 1 | (isKnown ? 0 : 1));
                    if (!isKnown) {
                        inputs.add(OfferFactory.wire(all.inputs().get(i)));
                    }
                }
            }
            return offer.brief(inputs, new InputReferences(told.name, references));
        }

        /** The executor has read it, and may have taken note. */
        void answered(OfferAnswer answer) {
            if (answer.glossary() == told.name) {
                synchronized (InputDictionary.this) {
                    for (int number : numbered) {
                        told.known.set(number);
                    }
                }
            }
        }

        /** The executor has forgotten; the next offer starts again. */
        void forgotten() {
            synchronized (InputDictionary.this) {
                executors.remove(executor, told);
            }
        }
    }

    private int number(Input input) {
        Integer known = numbersOfObjects.get(input);
        if (known == null) {
            known = numbers.computeIfAbsent(input, _ -> numbers.size());
            numbersOfObjects.put(input, known);
        }
        return known;
    }

    /**
     * @param executor its node's id
     * @param inputs   in the order in which offers have them
     */
    synchronized DictionaryEncoder encoderFor(String executor, InputSet inputs) {
        int[] numbered = new int[inputs.inputs().size()];
        if (numbers.size() + numbered.length > MAX) {
            numbers.clear();
            numbersOfObjects.clear();
            executors.clear();
        }
        if (numbersOfObjects.size() + numbered.length > MAX) {
            numbersOfObjects.clear();
        }
        for (int i = 0; i < numbered.length; i++) {
            numbered[i] = number(inputs.inputs().get(i));
        }
        return new DictionaryEncoder(executor, inputs, numbered,
                executors.computeIfAbsent(executor, _ -> new ExecutorState(random.nextLong() | 1)));
    }
}
