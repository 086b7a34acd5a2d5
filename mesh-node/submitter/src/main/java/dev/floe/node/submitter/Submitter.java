package dev.floe.node.submitter;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.command.discovery.CompileInputDiscovery;
import dev.floe.command.discovery.DefaultHeaderSearchPath;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.proof.ExtraInputsCache;
import dev.floe.node.builds.BuildGroups;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.rpc.unix.UnixStreamServer.PeerConnection;
import dev.floe.node.submitter.compilers.FileViewer;
import dev.floe.node.submitter.completion.LocalSlotQueue;
import dev.floe.node.submitter.context.CommandMemory;
import dev.floe.node.submitter.context.CompilerMemory;
import dev.floe.node.submitter.context.JobRecordBuilder;
import dev.floe.node.submitter.context.RequestContext;
import dev.floe.node.submitter.context.SubmitterCaches;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.node.submitter.remote.InputDictionary;
import dev.floe.node.submitter.roots.RootAdmission;
import dev.floe.node.submitter.roots.UserFileAccess;
import dev.floe.node.submitter.roots.UserRoot;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.WrapperAbilities;
import dev.floe.node.submitter.wrapper.WrapperChannel;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.WrapperFrame;
import dev.floe.node.submitter.wrapper.WrapperKeepAlive;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;
import dev.floe.node.submitter.wrapper.host.FileSystemView;
import dev.floe.store.BoundedMap;
import dev.floe.store.FailureText;
import dev.floe.store.FileDigestCache;
import dev.floe.store.changes.FileChangeMonitor;
import dev.floe.store.descriptors.OpenDescriptor;

/** Serves this machine's wrappers. */
public final class Submitter implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(Submitter.class);
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(1000);

    private static final int MAX_USERS = 16;
    private static final int FILES_EACH = 20_000;
    private static final int COMMANDS_EACH = 500;
    private static final int OWN_COMMANDS = 5_000;

    private final SubmitterServices services;
    private final WrapperKeepAlive signsOfLife = new WrapperKeepAlive();
    private final RootAdmission roots = new RootAdmission();
    private final AtomicLong nextJob = new AtomicLong();
    private final Map<String, SubmitterCaches> memories = BoundedMap.concurrent(MAX_USERS);
    private final InputDictionary dictionary = new InputDictionary();
    private final SubmitterCaches own;
    private final FileChangeMonitor changes;
    private final LocalSlotQueue turns;
    private final SavedKnowledge saved;
    private TimeoutScheduler.@Nullable Cancellable heartbeat; // set by start

    public Submitter(SubmitterServices services, LocalFileKnowledge files, SlotPool slots) {
        this.services = services;
        this.changes = files.changes();
        InstantSource clock = services.jobs().clock();
        this.own = new SubmitterCaches(new FileViewer(true, "", files.changes()), files.digests(), files.discovery(),
                files.directories(),
                CommandMemory.of(OWN_COMMANDS, files.directories()),
                new CompilerMemory(new DefaultHeaderSearchPath(clock), new ExtraInputsCache(clock)));
        this.turns = new LocalSlotQueue(slots);
        this.saved = files.saved();
    }

    /** Notifies of changes of the files that this node sees itself. */
    public FileChangeMonitor changes() {
        return changes;
    }

    /** Reads what an earlier process has saved, and begins to show wrappers that this node lives. */
    public void start() {
        saved.start(own.discovered());
        heartbeat = services.executors().timeouts().every(SIGN_OF_LIFE, signsOfLife::send);
    }

    /**
     * Serves one connection to its end.
     *
     * @param first the frame that has been read already
     * @param peer  whose wrapper it is
     */
    void serve(WrapperChannel channel, WrapperFrame first, PeerConnection peer) {
        signsOfLife.add(channel);
        try {
            HelloFrame hello = HelloFrame.read(first);
            try (UserFileAccess access = access(channel, WrapperAbilities.of(first), hello.view(), peer)) {
                serve(channel, hello, access, Integer.toUnsignedString(peer.user()));
            }
            if (!channel.isToldToExit()) {
                channel.gone().join();
            }
        } catch (WrapperDisconnectedException e) {
            LOG.debug("a wrapper went away before its job was done");
        } catch (WrapperProtocolException e) {
            LOG.warn("dropped a connection on the socket: {}", FailureText.of(e));
        } catch (IOException | RuntimeException e) {
            LOG.warn("a job failed in the node; the wrapper runs the compiler: {}", FailureText.of(e));
            LOG.debug("a job failed in the node", e);
        } finally {
            signsOfLife.remove(channel);
        }
    }

    private void serve(WrapperChannel channel, HelloFrame hello, UserFileAccess access, String user)
            throws IOException {
        String id = services.jobs().node() + "/" + nextJob.incrementAndGet();
        SubmitterCaches memory = access.readHere() ? own : memory(user, hello.view(), access);
        hello.parentSlotId().ifPresent(turns::releaseParentSlot);
        try (BuildGroups.Member member = member(hello, user, access.readHere())) {
            JobRecordBuilder account = new JobRecordBuilder(id, services.jobs().node(), member.build(), hello,
                    services.jobs().clock().instant());
            RequestContext request = new RequestContext(services, new WrapperClient(channel, access), hello,
                    account, memory);
            new CompileRequest(request, turns, dictionary).run();
        }
    }

    private UserFileAccess access(WrapperChannel channel, WrapperAbilities abilities, String view,
            PeerConnection peer) {
        boolean readHere = peer.owned() && FileSystemView.isOwn(view);
        Optional<UserRoot> root = Optional.empty();
        if (abilities.passesRoot()) {
            Optional<OpenDescriptor> passed = channel.passed();
            if (readHere || !peer.owned()) {
                passed.ifPresent(OpenDescriptor::close);
            } else {
                root = passed.flatMap(descriptor -> roots.admit(descriptor, view, peer.process()));
            }
        }
        return new UserFileAccess(readHere, root, abilities.takesContents());
    }

    private BuildGroups.Member member(HelloFrame hello, String user, boolean readHere) {
        return hello.mode() == HelloFrame.Mode.EXPLAIN
                ? BuildGroups.Member.NONE
                : services.jobs().builds().join(hello.origin(user, readHere));
    }

    /** The node shows on this connection that it lives, until {@link #endSignsOfLife}. */
    void beginSignsOfLife(WrapperChannel channel) {
        signsOfLife.add(channel);
    }

    void endSignsOfLife(WrapperChannel channel) {
        signsOfLife.remove(channel);
    }

    private SubmitterCaches memory(String user, String view, UserFileAccess access) {
        String teller = user + " " + access.root().map(UserRoot::identity).orElse(view);
        if (view.isEmpty()) {
            return newMemory(teller); // two that cannot say what they see may see different files
        }
        return memories.computeIfAbsent(teller, _ -> newMemory(FileSystemView.isOwn(view) ? "" : teller));
    }

    private SubmitterCaches newMemory(String foreign) {
        InstantSource clock = services.jobs().clock();
        DirectoryListingCache directories = new DirectoryListingCache(clock);
        return new SubmitterCaches(new FileViewer(false, foreign), new FileDigestCache(FILES_EACH),
                new CompileInputDiscovery(clock, directories), directories,
                CommandMemory.of(COMMANDS_EACH, directories),
                new CompilerMemory(new DefaultHeaderSearchPath(clock), new ExtraInputsCache(clock)));
    }

    /** Ends all connections; their wrappers continue by running the compiler. */
    @Override
    public void close() throws IOException {
        if (heartbeat != null) {
            heartbeat.close();
        }
        signsOfLife.closeAll();
        saved.close();
    }

}
