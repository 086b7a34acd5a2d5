package dev.floe.node.execute;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.node.wire.JobMessage.Brief;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.WireInput;
import dev.floe.node.wire.Varints;

/**
 * What submitters have told of inputs, so that they need only name them. Keeps a bounded number and forgets the glossaries that were not used
 * for longest; a submitter is asked to say again what was forgotten. Thread-safe.
 */
final class Glossaries {
    /** Inputs kept in all, some 300 bytes each. */
    static final int MOST_KEPT = 60_000;
    /** Inputs of one command; the names alone would be a long list otherwise. */
    static final int MOST_INPUTS = 200_000;

    private final Map<Long, Map<Integer, WireInput>> known = new LinkedHashMap<>(16, 0.75f, true);
    private int kept;

    /**
     * The offer with all its inputs; empty if one is named that is not known here.
     *
     * @throws IOException if what names the inputs makes no sense
     */
    synchronized Optional<Offer> whole(Offer offer) throws IOException {
        Brief brief = offer.brief();
        if (brief == null) {
            return Optional.of(offer);
        }
        try {
            return inputs(brief, offer.inputs()).map(offer::whole);
        } finally {
            forget();
        }
    }

    private Optional<List<WireInput>> inputs(Brief brief, List<WireInput> brought) throws IOException {
        Map<Integer, WireInput> glossary = known.computeIfAbsent(brief.glossary(), _ -> new HashMap<>());
        List<WireInput> inputs = new ArrayList<>();
        Iterator<WireInput> told = brought.iterator();
        ByteBuffer references = ByteBuffer.wrap(brief.references());
        boolean complete = true;
        while (references.hasRemaining()) {
            int reference = Varints.read(references);
            boolean isNew = (reference & 1) != 0;
            if (inputs.size() >= MOST_INPUTS || isNew && !told.hasNext()) {
                throw new IOException("the offer names more inputs than it may or brings");
            }
            @Nullable
            WireInput input = isNew ? told.next() : glossary.get(reference >>> 1);
            if (isNew && glossary.put(reference >>> 1, input) == null) {
                kept++;
            }
            complete &= input != null;
            if (input != null) {
                inputs.add(input);
            }
        }
        if (told.hasNext()) {
            throw new IOException("the offer brings inputs that it does not name");
        }
        return complete ? Optional.of(inputs) : Optional.empty();
    }

    /** Drops whole glossaries, the last one used at last. */
    private void forget() {
        Iterator<Map<Integer, WireInput>> eldest = known.values().iterator();
        while (kept > MOST_KEPT && eldest.hasNext()) {
            kept -= eldest.next().size();
            eldest.remove();
        }
    }
}
