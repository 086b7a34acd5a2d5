package dev.floe.node.submit;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.front.InputDiscovery;
import dev.floe.front.Machine;
import dev.floe.front.discovery.CompilerDiscovery;
import dev.floe.front.discovery.Directories;
import dev.floe.front.discovery.StandardSearch;
import dev.floe.front.manifest.Manifests;
import dev.floe.front.proof.Lessons;
import dev.floe.node.builds.BuildGroups;
import dev.floe.node.cache.CacheUse;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.execute.Slots;
import dev.floe.node.record.JobLog;
import dev.floe.node.wire.PeerConnections;
import dev.floe.store.ContentStore;
import dev.floe.store.FailureText;
import dev.floe.store.FileDigests;

/** Serves this machine's wrappers. */
public final class Submitter implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(Submitter.class);
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(1500);

    private static final int TELLERS = 16;
    private static final int FILES_EACH = 20_000;
    private static final int COMMANDS_EACH = 500;
    private static final int OWN_COMMANDS = 5_000;

    private final Site site;
    private final SignsOfLife signsOfLife = new SignsOfLife();
    private final AtomicLong nextJob = new AtomicLong();
    private final Map<String, Memory> memories = new LinkedHashMap<>(16, 0.75f, true) { // guarded by itself
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Memory> eldest) {
            return size() > TELLERS;
        }
    };
    private final Glossary glossary = new Glossary();
    private final Memory own;
    private final Turns turns;
    private final Deadlines.Pending heartbeat;

    /** What every submission here uses. */
    public interface Site {
        /** This node's name. */
        String name();

        Slots slots();

        Outlook outlook();

        CompilerToolchains toolchains();

        StandIns standIns();

        InputDiscovery discovery();

        FileDigests digests();

        PeerConnections connections();

        Deadlines deadlines();

        JobLog log();

        InstantSource clock();

        ContentStore store();

        MeshCache cache();

        /** Looks after the results that commands are served. */
        Audits audits();

        /** Which commands belong together. */
        BuildGroups builds();

        /** What builds here may do with the cache. */
        Set<CacheUse> cacheUses();

        /** The executor of this very node, for a job that is kept; empty if it has no sandbox. */
        Optional<RemoteCompile.Door> ownExecutor();

        Directories directories();
    }

    public Submitter(Site site) {
        this.site = site;
        this.own = new Memory(true, "", site.digests(), site.discovery(), site.directories(),
                new Manifests<>(OWN_COMMANDS, site.directories()), new Manifests<>(OWN_COMMANDS, site.directories()),
                new StandardSearch(site.clock()),
                new Lessons(site.clock()));
        this.turns = new Turns(site.slots());
        this.heartbeat = site.deadlines().every(SIGN_OF_LIFE, signsOfLife::send);
    }

    /**
     * Serves one connection to its end.
     *
     * @param first    the frame that has been read already
     * @param user     whose wrapper it is
     * @param sameUser whether the wrapper runs as the user of this node
     */
    void serve(FrameChannel channel, Frame first, String user, boolean sameUser) {
        signsOfLife.add(channel);
        try {
            Hello hello = Hello.read(first);
            String id = site.name() + "/" + nextJob.incrementAndGet();
            boolean readHere = sameUser && FileView.isOwn(hello.view());
            Memory memory = readHere ? own : memory(user, hello.view());
            hello.turnAbove().ifPresent(turns::giveUp);
            try (BuildGroups.Member member = member(hello, user, readHere)) {
                Account account = new Account(id, site.name(), member.build(), hello, site.clock().instant());
                RequestContext request = new RequestContext(site, new Hands(channel), hello, account, memory);
                new CompileRequest(request, turns, glossary).run();
            }
            channel.gone().join();
        } catch (WrapperGoneException e) {
            LOG.debug("a wrapper went away before its job was done");
        } catch (ProtocolException e) {
            LOG.warn("dropped a connection on the socket: {}", FailureText.of(e));
        } catch (IOException | RuntimeException e) {
            LOG.warn("a job failed in the node; the wrapper compiles by itself: {}", FailureText.of(e));
            LOG.debug("a job failed in the node", e);
        } finally {
            signsOfLife.remove(channel);
        }
    }

    private BuildGroups.Member member(Hello hello, String user, boolean readHere) {
        return hello.mode() == Hello.Mode.EXPLAIN
                ? BuildGroups.Member.NONE
                : site.builds().join(hello.origin(user, readHere));
    }

    /** The node shows on this connection that it lives, until {@link #endSignsOfLife}. */
    void beginSignsOfLife(FrameChannel channel) {
        signsOfLife.add(channel);
    }

    void endSignsOfLife(FrameChannel channel) {
        signsOfLife.remove(channel);
    }

    /**
     * What is remembered of the files that one user's wrappers tell of; never mixed with what others tell.
     *
     * @param readHere  whether the node may look at the files itself
     * @param foreign   who tells of them, if they are not those that the node sees; else empty
     * @param manifests what discovery has found for commands
     * @param traced    what observed compiles have looked at
     */
    record Memory(boolean readHere, String foreign, FileDigests digests, InputDiscovery discovery,
            Directories directories, Manifests<Nearest.Known> manifests, Manifests<Nearest.Known> traced,
            StandardSearch search, Lessons lessons) {
        CompilerToolchains.Caller caller(Machine machine) {
            return foreign.isEmpty()
                    ? new CompilerToolchains.Caller.Native(readHere)
                    : new CompilerToolchains.Caller.Foreign(foreign, machine);
        }
    }

    private Memory memory(String user, String view) {
        String teller = user + " " + view;
        if (view.isEmpty()) {
            return newMemory(teller); // two that cannot say what they see may see different files
        }
        synchronized (memories) {
            return memories.computeIfAbsent(teller, _ -> newMemory(FileView.isOwn(view) ? "" : teller));
        }
    }

    private Memory newMemory(String foreign) {
        Directories directories = new Directories(site.clock());
        return new Memory(false, foreign, new FileDigests(FILES_EACH),
                new CompilerDiscovery(site.clock(), directories), directories,
                new Manifests<>(COMMANDS_EACH, directories), new Manifests<>(COMMANDS_EACH, directories),
                new StandardSearch(site.clock()),
                new Lessons(site.clock()));
    }

    /** Ends all connections; their wrappers go on by themselves. */
    @Override
    public void close() throws IOException {
        heartbeat.close();
        signsOfLife.closeAll();
    }

}
