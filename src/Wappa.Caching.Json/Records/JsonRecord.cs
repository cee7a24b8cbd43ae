using Wappa.Caching.Json.Journal;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>A record that is in memory: what readers see of it, and what is on the way.</summary>
/// <remarks>
/// <para><see cref="Record.Current"/> is the version readers see: durable, so far as durability was asked for.
/// <see cref="Pending"/> is the newest version in the journal that they do not see yet; writers build on it. Current is set
/// before Pending is cleared, so whoever reads Pending first and then Current never misses both.</para>
/// <para>A record that is not there is one whose version has <see cref="StoredDocument.Gone"/>: absence is worth
/// remembering, and until a checkpoint it stands for a file to be unlinked.</para>
/// </remarks>
internal sealed class JsonRecord(in RecordKey key) : Record(key)
{
    /// <summary>Stands for a version that is in the file and was not needed yet.</summary>
    internal static readonly StoredDocument Unloaded = new(CacheDocument.Empty, 0, StoredDocument.Gone);

    /// <summary>Stands for a version whose file was damaged, until something replaces it.</summary>
    internal static readonly StoredDocument Corrupt = new(CacheDocument.Empty, 0, StoredDocument.Gone);

    /// <summary>The version of a record that never was, as far as the files know.</summary>
    internal static readonly StoredDocument Absent = new(CacheDocument.Empty, 0, StoredDocument.Gone);

    private const int Clean = 0;
    private const int Behind = 1;
    private const int BeingWritten = 2;

    private StoredDocument? _pending;
    private int _file;

    /// <summary>The newest version that is not published; null: none. Set under the stripe's lock.</summary>
    internal StoredDocument? Pending
    {
        get => Volatile.Read(ref _pending);
        set => Volatile.Write(ref _pending, value);
    }

    /// <summary>The batch of <see cref="Pending"/>. Under the stripe's lock.</summary>
    internal JournalBatch<RecordItem>? PendingBatch { get; set; }

    /// <summary>Whether somebody has read it since the eviction hand passed. Racing writers all write true.</summary>
    internal bool Visited { get; set; }

    /// <summary>Whether its file has, durably, what memory has.</summary>
    internal bool IsClean => Volatile.Read(ref _file) == Clean;

    /// <summary>The version the next change is built on.</summary>
    internal StoredDocument? Newest => Pending ?? Current;

    /// <summary>Whether it is in the list of what the next checkpoint writes.</summary>
    internal bool IsBehind => Volatile.Read(ref _file) == Behind;

    /// <summary>Says that the file is behind; in the hold that enters it in the list of what a checkpoint writes.</summary>
    internal void MarkBehind() => Volatile.Write(ref _file, Behind);

    /// <summary>Says that a checkpoint is about to read the version. A full fence: a version shown later enters the record
    /// again. Until it is clean it may not leave memory, as its file is still the old one.</summary>
    internal void MarkBeingWritten() => Interlocked.Exchange(ref _file, BeingWritten);

    /// <summary>Says that what was being written is durable.</summary>
    internal void MarkWritten() => Interlocked.CompareExchange(ref _file, Clean, BeingWritten);

    /// <summary>The version is no longer pending, if it is the newest that was.</summary>
    internal void Settle(StoredDocument version) => Interlocked.CompareExchange(ref _pending, null, version);
}

/// <summary>A change on its way through the journal.</summary>
/// <param name="Record">The record.</param>
/// <param name="Version">Its next version.</param>
/// <param name="Together">How many changes, this one and those after it, must become visible at once.</param>
internal readonly record struct RecordItem(JsonRecord Record, StoredDocument Version, int Together);
