using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>Brings what the journal has and the files do not into memory, before anybody else is there.</summary>
/// <remarks>A long journal is read by the caller while another thread enters what was read: nobody is served meanwhile, and
/// reading a line costs about as much as entering it.</remarks>
internal sealed class RecordReplay(
    ResidentRecords records, Checkpointer checkpointer, Revisions revisions, DiskClock clock, bool isInline)
{
    private const int LongJournal = 20_000; // lines; a thread is not worth it for fewer
    private const int MostReserved = 1 << 20; // lines may be of few records
    private const int ChunkLines = 500; // more would be large objects, which only full collections free
    private const int ChunksAhead = 32;

    private readonly KeyText _keys = new();
    private readonly List<JsonRecord> _entered = [];

    /// <summary>How many valid batches hold lines that this version cannot read.</summary>
    internal int Unreadable { get; private set; }

    internal void Run(JournalScan scan)
    {
        var lines = scan.Lines;
        records.Reserve((int)Math.Min(lines, MostReserved));
        if (isInline || lines < LongJournal)
        {
            Read(scan, chunk =>
            {
                Enter(chunk);
                chunk.Clear();
                return chunk;
            });
            return;
        }

        using var ahead = new BlockingCollection<List<Replayed>>(ChunksAhead);
        using var failed = new CancellationTokenSource();
        Exception? error = null;
        var entering = new Thread(() =>
        {
            try
            {
                foreach (var chunk in ahead.GetConsumingEnumerable()) Enter(chunk);
            }
            catch (Exception fault)
            {
                error = fault;
                failed.Cancel(); // or the reader would wait for room for ever
            }
        }) { IsBackground = true, Name = "wappa replay" };
        entering.UnsafeStart();
        try
        {
            Read(scan, chunk =>
            {
                ahead.Add(chunk, failed.Token);
                return new(ChunkLines);
            });
        }
        catch (OperationCanceledException) when (failed.IsCancellationRequested)
        {
            // What failed is thrown below.
        }
        finally
        {
            ahead.CompleteAdding();
            entering.Join();
        }

        if (error is not null) ExceptionDispatchInfo.Throw(error);
    }

    /// <param name="scan">The journal.</param>
    /// <param name="take">Takes what was read and returns an empty list for what follows.</param>
    private void Read(JournalScan scan, Func<List<Replayed>, List<Replayed>> take)
    {
        var chunk = new List<Replayed>(ChunkLines);
        scan.Visit(scan.Applied, (in BatchHeader header, ReadOnlySpan<byte> lines) =>
        {
            for (var line = 0; line < header.Lines; line++)
            {
                if (!RecordLine.TryRead(ref lines, _keys, out var image))
                {
                    Unreadable++;
                    return;
                }

                chunk.Add(new Replayed(image.Key, VersionOf(image)));
                if (chunk.Count == ChunkLines) chunk = take(chunk);
            }
        });
        take(chunk);
    }

    private StoredDocument VersionOf(in RecordImage image) => image.Document is { } document
        ? new(document, image.Revision, clock.FromDisk(image.ExpiresAt))
        : new(CacheDocument.Empty, image.Revision, StoredDocument.Gone);

    // Without the stripes' locks: nobody else has the table yet.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // an opening runs it once, a million times
    private void Enter(List<Replayed> chunk)
    {
        var highest = 0L;
        _entered.Clear();
        foreach (var (key, version) in chunk)
        {
            highest = Math.Max(highest, version.Revision);
            if (records.FindLocked(key) is { } known)
            {
                records.Show(known, version); // entered for the checkpoint already
                continue;
            }

            var crowded = false;
            var stripe = records.StripeOf(key);
            _entered.Add(records.AddLocked(key, stripe, version, ref crowded));
            if (crowded) records.Grow(stripe);
        }

        revisions.AtLeast(highest);
        checkpointer.AddNew(_entered);
    }

    private readonly record struct Replayed(RecordKey Key, StoredDocument Version);
}
