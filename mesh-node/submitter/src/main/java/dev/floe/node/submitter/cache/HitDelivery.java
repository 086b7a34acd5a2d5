package dev.floe.node.submitter.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.command.CacheScope;
import dev.floe.command.CompileCommand;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.proof.MissingInputs;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.keys.PathNormalizer;
import dev.floe.node.cache.keys.ResultBuilder;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.submitter.cache.ResultLookup.Answer;
import dev.floe.node.submitter.context.CompileTask;
import dev.floe.node.submitter.context.JobRecordBuilder;
import dev.floe.node.submitter.context.OutputAllowlist;
import dev.floe.node.submitter.context.OutputAllowlist.Announced;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.wrapper.LinkResolver;
import dev.floe.node.submitter.wrapper.OverwriteMode;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ResultContent;

/** Gives the user a result that was kept: checks it, and writes its outputs. */
final class HitDelivery {
    private static final Logger LOG = LogManager.getLogger(HitDelivery.class);

    private final SubmitterServices.CacheAccess results;
    private final WrapperClient wrapper;
    private final JobRecordBuilder account;
    private final CompileCommand command;
    private static final Answer ABSENT = new Answer.Absent();

    HitDelivery(SubmitterServices.CacheAccess results, WrapperClient wrapper, JobRecordBuilder account,
            CompileCommand command) {
        this.results = results;
        this.wrapper = wrapper;
        this.account = account;
        this.command = command;
    }

    /** Why a result is of no use; empty if what its compile missed is missing here, too. */
    private Optional<Answer> whyUnproven(LookupResult.Hit hit, CompileTask task, PathNormalizer anchors)
            throws IOException {
        try {
            MissingInputs shortfall = task.check(hit.result().observed(), anchors, account);
            if (shortfall.isNone()) {
                return Optional.empty();
            }
            account.cache("miss: " + shortfall.first() + " was missed when the result was made");
            return Optional.of(shortfall.obstacle().isEmpty() ? new Answer.Unproven(shortfall) : ABSENT);
        } catch (WrapperDisconnectedException | WrapperProtocolException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("dropped a result from node={} maker={}: {}", hit.node(), hit.result().maker(), FailureText.of(e));
            account.cache("miss: the result from " + hit.node() + " cannot be read");
            results.cache().evict(hit.key());
            return Optional.of(ABSENT);
        } finally {
            account.lap(JobStep.CHECK);
        }
    }

    /**
     * Writes the outputs of a result for the user.
     *
     * @param waited whether it was made while the user has waited
     * @return other than served if it is of no use; nothing is written then
     */
    Answer deliver(LookupResult.Hit hit, CompileTask task, boolean waited) throws IOException {
        account.lap(JobStep.CACHE);
        InputSet inputs = task.inputs();
        LinkResolver real = new LinkResolver(inputs.inputs());
        OutputAllowlist expected = new OutputAllowlist(command, inputs, real);
        PathNormalizer anchors = command.sharing() instanceof CacheScope.Portable portable
                ? new PathNormalizer(command.cwd().toString(), portable.root().toString(), portable.mapped())
                : new PathNormalizer(command.cwd().toString(), "", false);
        ActionResult result = hit.result();
        List<Announced> files = result.files().stream().map(file -> new Announced(
                anchors.toAbsolute(file.path()).orElse(file.path()), file.mode(), file.content().size())).toList();
        Optional<String> flaw = expected.flaw(files);
        if (flaw.isPresent()) {
            LOG.warn("dropped a result from node={} maker={} with {}", hit.node(), result.maker(), flaw.get());
            account.cache("miss: the result from " + hit.node() + " has " + flaw.get());
            results.cache().evict(hit.key());
            return ABSENT;
        }
        Optional<Answer> unproven = whyUnproven(hit, task, anchors);
        if (unproven.isPresent()) {
            return unproven.get();
        }
        for (int i = 0; i < files.size(); i++) {
            OutputFile file = result.files().get(i);
            String path = files.get(i).path();
            Optional<byte[]> laid = file.form().isEmpty()
                    ? Optional.empty()
                    : Optional.of(ResultBuilder.render(file, anchors.root()));
            try (OutputStream to = wrapper.open(path, file.mode(), OverwriteMode.of(path, command, real))) {
                if (laid.isPresent()) {
                    to.write(laid.get());
                } else if (!copy(file.content(), to)) {
                    wrapper.discard();
                    return ABSENT;
                }
            }
        }
        if (!print(result)) {
            wrapper.discard();
            return ABSENT;
        }
        wrapper.commit();
        account.lap(JobStep.WRITE);
        account.cache(waited
                ? "hit: made at this moment by another build"
                : hit.fetched() ? "hit: fetched from " + hit.node() : "hit: held here");
        account.received(result.bytes());
        account.saved(result.compute());
        return new Answer.Served(hit);
    }

    /** The kernel copies what is in the store; a wrapper of the last release, with other files, gets the bytes. */
    private boolean copy(ResultContent content, OutputStream to) throws IOException {
        if (wrapper.copiesEntries() && content instanceof ResultContent.Stored(Digest digest)) {
            Optional<Path> entry = results.store().find(digest);
            if (entry.isPresent()) {
                wrapper.copyEntry(entry.get(), digest.size());
            }
            return entry.isPresent();
        }
        Optional<InputStream> bytes = results.cache().open(content);
        if (bytes.isEmpty()) {
            return false;
        }
        try (InputStream in = bytes.get()) {
            return in.transferTo(to) == content.size();
        }
    }

    /** Prints what the command has printed; nothing, and false, if its bytes are gone. */
    private boolean print(ActionResult result) throws IOException {
        try (InputStream printed = results.cache().open(result.output()).orElse(null);
                InputStream complained = results.cache().open(result.error()).orElse(null)) {
            if (printed == null || complained == null) {
                return false;
            }
            wrapper.print(2, complained); // in the order of WrapperClient.print
            wrapper.print(1, printed);
            return true;
        }
    }
}
