using System.Text;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Tests.Records;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>Two stores over the same keys of the shared server, and connections past them to look at what stands there.</summary>
public abstract class EntryFixture : IAsyncLifetime
{
    private protected const string Key = "chat:v1:conversation:123";

    private RedisCacheStore? _store;
    private RedisCacheStore? _other;

    private protected EntryHarness Harness { get; } = new(RedisTarget.StandaloneAsync);

    private protected RedisCacheStore Store => _store!;

    /// <summary>Another process', as far as the server can tell.</summary>
    private protected RedisCacheStore Other => _other!;

    public async ValueTask InitializeAsync()
    {
        _store = await Harness.CreateAsync(new EntryStoreOptions());
        _other = await Harness.CreateAsync(new EntryStoreOptions());
    }

    public async ValueTask DisposeAsync()
    {
        await Harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static CacheEntry Entry(string text, params string[] tags) => new(Encoding.UTF8.GetBytes(text)) { Tags = [.. tags] };

    private protected static async Task<string?> ReadAsync(RedisCacheStore store, string key) =>
        await store.GetAsync(key) is { } entry ? Encoding.UTF8.GetString(entry.Value.Span) : null;

    private protected async Task<object?> RawAsync(params string[] words)
    {
        await using var raw = await Harness.ConnectAsync();
        return await raw.CallAsync(words);
    }

    private protected async Task<string[]> KeysAsync()
    {
        await using var raw = await Harness.ConnectAsync();
        return [.. (await raw.ListAsync("KEYS", "*")).Order(StringComparer.Ordinal)];
    }
}
