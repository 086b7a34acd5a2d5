package dev.floe.node.rpc.messages;

import org.infinispan.protostream.GeneratedSchema;
import org.infinispan.protostream.annotations.ProtoSchema;

/** The data plane's messages, as ProtoStream generates them. */
@ProtoSchema(schemaFileName = "floe-wire.proto", schemaPackageName = "floe.wire", includeClasses = {
        JobMessage.Offer.class, SubstituteCompiler.class, JobMessage.OfferAnswer.class,
        JobMessage.InputReferences.class,
        JobMessage.ResendInputs.class, JobMessage.ExecutionStarted.class, JobMessage.InputBlobHeader.class,
        JobMessage.JobResult.class,
        JobMessage.Failure.class, JobMessage.JobReturned.class,
        ExecutionTimings.class, JobMessage.AdmissionVerdict.class, JobMessage.WireInput.class,
        JobMessage.InputKind.class,
        JobMessage.WireOutput.class, WireObservation.class,
        JobMessage.WireState.class, BlobFetchMessage.FetchBlob.class, BlobFetchMessage.FetchToolchain.class,
        BlobFetchMessage.FetchToolchainFiles.class, BlobFetchMessage.ToolchainPending.class,
        BlobFetchMessage.BlobFound.class,
        BlobFetchMessage.BlobNotFound.class, BlobFetchMessage.ToolchainFound.class, ResultMessage.ResultRequest.class,
        ResultMessage.ResultFound.class, ResultMessage.ResultNotFound.class, AwaitMessage.AwaitResult.class,
        AwaitMessage.ResultReady.class,
        AwaitMessage.Abandoned.class, ReplicateMessage.StoreResult.class, ReplicateMessage.MissingBlobs.class,
        ReplicateMessage.ResultStored.class,
        ReplicateMessage.StoreRejected.class, ReplicateMessage.Advisories.class, ReplicateMessage.Advisory.class,
        QuarantineReportMessage.WrongResultReport.class,
        SubstituteCompilerMessage.CompilerProfile.class, SubstituteCompilerMessage.CompilerFacts.class,
        SubstituteCompilerMessage.SampleResult.class,
        SubstituteCompilerMessage.CompatibilityResults.class,
        SubstituteCompilerMessage.CompatibilityResult.class, WatchMessage.Subscribe.class, WatchMessage.EndedJobs.class,
        WatchMessage.Sample.class, WatchMessage.Running.class})
public interface WireSchema extends GeneratedSchema {}
