package dev.floe.node.executor.admission;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.node.rpc.messages.JobMessage.InputReferences;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;

/**
 * The dictionaries of inputs that submitters have defined, so that their offers need only numbers. Keeps a bounded
 * number and forgets the glossaries that were not used for longest; a submitter is asked to say again what was
 * forgotten. Thread-safe.
 */
public final class PeerInputDictionaries {
    /** Inputs kept in all, some 300 bytes each, if their names are not long. */
    static final int MAX_KEPT = 60_000;
    /** Characters of their paths and targets, in all. */
    static final long MAX_CHARACTERS = 16L << 20;

    private final Map<DictionaryName, Map<Integer, WireInput>> known = new LinkedHashMap<>(16, 0.75f, true);
    private int kept;
    private long characters;

    /** A number alone would let a node speak in the name of another whose number it has learned. */
    private record DictionaryName(String node, long number) {}

    /**
     * The offer with all its inputs; empty if one is named that is not known here.
     *
     * @param node that makes it, by its certificate
     * @throws IOException if what names the inputs makes no sense
     */
    public synchronized Optional<Offer> whole(String node, Offer offer) throws IOException {
        InputReferences brief = offer.brief();
        if (brief == null) {
            return Optional.of(offer);
        }
        try {
            return inputs(new DictionaryName(node, brief.glossary()), brief, offer.inputs()).map(offer::whole);
        } finally {
            forget();
        }
    }

    /** How many submitters have told of something that is still kept. */
    synchronized int count() {
        return known.size();
    }

    private Optional<List<WireInput>> inputs(DictionaryName name, InputReferences brief, List<WireInput> brought)
            throws IOException {
        if (brief.references().size() > OfferLimits.MAX_INPUTS) {
            throw new OfferRejectedException("the offer names " + brief.references().size() + " inputs, more than "
                    + OfferLimits.MAX_INPUTS);
        }
        Map<Integer, WireInput> glossary = known.computeIfAbsent(name, _ -> new HashMap<>());
        List<WireInput> inputs = new ArrayList<>(brief.references().size());
        Iterator<WireInput> told = brought.iterator();
        for (int reference : brief.references()) {
            int number = reference >>> 1;
            boolean isNew = (reference & 1) != 0;
            if (isNew && !told.hasNext()) {
                throw new OfferRejectedException("the offer announces new inputs that it does not contain");
            }
            WireInput input = isNew ? define(glossary, number, told.next()) : glossary.get(number);
            if (input != null) {
                inputs.add(input);
            }
        }
        if (told.hasNext()) {
            throw new OfferRejectedException("the offer contains inputs that it does not announce");
        }
        return inputs.size() == brief.references().size() ? Optional.of(inputs) : Optional.empty();
    }

    private WireInput define(Map<Integer, WireInput> glossary, int number, WireInput input)
            throws OfferRejectedException {
        OfferLimits.check(input);
        count(input, 1);
        count(glossary.put(number, input), -1);
        return input;
    }

    /** Drops those that are empty, and whole glossaries of what is too much, the last one used at last. */
    private void forget() {
        known.values().removeIf(Map::isEmpty);
        Iterator<Map<Integer, WireInput>> eldest = known.values().iterator();
        while ((kept > MAX_KEPT || characters > MAX_CHARACTERS) && eldest.hasNext()) {
            eldest.next().values().forEach(input -> count(input, -1));
            eldest.remove();
        }
    }

    private void count(@Nullable WireInput input, int sign) {
        if (input != null) {
            kept += sign;
            characters += (long) sign * (input.path().length() + input.target().length());
        }
    }
}
