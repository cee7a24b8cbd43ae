namespace Wappa.Caching.Json;

/// <summary>
/// Deliberate faults in the order of things, each of which a test must find: they show that the search for crash bugs would
/// see one. What a fault of the disk can stand for (a sync left out, say) is done there and has no name here.
/// </summary>
internal enum ProtocolFault
{
    /// <summary>None: the product.</summary>
    None,

    /// <summary>Readers see a version before its batch is synced.</summary>
    PublishBeforeSync,

    /// <summary>A checkpoint says "applied" before its files are synced.</summary>
    AppliedBeforeSync,

    /// <summary>Segments are deleted before "applied" is durable.</summary>
    DeleteBeforeApplied,

    /// <summary>Nothing is ever said to be applied: old segments are replayed if they are still there.</summary>
    NoAppliedMark,

    /// <summary>Batches that may not have been synced are not written again at the next opening.</summary>
    NoRelog,

    /// <summary>What was pending when a batch failed stays pending: later versions build on it.</summary>
    NoRollback,

    /// <summary>After a failed sync the same file is synced again and believed.</summary>
    RetrySync,

    /// <summary>A checkpoint writes versions that are still pending.</summary>
    PendingToFiles,

    /// <summary>Checksums of batches are not looked at.</summary>
    NoChecksum,

    /// <summary>The high-water mark of revisions is not kept across an opening.</summary>
    NoRevisionFloor,

    /// <summary>A commit of several records is spread over several batches.</summary>
    SplitCommit,

    /// <summary>A deleted record's file stays when the checkpoint is over.</summary>
    KeepDeletedFile,
}
