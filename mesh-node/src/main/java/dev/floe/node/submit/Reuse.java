package dev.floe.node.submit;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

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
import dev.floe.node.cache.CacheUse;
import dev.floe.node.cache.Claim;
import dev.floe.node.cache.Lookup;
import dev.floe.node.record.Step;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.WireObservation;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.action.ActionKey;
import dev.floe.toolchain.ToolchainId;

/** What the mesh's cache does for one command: finds its inputs and its result without a compiler, or keeps the result for the next. */
final class Reuse implements AutoCloseable {
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
    private final Delivery delivery;
    private final Traces traces;
    private Optional<String> notTraced = Optional.empty(); // why no earlier compile is known to have depended on the same
    private Optional<Discovery.Found> untold = Optional.empty(); // what the mesh does not know yet

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
        this.delivery = new Delivery(site, hands, account, command, memory.readHere());
        this.traces = new Traces(memory, command, toolchain);
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
                account.cache("miss: " + notTraced.orElse(why));
                yield uses.contains(CacheUse.READ) ? shared().find(machine) : Optional.empty();
            }
        };
    }

    /**
     * Serves the result of an earlier compile that was observed, if all that it asked for has the same answer now.
     *
     * @return the inputs that it looked at; empty if there is none
     */
    Optional<InputSet> serveTraced(Machine machine) throws IOException {
        if (!isOn() || !uses.contains(CacheUse.READ)) {
            return Optional.empty();
        }
        Optional<InputSet> served = switch (traces.recall(machine)) {
            case Recalled.Same<Nearest.Known>(InputSet inputs, boolean _, Nearest.Known value) ->
                served(inputs, value.keys(), machine);
            case Recalled.Unknown<Nearest.Known> unknown -> {
                notTraced = unknown.isNew() ? Optional.empty() : Optional.of(unknown.why());
                Optional<SharedManifests.Traced> traced = shared().findTraced(machine);
                yield traced.isEmpty() ? Optional.empty() : served(traced.get(), machine);
            }
        };
        delivery.clearUnproven(); // discovery finds what is there now
        return served;
    }

    private Optional<InputSet> served(SharedManifests.Traced traced, Machine machine) throws IOException {
        ResultKeys found = new ResultKeys(Optional.empty(), traced.key());
        Optional<InputSet> served = served(traced.inputs(), found, machine);
        if (served.isPresent()) {
            traces.remember(traced.inputs(), machine, traced.variables(), found);
        }
        return served;
    }

    private Optional<InputSet> served(InputSet inputs, ResultKeys wanted, Machine machine) throws IOException {
        account.lap(Step.DISCOVER);
        CompileTask task = new CompileTask(command, new Discovery.Found(inputs, false, Optional::empty), machine,
                memory.directories());
        for (ActionKey key : wanted.all()) {
            Optional<Lookup.Hit> hit = site.cache().findAlso(key);
            if (hit.isPresent() && delivery.deliver(hit.get(), task, false)) {
                return Optional.of(inputs);
            }
        }
        account.lap(Step.CACHE);
        return Optional.empty();
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
            sharing = new Sharing.None(
                    "__DATE__, __TIME__, __TIMESTAMP__, #pragma GCC dependency or a precompiled header of clang");
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
            if (fromCompiler) {
                untold = Optional.of(found);
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
            case Lookup.Hit hit -> delivery.deliver(hit, task, false);
            case Lookup.Mine(Claim mine) -> {
                claim = mine;
                yield false;
            }
            case Lookup.Busy(var waiting) -> {
                Optional<Lookup.Hit> hit = waiting.await(limit, hands.gone());
                yield hit.isPresent() && delivery.deliver(hit.get(), task, true);
            }
            case Lookup.Miss(String reason) -> {
                account.cache("miss: " + reason);
                yield false;
            }
        };
        if (!served && unproven().isNone() && wanted.portable().isPresent()) {
            Optional<Lookup.Hit> exact = site.cache().findAlso(wanted.exact());
            served = exact.isPresent() && delivery.deliver(exact.get(), task, false);
        }
        account.lap(Step.CACHE);
        delivery.delivered()
                .ifPresent(hit -> trace(task, traces.made(task.inputs(), hit.result().observed(), hit.key())));
        return served;
    }

    /** What a kept result missed that is there now; none if there is no such result. */
    Shortfall unproven() {
        return delivery.unproven();
    }

    /** Once the user has been told: has what was served made anew, if it is drawn. */
    void audit(InputSet inputs) {
        Optional<Lookup.Hit> served = delivery.delivered();
        if (served.isPresent() && site.audits().draws(account.id())) {
            Lookup.Hit hit = served.get();
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

    /**
     * The result is there.
     *
     * @param observation what its compile asked for; null if it was not observed
     */
    void made(ActionKey key, CompileTask task, @Nullable WireObservation observation) {
        trace(task, traces.made(task.inputs(), observation, key));
        if (claim != null) {
            claim.done(key);
        }
    }

    /** Remembers what a compile depended on. */
    private void trace(CompileTask task, Optional<Traces.Made> made) {
        ResultKeys known = keys;
        if (made.isPresent() && known != null) {
            traces.remember(task, made.get(), known);
            tell(made);
        }
    }

    private void tell(Optional<Traces.Made> made) {
        ResultKeys known = keys;
        if (known != null && uses.contains(CacheUse.WRITE)) {
            untold.ifPresent(found -> shared().tell(found, made, known));
        }
        untold = Optional.empty();
    }

    @Override
    public void close() {
        tell(Optional.empty());
        if (claim != null) {
            claim.close();
        }
    }
}
