using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>What is asked of the disk.</summary>
internal enum DiskAct
{
    Read,
    List,
    Lock,
    Create,
    Write,
    Sync,
    Rename,
    Move,
    Delete,
    MakeDirectory,
    SyncDirectory,
    SyncAll,
}

/// <summary>One call to the disk. Between two calls that change something a machine can stop.</summary>
internal readonly record struct DiskCall(DiskAct Act, string Path, string To = "", long Offset = 0, int Length = 0)
{
    internal bool Changes => Act > DiskAct.Lock;

    internal bool IsJournal => Path.Contains("/.journal/", StringComparison.Ordinal) && !IsOwner;

    private bool IsOwner => Path.EndsWith("owner.json", StringComparison.Ordinal);

    public override string ToString() => Act switch
    {
        DiskAct.Write => $"{Act} {Path} at {Offset}, {Length} bytes",
        DiskAct.Rename or DiskAct.Move => $"{Act} {Path} -> {To}",
        _ => $"{Act} {Path}",
    };
}

/// <summary>What the disk does with a call.</summary>
internal enum DiskDeed
{
    /// <summary>What was asked.</summary>
    Obey,

    /// <summary>Nothing, and says that it has done it.</summary>
    Skip,

    /// <summary>Nothing, and says why.</summary>
    Fail,

    /// <summary>Half of a write, then it fails. Another call: as <see cref="Fail"/>.</summary>
    FailHalfway,

    /// <summary>Fails a sync and forgets what was to be synced: the next sync has nothing to do and succeeds. On the platter
    /// each sector is old or new.</summary>
    ForgetAndFail,
}

/// <summary>A deed and, if it fails, the reason.</summary>
internal readonly record struct DiskVerdict(DiskDeed Deed, FileError Error = FileError.Device)
{
    internal static DiskVerdict Obey => default;
}

/// <summary>Sees every call before it happens, and decides what comes of it.</summary>
internal interface IDiskScript
{
    DiskVerdict Before(in DiskCall call);
}
