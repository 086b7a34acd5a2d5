package dev.floe.node.wire;

import org.infinispan.protostream.GeneratedSchema;
import org.infinispan.protostream.annotations.ProtoSchema;

/** The data plane's messages, as ProtoStream generates them. */
@ProtoSchema(schemaFileName = "floe-wire.proto", schemaPackageName = "floe.wire", includeClasses = {
        JobMessage.Offer.class, JobMessage.StandIn.class, JobMessage.Answer.class, JobMessage.Brief.class,
        JobMessage.TellAll.class, JobMessage.BlobFollows.class,
        JobMessage.Outcome.class,
        JobMessage.Failure.class,
        JobMessage.Effort.class, JobMessage.Verdict.class, JobMessage.WireInput.class, JobMessage.Kind.class,
        JobMessage.WireOutput.class, WireObservation.class,
        JobMessage.WireState.class, FetchMessage.Want.class, FetchMessage.WantToolchain.class, FetchMessage.Found.class,
        FetchMessage.Absent.class, FetchMessage.ToolchainFound.class, ResultMessage.Ask.class,
        ResultMessage.Found.class, ResultMessage.Absent.class, AwaitMessage.Await.class, AwaitMessage.Done.class,
        AwaitMessage.GivenUp.class, KeepMessage.Keep.class, KeepMessage.Missing.class, KeepMessage.Kept.class,
        KeepMessage.Refused.class, KeepMessage.Notes.class, KeepMessage.Note.class, ReportMessage.Wrong.class,
        StandInMessage.Portrait.class, StandInMessage.Facts.class, StandInMessage.Sketch.class,
        StandInMessage.Verdicts.class,
        StandInMessage.Verdict.class, WatchMessage.Subscribe.class, WatchMessage.Ended.class,
        WatchMessage.Sample.class, WatchMessage.Running.class})
interface WireSchema extends GeneratedSchema {}
