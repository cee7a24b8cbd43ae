using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json;

/// <summary>What a test of the store replaces: the disk, the clock, the threads, and parts of the protocol.</summary>
internal sealed record JsonStoreSeams
{
    /// <summary>The disk. Null: the machine's.</summary>
    internal IFileSystem? Files { get; init; }

    /// <summary>The clock. Null: the system's.</summary>
    internal TimeProvider? Time { get; init; }

    /// <summary>No threads and no timers: the caller who waits for a batch commits it, and checkpoints, sweeps and repairs run
    /// only when they are called. Every run of the same calls then makes the same calls to the disk.</summary>
    internal bool Inline { get; init; }

    /// <summary>How large the first segment is, and the largest; bytes.</summary>
    internal (int First, int Largest) SegmentBytes { get; init; } = (256 << 10, 4 << 20);

    /// <summary>Up to how many files a checkpoint syncs one by one rather than the file system as a whole.</summary>
    internal int FewFiles { get; init; } = 8;

    /// <summary>The deliberate fault to run with.</summary>
    internal ProtocolFault Fault { get; init; }
}
