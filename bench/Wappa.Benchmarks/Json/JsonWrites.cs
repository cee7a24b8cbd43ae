using Wappa.Caching;

namespace Wappa.Benchmarks.Json;

/// <summary>Our store with its defaults, checkpoints and all.</summary>
internal sealed class JsonWrites : IDurableWriter
{
    private readonly JsonDocumentStore _store;
    private readonly RecordChange _change;
    private readonly bool _ownRecords;

    private JsonWrites(string folder, RecordChange change, bool ownRecords)
    {
        _store = JsonDocumentStore.Open(new JsonStoreOptions { Path = folder });
        (_change, _ownRecords) = (change, ownRecords);
    }

    /// <summary>Replaces any of the records.</summary>
    public static JsonWrites Sets(string folder) => new(folder, new RecordChange.Set(Payload.Document), ownRecords: false);

    /// <summary>Adds 1 in a record of the writer's own, of the same size.</summary>
    public static JsonWrites Increments(string folder)
    {
        var writes = new JsonWrites(folder, new RecordChange.Increment("count", CacheNumber.From(1)), ownRecords: true);
        var sets = Enumerable.Range(0, DurableWrites.MostWriters)
            .Select(key => new RecordWrite(Payload.Record(key), new RecordChange.Set(Payload.Document)));
        writes._store.WriteManyAsync([.. sets]).AsTask().GetAwaiter().GetResult();
        return writes;
    }

    public async ValueTask WriteAsync(int writer, int key)
    {
        var result = await _store.ApplyAsync(Payload.Record(_ownRecords ? writer : key), _change);
        if (!result.Applied) throw new InvalidOperationException($"A write was answered {result.Outcome}.");
    }

    public void Dispose() => _store.Dispose();
}
