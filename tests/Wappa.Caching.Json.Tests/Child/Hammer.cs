using System.Diagnostics;
using System.Globalization;
using Wappa.Caching.Json.Tests.Kill;

namespace Wappa.Caching.Json.Child;

/// <summary>
/// The process that gets killed: waits until the folder is free, tells what it finds there, and changes records by many
/// writers at once, each change acknowledged on the standard output before the next of the same writer, until it dies.
/// </summary>
internal sealed class Hammer(string folder, int seed, int round)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LivesAtMost = TimeSpan.FromMinutes(2);

    private readonly HammerReport _report = new(Console.OpenStandardOutput());

    internal static async Task<int> RunAsync(string folder, int seed, int round)
    {
        var hammer = new Hammer(folder, seed, round);
        try
        {
            await hammer.RunAsync();
        }
        catch (Exception error)
        {
            hammer._report.Failed(error.ToString());
        }

        return 1; // nobody killed it
    }

    private async Task RunAsync()
    {
        // Nobody there to kill it any more: it goes by itself.
        var start = Task.Run(() => Console.In.ReadLine());
        using var limit = new Timer(_ => Environment.Exit(3), null, LivesAtMost, Timeout.InfiniteTimeSpan);
        var store = await OpenWhenFreeAsync(start);
        await TellAsync(store);
        var numbers = (await start ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (numbers.Length != HammerWork.Writers) return;
        _ = Task.Run(() =>
        {
            while (Console.In.ReadLine() is not null) { }
            Environment.Exit(3);
        });
        await Task.WhenAny(numbers.Select((number, writer) =>
            Task.Run(() => WriteAsync(store, writer, long.Parse(number, CultureInfo.InvariantCulture))))).Unwrap();
    }

    // Asks again and again while somebody else has the folder, as a second instance of a program would.
    private async Task<JsonDocumentStore> OpenWhenFreeAsync(Task<string?> start)
    {
        using var pause = new PeriodicTimer(Pause);
        for (var refusals = 0; !start.IsCompleted; refusals++)
        {
            try
            {
                var store = JsonDocumentStore.Open(HammerWork.Options(folder, seed, round));
                _report.Opened(Stopwatch.GetTimestamp(), refusals);
                return store;
            }
            catch (CacheStoreUnavailableException)
            {
                await pause.WaitForNextTickAsync();
            }
        }

        throw new InvalidOperationException("It was told to start before it had the folder.");
    }

    private async Task TellAsync(JsonDocumentStore store)
    {
        for (var writer = 0; writer < HammerWork.Writers; writer++)
        {
            var keys = HammerWork.Records(writer);
            var records = round % 2 == 0 ? await store.GetManyAsync(keys) : await ListAsync(store, writer);
            for (var i = 0; i < keys.Count; i++)
            {
                if (records[i].IsHit) _report.Found(writer, i, records[i]);
            }
        }

        var shared = await store.GetAsync(HammerWork.Shared);
        _report.FoundAll(shared.IsHit ? shared.Document.GetField<long>("n") : 0);
    }

    private static async Task<IReadOnlyList<DocumentRecord>> ListAsync(JsonDocumentStore store, int writer)
    {
        var keys = HammerWork.Records(writer);
        var records = new DocumentRecord[keys.Count];
        await foreach (var (key, record) in store.ListAsync(HammerWork.Listed(writer)))
        {
            var position = keys.ToList().IndexOf(key);
            if (position < 0) throw new InvalidOperationException($"A record was listed that nobody wrote: {key}.");
            if (records[position].IsHit) throw new InvalidOperationException($"A record was listed twice: {key}.");
            records[position] = record;
        }

        records[^1] = await store.GetAsync(keys[^1]); // the row of a table is not among a user's records
        return records;
    }

    private async Task WriteAsync(JsonDocumentStore store, int writer, long first)
    {
        for (var number = first; ; number++)
        {
            var writes = HammerWork.Operation(seed, writer, number);
            if (writes.Count > 1)
            {
                var commit = await store.CommitAsync(writes);
                if (!commit.Committed) throw new InvalidOperationException($"A commit was refused at {commit.RefusedAt}.");
                _report.Acknowledged(writer, number, commit.Results);
            }
            else
            {
                _report.Acknowledged(writer, number, [await store.ApplyAsync(writes[0].Key, writes[0].Change)]);
            }
        }
    }
}
