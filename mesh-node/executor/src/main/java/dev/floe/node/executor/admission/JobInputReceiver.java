package dev.floe.node.executor.admission;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.StreamStalledException;
import dev.floe.node.rpc.stream.WireDigests;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.content.ContentStore;
import dev.floe.store.content.ContentWriter;
import dev.floe.store.files.BlockOutputStream;

/**
 * Requests the files that an offer names and this node does not have, and receives them. A system header that this
 * machine has installed itself, with the same path and bytes, is taken from there.
 */
public final class JobInputReceiver {
    private final Offer offer;
    private final MessageStream conversation;
    private final ContentStore store;
    private final InstalledInputs installed;

    public JobInputReceiver(Offer offer, MessageStream conversation, ContentStore store, InstalledInputs installed) {
        this.offer = offer;
        this.conversation = conversation;
        this.store = store;
        this.installed = installed;
    }

    /** The indexes of inputs that must be sent; of files with the same bytes only the first. */
    public List<Integer> missing() throws IOException {
        List<Integer> missing = new ArrayList<>();
        Set<Digest> asked = new HashSet<>();
        InstalledInputs.Search search = installed.begin();
        List<WireInput> inputs = offer.inputs();
        for (int i = 0; i < inputs.size(); i++) {
            WireInput input = inputs.get(i);
            if (input.kind() == JobMessage.InputKind.FILE || input.kind() == JobMessage.InputKind.PRIVATE_FILE) {
                Digest digest = WireDigests.of(input.hash(), input.size());
                if (!store.holds(digest) && !search.store(input.path(), digest) && asked.add(digest)) {
                    missing.add(i);
                }
            }
        }
        return missing;
    }

    /**
     * Stores these inputs, which the submitter sends in order.
     *
     * @param stalled runs if they do not come
     */
    public void receive(List<Integer> missing, Runnable stalled) throws IOException {
        try {
            receive(missing);
        } catch (StreamStalledException e) {
            stalled.run();
            throw new IOException("the inputs do not come: " + FailureText.of(e), e);
        }
    }

    private void receive(List<Integer> missing) throws IOException {
        for (int index : missing) {
            InputBlobHeader blob = conversation.receive(InputBlobHeader.class);
            WireInput input = offer.inputs().get(index);
            if (blob.index() != index || blob.size() != input.size()) {
                throw new IOException("input " + blob.index() + " came where " + index + " was asked for");
            }
            try (ContentWriter inbox = store.receive(WireDigests.of(input.hash(), input.size()))) {
                conversation.receiveBlob(blob.size(), into(inbox));
                inbox.commit();
            }
        }
    }

    private static OutputStream into(ContentWriter inbox) {
        return new BlockOutputStream() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                inbox.write(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }
}
