using System.Collections.Concurrent;
using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Histories;

/// <summary>
/// Many workers on a few records, recorded, while the store dies and is opened again and again. Between two deaths each pair
/// of records has a history of its own: it begins with what the opening found and ends with what the next one finds.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="seed">What everything but the threads' timing follows from.</param>
/// <param name="fault">What the store does wrong on purpose.</param>
internal sealed class CrashHistory(string folder, int seed, ProtocolFault fault = ProtocolFault.None)
{
    private const int Pairs = 3;

    // What is in flight at a death happened or not, in any order: the search for one doubles with each of them. So few work
    // on each pair, and the others count, which needs no search.
    private const int WorkersOfPair = 8;
    private const int Counters = 40;
    private const int Workers = (Pairs * WorkersOfPair) + Counters;
    private static readonly RecordKey Counter = RecordKey.User("crash", "everybody");
    private static readonly TimeSpan LifeAtMost = TimeSpan.FromSeconds(60); // far beyond; a hang is a failure

    private readonly ConcurrentDictionary<long, bool> _counts = [];
    private readonly PairState[] _states = [.. Enumerable.Repeat(PairState.Missing, Pairs)];
    private HistoryRecorder<CrashOperation, CrashAnswer>[] _recorders = NewRecorders();
    private (long Least, long Most) _count;
    private long _highestRevision;
    private long _operations;
    private int _values;
    private int _dying;

    /// <summary>How many operations of pairs were answered.</summary>
    internal long Operations => _operations;

    /// <summary>How many counts were answered, each another number.</summary>
    internal int Counts => _counts.Count;

    /// <summary>Opens the folder, checks what is there against the life before, and lives for so many operations.</summary>
    /// <returns>What no order of the operations explains; null: all is well.</returns>
    internal async Task<string?> LiveAsync(int epoch, int operations)
    {
        var store = JsonDocumentStore.Open(Options(epoch), 1 << 20, new JsonStoreSeams { Fault = fault });
        try
        {
            if (await LookAsync(store) is { } problem) return $"Epoch {epoch} of seed {seed}: {problem}";
            (_recorders, _dying) = (NewRecorders(), 0);
            using var death = new CancellationTokenSource();
            var end = _operations + operations;
            var workers = Enumerable.Range(0, Workers)
                .Select(worker => Task.Run(() => WorkAsync(store, worker, epoch, end, death)));
            await Task.WhenAll(workers).WaitAsync(LifeAtMost);
            return null;
        }
        finally
        {
            store.Abandon();
        }
    }

    private JsonStoreOptions Options(int epoch)
    {
        var random = new Random(HashCode.Combine(seed, epoch));
        return new()
        {
            Path = folder,
            CheckpointDelay = TimeSpan.FromMilliseconds(10),
            MaxJournalBytes = random.Next(2) == 0 ? 64 << 10 : 8 << 20,
            MaxCachedBytes = random.Next(2) == 0 ? 0 : 1 << 20,
        };
    }

    private async Task WorkAsync(
        JsonDocumentStore store, int worker, int epoch, long end, CancellationTokenSource death)
    {
        var random = new Random(HashCode.Combine(seed, epoch, worker));
        var pair = worker / WorkersOfPair;
        while (Volatile.Read(ref _dying) == 0)
        {
            var operation = CrashOperation.Of(random, Interlocked.Increment(ref _values));
            try
            {
                if (pair >= Pairs) await CountAsync(store, death.Token);
                else await _recorders[pair].RecordAsync(worker, operation, AskAsync);
            }
            catch (Exception) when (Volatile.Read(ref _dying) != 0)
            {
                return; // it was in flight, and nobody knows what became of it
            }

            if (pair >= Pairs || Interlocked.Increment(ref _operations) < end || Interlocked.Exchange(ref _dying, 1) != 0) continue;
            store.Abandon();
            await death.CancelAsync();

            async ValueTask<CrashAnswer> AskAsync(CrashOperation asked) =>
                await asked.AskAsync(store, pair).AsTask().WaitAsync(death.Token);
        }
    }

    // One at a time is asked for more than is answered, at most: that is what may be lost or not.
    private async Task CountAsync(JsonDocumentStore store, CancellationToken death)
    {
        Interlocked.Increment(ref _count.Most);
        var change = new RecordChange.Increment("n", CacheNumber.From(1));
        var result = await store.ApplyAsync(Counter, change, CancellationToken.None).AsTask().WaitAsync(death);
        Interlocked.Increment(ref _count.Least);
        if (!_counts.TryAdd(result.Number.ToInt64(), true))
            throw new InvalidOperationException($"The counter answered {result.Number} twice.");
    }

    private async Task<string?> LookAsync(JsonDocumentStore store)
    {
        var histories = new List<HistoryCall<CrashOperation, CrashAnswer>>[Pairs];
        var found = new Seen[Pairs, 2];
        for (var pair = 0; pair < Pairs; pair++)
        {
            for (var record = 0; record < 2; record++)
            {
                await _recorders[pair].RecordAsync(Workers, new(CrashVerb.Read, record, 0), async read =>
                {
                    var answer = await read.AskAsync(store, pair);
                    found[pair, record] = answer.First;
                    return answer;
                });
            }

            histories[pair] = [.. _recorders[pair].Calls];
            _highestRevision = Math.Max(_highestRevision, histories[pair].Where(call => call.IsAnswered)
                .Max(call => Math.Max(call.Answer.First.Revision, call.Answer.Second.Revision)));
        }

        for (var pair = 0; pair < Pairs; pair++)
        {
            var model = new PairModel(histories[pair]);
            var checker = new LinearizabilityChecker<PairState, CrashOperation, CrashAnswer>(_states[pair], model.Step);
            if (checker.FindViolation(histories[pair]) is { } problem) return $"pair {pair}: {problem}";
            _states[pair] = new(
                RecordState.Of(found[pair, 0], _highestRevision), RecordState.Of(found[pair, 1], _highestRevision));
        }

        return await LookAtCounterAsync(store);
    }

    private async Task<string?> LookAtCounterAsync(JsonDocumentStore store)
    {
        var record = await store.GetAsync(Counter);
        var count = record.IsHit ? record.Document.GetField<long>("n") : 0;
        if (count < _count.Least || count > _count.Most || (!_counts.IsEmpty && count < _counts.Keys.Max()))
            return $"the counter is {count}, not {_count.Least} to {_count.Most}";
        _count = (count, count);
        return null;
    }

    private static HistoryRecorder<CrashOperation, CrashAnswer>[] NewRecorders() =>
        [.. Enumerable.Range(0, Pairs).Select(_ => new HistoryRecorder<CrashOperation, CrashAnswer>())];
}
