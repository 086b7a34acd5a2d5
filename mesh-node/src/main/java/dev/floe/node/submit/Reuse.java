package dev.floe.node.submit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.InputSet;
import dev.floe.front.Machine;
import dev.floe.front.Sharing;
import dev.floe.front.manifest.ManifestKey;
import dev.floe.front.manifest.Manifests.Recalled;
import dev.floe.front.proof.LearnedInputs;
import dev.floe.front.proof.Lesson;
import dev.floe.front.proof.Shortfall;
import dev.floe.node.cache.Anchors;
import dev.floe.node.cache.CacheUse;
import dev.floe.node.cache.Claim;
import dev.floe.node.cache.Lookup;
import dev.floe.node.cache.Maker;
import dev.floe.node.record.Step;
import dev.floe.node.submit.ExpectedOutputs.Announced;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.ActionResult.OutputFile;
import dev.floe.store.action.Content;
import dev.floe.toolchain.ToolchainId;

/** What the mesh's cache does for one command: finds its inputs and its result without a compiler, or keeps the result for the next. */
final class Reuse implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(Reuse.class);

    private final Submitter.Site site;
    private final Hands hands;
    private final Account account;
    private final CompileCommand command;
    private final Submitter.Memory memory;
    private final Set<CacheUse> uses;
    private final String toolchain;
    private final ManifestKey manifest;
    private Sharing sharing;
    private @Nullable SharedManifests shared;
    private @Nullable ResultKeys keys;
    private @Nullable Claim claim;
    private Lookup.@Nullable Hit delivered;
    private Shortfall unproven = Shortfall.NONE;

    Reuse(Submitter.Site site, Hands hands, Account account, CompileCommand command, Submitter.Memory memory,
            Set<CacheUse> uses, String toolchain) {
        this.site = site;
        this.hands = hands;
        this.account = account;
        this.command = command;
        this.memory = memory;
        this.uses = uses;
        this.sharing = command.sharing();
        this.toolchain = toolchain;
        this.manifest = ManifestKey.of(command, toolchain);
    }

    /** What a build may do with the cache: what the node may, unless {@code FLOE_CACHE} says less. */
    static Set<CacheUse> uses(Set<CacheUse> node, @Nullable String wish) {
        Set<CacheUse> uses = EnumSet.noneOf(CacheUse.class);
        uses.addAll(node);
        if (wish != null && !wish.isEmpty()) {
            uses.retainAll(CacheUse.named(wish).orElse(Set.of()));
        }
        return uses;
    }

    boolean isOn() {
        return !uses.isEmpty() && !(sharing instanceof Sharing.None);
    }

    /** Where the result may serve. */
    Sharing sharing() {
        return sharing;
    }

    /** Whether the result is to be kept. */
    boolean keeps() {
        return isOn() && uses.contains(CacheUse.WRITE);
    }

    /** The inputs, if they are known still to be those of an earlier time, and all that the lesson says are among them. */
    Optional<Discovery.Found> recall(Machine machine, Lesson lesson) throws IOException {
        if (!isOn()) {
            return Optional.empty();
        }
        return switch (memory.manifests().recall(manifest, machine)) {
            case Recalled.Same<Nearest.Known>(InputSet inputs, boolean readsClock, Nearest.Known value) -> {
                Discovery.Found found = new Discovery.Found(inputs, readsClock, Optional::empty);
                account.cache("miss: no node holds it");
                if (LearnedInputs.add(found, lesson, machine) != found) {
                    yield Optional.empty(); // they are found anew, because these have no footprint
                }
                keys = value.keys();
                yield Optional.of(found);
            }
            case Recalled.Unknown<Nearest.Known>(String why) -> {
                account.cache("miss: " + why);
                yield uses.contains(CacheUse.READ) ? shared().find(machine) : Optional.empty();
            }
        };
    }

    private SharedManifests shared() {
        SharedManifests known = shared;
        if (known == null) {
            known = new SharedManifests(site, memory.directories(), command, toolchain);
            shared = known;
        }
        return known;
    }

    /** Whether the keys are known without an offer. */
    boolean knowsKeys() {
        return keys != null;
    }

    /** Looks what the clock does to the result. */
    void mind(Discovery.Found found) {
        if (found.readsClock()) {
            sharing = new Sharing.None("__DATE__, __TIME__, __TIMESTAMP__ or a precompiled header of clang");
        }
        if (sharing instanceof Sharing.None(String reason) && !uses.isEmpty()) {
            account.cache("not cached: " + reason);
        }
    }

    /**
     * The inputs have been found otherwise than by this node's own manifests.
     *
     * @param fromCompiler whether they are news to the mesh
     */
    void found(Discovery.Found found, Offer offer, boolean fromCompiler) {
        if (isOn()) {
            ResultKeys made = ResultKeys.of(offer);
            keys = made;
            if (uses.contains(CacheUse.WRITE) && fromCompiler) {
                shared().tell(found);
            }
            memory.manifests().remember(manifest, found, Nearest.Known.of(made, command, toolchain));
        }
    }

    /**
     * Looks for the result, and if somebody makes it just now waits for it.
     *
     * @param limit how long to wait
     * @return whether the command is done
     */
    boolean serve(CompileTask task, Duration limit) throws IOException {
        ResultKeys wanted = keys;
        if (!isOn() || wanted == null || !uses.contains(CacheUse.READ)) {
            return false;
        }
        Lookup lookup = uses.contains(CacheUse.WRITE)
                ? site.cache().lookup(wanted.first())
                : site.cache().find(wanted.first()).<Lookup>map(hit -> hit).orElse(new Lookup.Miss("not held"));
        boolean served = switch (lookup) {
            case Lookup.Hit hit -> deliver(hit, task, false);
            case Lookup.Mine(Claim mine) -> {
                claim = mine;
                yield false;
            }
            case Lookup.Busy(var waiting) -> {
                Optional<Lookup.Hit> hit = waiting.await(limit, hands.gone());
                yield hit.isPresent() && deliver(hit.get(), task, true);
            }
            case Lookup.Miss(String reason) -> {
                account.cache("miss: " + reason);
                yield false;
            }
        };
        if (!served && unproven.isNone() && wanted.portable().isPresent()) {
            Optional<Lookup.Hit> exact = site.cache().findAlso(wanted.exact());
            served = exact.isPresent() && deliver(exact.get(), task, false);
        }
        account.lap(Step.CACHE);
        return served;
    }

    /** What a kept result missed that is there now; none if there is no such result. */
    Shortfall unproven() {
        return unproven;
    }

    private boolean isProven(Lookup.Hit hit, CompileTask task, Anchors anchors) throws IOException {
        try {
            Shortfall shortfall = task.check(hit.result().observed(), anchors, account);
            if (shortfall.isNone()) {
                return true;
            }
            account.cache("miss: " + shortfall.first() + " was missed when the result was made");
            unproven = shortfall.obstacle().isEmpty() ? shortfall : Shortfall.NONE;
        } catch (WrapperGoneException | ProtocolException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("drops a result from node={} maker={}: {}", hit.node(), hit.result().maker(), FailureText.of(e));
            account.cache("miss: the result from " + hit.node() + " cannot be read");
            site.cache().evict(hit.key());
        } finally {
            account.lap(Step.CHECK);
        }
        return false;
    }

    private boolean deliver(Lookup.Hit hit, CompileTask task, boolean waited) throws IOException {
        account.lap(Step.CACHE);
        InputSet inputs = task.inputs();
        RealPaths real = new RealPaths(inputs.inputs());
        ExpectedOutputs expected = new ExpectedOutputs(command, inputs, real);
        Anchors anchors = sharing instanceof Sharing.Portable portable
                ? new Anchors(command.cwd().toString(), portable.root().toString(), portable.mapped())
                : new Anchors(command.cwd().toString(), "", false);
        ActionResult result = hit.result();
        List<Announced> files = result.files().stream().map(file -> new Announced(
                anchors.path(file.path()).orElse(file.path()), file.mode(), file.content().size())).toList();
        Optional<String> flaw = expected.flaw(files);
        if (flaw.isPresent()) {
            LOG.warn("drops a result from node={} maker={} with {}", hit.node(), result.maker(), flaw.get());
            account.cache("miss: the result from " + hit.node() + " has " + flaw.get());
            site.cache().evict(hit.key());
            return false;
        }
        if (!isProven(hit, task, anchors)) {
            return false;
        }
        for (int i = 0; i < files.size(); i++) {
            OutputFile file = result.files().get(i);
            String path = files.get(i).path();
            Optional<byte[]> laid = file.form().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Maker.lay(file, anchors.root()));
            try (OutputStream to = hands.open(path, file.mode(), Overwriting.of(path, command, real))) {
                if (laid.isPresent()) {
                    to.write(laid.get());
                } else if (!copy(file.content(), to)) {
                    hands.discard();
                    return false;
                }
            }
        }
        Optional<byte[]> printed = bytes(result.output());
        Optional<byte[]> complained = bytes(result.error());
        if (printed.isEmpty() || complained.isEmpty()) {
            hands.discard();
            return false;
        }
        hands.print(1, printed.get());
        hands.print(2, complained.get());
        hands.commit();
        account.lap(Step.WRITE);
        account.cache(waited
                ? "hit: made at this moment by another build"
                : hit.fetched() ? "hit: fetched from " + hit.node() : "hit: held here");
        account.received(result.bytes());
        account.saved(result.compute());
        delivered = hit;
        return true;
    }

    /** A user who may read the store copies from there; others get the bytes. */
    private boolean copy(Content content, OutputStream to) throws IOException {
        if (memory.readHere() && content instanceof Content.Stored(Digest digest)) {
            Optional<Path> entry = site.store().find(digest);
            if (entry.isPresent()) {
                hands.copy(entry.get(), digest.size());
            }
            return entry.isPresent();
        }
        Optional<InputStream> bytes = site.cache().open(content);
        if (bytes.isEmpty()) {
            return false;
        }
        try (InputStream in = bytes.get()) {
            return in.transferTo(to) == content.size();
        }
    }

    private Optional<byte[]> bytes(Content content) throws IOException {
        Optional<InputStream> bytes = site.cache().open(content);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = bytes.get()) {
            return Optional.of(in.readAllBytes());
        }
    }

    /** Once the user has been told: has what was served made anew, if it is drawn. */
    void audit(InputSet inputs) {
        Lookup.Hit hit = delivered;
        if (hit != null && site.audits().draws(account.id())) {
            Offer offer = Offers.make(account.id(), site.name(), command, new ToolchainId(toolchain), inputs,
                    hit.result().compute(), Jobs.TYPICAL_MEMORY_BYTES, sharing, false);
            site.audits().add(new Audits.Served(offer, hit.key(), hit.result(), command.source().toString(),
                    memory.readHere()));
        }
    }

    /** For the outputs of a compile that is to be kept; empty if it is not. */
    Optional<OwnCopy> ownCopy() {
        ResultKeys known = keys;
        return known == null || !keeps()
                ? Optional.empty()
                : Optional.of(new OwnCopy(site.store(), site.cache(), known));
    }

    /** The result is there, under this key. */
    void made(ActionKey key) {
        if (claim != null) {
            claim.done(key);
        }
    }

    @Override
    public void close() {
        if (claim != null) {
            claim.close();
        }
    }
}
