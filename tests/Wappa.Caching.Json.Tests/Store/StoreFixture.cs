using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Store;

/// <summary>A folder, a clock, and stores opened on it one after the other.</summary>
public abstract class StoreFixture : IDisposable
{
    private protected static readonly RecordKey Profile = RecordKey.User("hotel123", "+1234567890");
    private protected static readonly RecordKey Order = RecordKey.State("hotel123", "+1234567890", "pizza_order");
    private protected static readonly RecordKey Pizza = RecordKey.Table("hotel123", TableKey.Row("products", "pizza_large"));

    private readonly TemporaryFolder _folder = new();
    private readonly List<JsonDocumentStore> _open = [];

    private protected ManualTimeProvider Clock { get; } = new();

    private protected string Root => _folder.Sub("cache");

    private protected string JournalFolder => Path.Combine(Root, ".journal");

    private protected string Quarantine => Path.Combine(Root, "quarantine");

    public void Dispose()
    {
        foreach (var store in _open) store.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static RecordChange.Set Set(string json, TimeSpan? ttl = null) => new(CacheDocument.Parse(json), ttl);

    /// <summary>Opens the folder without threads: files are written when the test says so.</summary>
    private protected JsonDocumentStore Open(Action<JsonStoreOptions>? configure = null, int segment = 1 << 16)
    {
        var options = new JsonStoreOptions { Path = Root };
        configure?.Invoke(options);
        var seams = new JsonStoreSeams { Time = Clock, Inline = true, SegmentBytes = (segment, segment) };
        var store = JsonDocumentStore.Open(options, 1 << 20, seams);
        _open.Add(store);
        return store;
    }

    private protected string FileOf(string relative) => Path.Combine(Root, relative);

    private protected static async Task<string?> TextAsync(JsonDocumentStore store, RecordKey key) =>
        (await store.GetAsync(key)).Document?.ToString();
}
