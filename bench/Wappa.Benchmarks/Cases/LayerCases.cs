using System.Text;
using System.Text.Json;
using Wappa.Benchmarks.Harness;
using Wappa.Caching;
using Wappa.Caching.Layering;

namespace Wappa.Benchmarks.Cases;

/// <summary>Reads that memory in front of a shared store answers, beside the memory store that holds the same.</summary>
internal sealed class LayerCases : IAsyncDisposable
{
    private readonly MemoryDocumentStore _records = new();
    private readonly MemoryDocumentStore _sharedRecords = new();
    private readonly MemoryCacheStore _entries = new();
    private readonly MemoryCacheStore _sharedEntries = new();
    private readonly LayeredDocumentStore _layeredRecords;
    private readonly LayeredCacheStore _layeredEntries;

    private LayerCases()
    {
        var options = new LayerOptions { MaxAge = TimeSpan.FromDays(1), MaxBytes = null }; // nothing may go while it is measured
        _layeredRecords = new LayeredDocumentStore(_sharedRecords, new SilentFeed(), options);
        _layeredEntries = new LayeredCacheStore(_sharedEntries, new SilentFeed(), options);
    }

    /// <summary>All filled with the same, and all of it read once past the layers.</summary>
    public static async Task<LayerCases> FillAsync()
    {
        var cases = new LayerCases();
        await cases._layeredRecords.StartAsync();
        await cases._layeredEntries.StartAsync();

        for (var user = 0; user < Users.Count; user++) await cases._records.ApplyAsync(RecordOf(user), SetOf(user));
        for (var user = 0; user < Users.Count; user++) await cases._entries.SetAsync(Users.Key(user), EntryOf(user));

        // What a layer has read, its shared store forgets untold: as after an answer over a wire, nothing else holds it, and what a read
        // touches is as near together in memory as the memory store's.
        for (var user = 0; user < Users.Count; user++)
        {
            await cases._sharedRecords.ApplyAsync(RecordOf(user), SetOf(user));
            await cases._layeredRecords.GetAsync(RecordOf(user));
            await cases._sharedRecords.ApplyAsync(RecordOf(user), new RecordChange.Delete());
        }

        for (var user = 0; user < Users.Count; user++)
        {
            await cases._sharedEntries.SetAsync(Users.Key(user), EntryOf(user));
            await cases._layeredEntries.GetAsync(Users.Key(user));
            await cases._sharedEntries.RemoveAsync(Users.Key(user));
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        return cases;
    }

    public IEnumerable<Comparison> Of(bool hot)
    {
        var visits = Users.Visits(hot);
        RecordKey[] records = [.. visits.Select(RecordOf)];
        string[] entries = [.. visits.Select(Users.Key)];
        yield return new(
            "read, record in front of a shared store", Users.Describe(hot),
            new Case("MemoryDocumentStore", LoopOver(new Direct(_records), records)),
            [new Case("LayeredDocumentStore", LoopOver(new Layered(_layeredRecords), records)) { Target = new(1.3, MaxBytes: 0) }]);
        yield return new(
            "read, entry in front of a shared store", Users.Describe(hot),
            new Case("MemoryCacheStore", LoopOver(new DirectEntry(_entries), entries)),
            [new Case("LayeredCacheStore", LoopOver(new LayeredEntry(_layeredEntries), entries)) { Target = new(1.3, MaxBytes: 0) }]);
    }

    public async ValueTask DisposeAsync()
    {
        await _layeredRecords.DisposeAsync();
        await _layeredEntries.DisposeAsync();
        _records.Dispose();
        _sharedRecords.Dispose();
        _entries.Dispose();
        _sharedEntries.Dispose();
    }

    // Compiled for each store on its own: with one loop for all, the compiler would bet on the one it saw first.
    private static Loop LoopOver<TStore, TKey>(TStore store, TKey[] keys)
        where TStore : struct, IReads<TKey> => (start, operations) =>
    {
        var hits = 0;
        for (int n = 0, i = start % keys.Length; n < operations; n++)
        {
            if (store.Read(keys[i])) hits++;
            if (++i == keys.Length) i = 0;
        }

        return new(hits);
    };

    private static RecordKey RecordOf(int user) => RecordKey.State(Users.Tenant, Users.Id(user), Users.Handler);

    private static string Json(int user) => JsonSerializer.Serialize(Order.Of(user), RecordsJson.Default.Order);

    private static RecordChange SetOf(int user) => new RecordChange.Set(CacheDocument.Parse(Json(user)), Users.Ttl);

    private static CacheEntry EntryOf(int user) => new(Encoding.UTF8.GetBytes(Json(user))) { Ttl = Users.Ttl };

    private interface IReads<in TKey>
    {
        bool Read(TKey key);
    }

    private readonly struct Direct(MemoryDocumentStore store) : IReads<RecordKey>
    {
        public bool Read(RecordKey key) => store.GetAsync(key).AtOnce().IsHit;
    }

    private readonly struct Layered(LayeredDocumentStore store) : IReads<RecordKey>
    {
        public bool Read(RecordKey key) => store.GetAsync(key).AtOnce().IsHit;
    }

    private readonly struct DirectEntry(MemoryCacheStore store) : IReads<string>
    {
        public bool Read(string key) => store.GetAsync(key).AtOnce() is not null;
    }

    private readonly struct LayeredEntry(LayeredCacheStore store) : IReads<string>
    {
        public bool Read(string key) => store.GetAsync(key).AtOnce() is not null;
    }

    // Nothing changes while reads are measured, so nothing is told.
    private sealed class SilentFeed : IChangeFeed<IRecordChangeListener>, IChangeFeed<IEntryChangeListener>, IAsyncDisposable
    {
        public ValueTask<IAsyncDisposable> ListenAsync(IRecordChangeListener listener, CancellationToken cancellationToken = default) =>
            Listen(listener);

        public ValueTask<IAsyncDisposable> ListenAsync(IEntryChangeListener listener, CancellationToken cancellationToken = default) =>
            Listen(listener);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private ValueTask<IAsyncDisposable> Listen(IChangeListener listener)
        {
            listener.OnListening();
            return new(this);
        }
    }
}
