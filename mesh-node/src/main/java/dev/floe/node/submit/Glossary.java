package dev.floe.node.submit;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.floe.front.Input;
import dev.floe.front.InputSet;
import dev.floe.node.wire.JobMessage.Answer;
import dev.floe.node.wire.JobMessage.Brief;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.WireInput;

/**
 * Which inputs each executor has been told of: what it has confirmed is named by a number afterwards, some three bytes instead of a hundred.
 * An input is all that is said of it, so a file that changes is another one. An executor may forget at any time; it asks then. Thread-safe.
 */
final class Glossary {
    /** Inputs that are numbered at a time. */
    static final int MOST = 20_000;
    private static final int MOST_EXECUTORS = 256;

    private final SecureRandom random = new SecureRandom();
    private final Map<Input, Integer> numbers = new HashMap<>();
    private final Map<String, Told> executors = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
            return size() > MOST_EXECUTORS;
        }
    };

    /** What one executor knows; nobody else is told the name, so that nobody else can speak under it. */
    private static final class Told {
        private final long name;
        private final BitSet known = new BitSet();

        private Told(long name) {
            this.name = name;
        }
    }

    /** One command's inputs, told to one executor. */
    final class Page {
        private final String executor;
        private final int[] numbered;
        private final Told told;

        private Page(String executor, int[] numbered, Told told) {
            this.executor = executor;
            this.numbered = numbered;
            this.told = told;
        }

        /** The same offer without what the executor knows. */
        Offer shorten(Offer offer) {
            List<Integer> references = new ArrayList<>(numbered.length);
            List<WireInput> inputs = new ArrayList<>();
            synchronized (Glossary.this) {
                for (int i = 0; i < numbered.length; i++) {
                    boolean isKnown = told.known.get(numbered[i]);
                    references.add(numbered[i] << 1 | (isKnown ? 0 : 1));
                    if (!isKnown) {
                        inputs.add(offer.inputs().get(i));
                    }
                }
            }
            return offer.brief(inputs, new Brief(told.name, references));
        }

        /** The executor has read it, and may have taken note. */
        void answered(Answer answer) {
            if (answer.glossary() == told.name) {
                synchronized (Glossary.this) {
                    for (int number : numbered) {
                        told.known.set(number);
                    }
                }
            }
        }

        /** The executor has forgotten; whoever comes next begins anew. */
        void forgotten() {
            synchronized (Glossary.this) {
                executors.remove(executor, told);
            }
        }
    }

    /**
     * @param executor its node's id
     * @param inputs   in the order in which offers have them
     */
    synchronized Page page(String executor, InputSet inputs) {
        int[] numbered = new int[inputs.inputs().size()];
        if (numbers.size() + numbered.length > MOST) {
            numbers.clear();
            executors.clear();
        }
        for (int i = 0; i < numbered.length; i++) {
            numbered[i] = numbers.computeIfAbsent(inputs.inputs().get(i), _ -> numbers.size());
        }
        return new Page(executor, numbered,
                executors.computeIfAbsent(executor, _ -> new Told(random.nextLong() | 1)));
    }
}
