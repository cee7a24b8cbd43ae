using System.Text;
using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>What the conformance suites of <see cref="ICacheStore"/> have in common: one store, short ways to write and
/// check entries, and the means to let time pass. Derive from the suites, not from this class.</summary>
public abstract class CacheStoreConformance : IAsyncLifetime
{
    private protected const string Key = "chat:v1:conversation:123";
    private protected const string OtherKey = "chat:v1:conversation:456";
    private protected const string Tag = "conversation";

    private protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private ICacheStore? _store;

    private protected CacheStoreConformance(CacheStoreHarness harness) => Harness = harness;

    private protected CacheStoreHarness Harness { get; }

    private protected ICacheStore Store => _store ?? throw new InvalidOperationException("The test has not begun.");

    /// <summary>Makes the store.</summary>
    public virtual async ValueTask InitializeAsync() => _store = await Harness.CreateAsync();

    /// <summary>Looks at the store's structure and gives it back.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await using (Harness)
        {
            if (_store is null) return;
            await Harness.VerifyAsync(_store);
            if (_store is IAsyncDisposable store) await store.DisposeAsync();
            else (_store as IDisposable)?.Dispose();
        }
    }

    private protected static CacheEntry Entry(string text, params ReadOnlySpan<string> tags) =>
        new(Encoding.UTF8.GetBytes(text)) { Tags = [.. tags] };

    private protected ValueTask SetEachAsync(CacheEntry entry, params ReadOnlySpan<string> keys)
    {
        var entries = new List<KeyValuePair<string, CacheEntry>>();
        foreach (var key in keys) entries.Add(new(key, entry));
        return Store.SetManyAsync(entries);
    }

    /// <summary>Which of the keys miss, in order.</summary>
    private protected async Task<bool[]> MissesAsync(params string[] keys) =>
        [.. (await Store.GetManyAsync(keys)).Select(entry => entry is null)];

    private protected ValueTask AdvanceAsync(TimeSpan by) => Harness.AdvanceAsync(by);

    private protected async Task<string?> ReadAsync(string key) =>
        await Store.GetAsync(key) is { } entry ? Encoding.UTF8.GetString(entry.Value.Span) : null;

    private protected async Task ShouldHoldAsync(string key, string text) => (await ReadAsync(key)).ShouldBe(text);

    private protected async Task ShouldMissAsync(string key) => (await ReadAsync(key)).ShouldBeNull();

    private protected async Task ShouldLiveAsync(string key, TimeSpan? expected)
    {
        var ttl = await Store.GetTtlAsync(key);
        ttl.Exists.ShouldBeTrue();
        if (expected is null) ttl.ShouldBe(CacheTtl.NoExpiry);
        else ShouldBeNear(ttl.Remaining.ShouldNotBeNull(), expected.Value);
    }

    private protected void ShouldBeStoredAt(CacheEntry entry, DateTimeOffset expected)
    {
        entry.StoredAt.Offset.ShouldBe(TimeSpan.Zero);
        ShouldBeNear(entry.StoredAt - expected, TimeSpan.Zero);
    }

    private void ShouldBeNear(TimeSpan actual, TimeSpan expected) => actual.ShouldBeInRange(
        expected - Harness.TimeTolerance, expected + Harness.TimeTolerance);

    /// <summary>Runs many at once: all wait at a gate until the last one has come.</summary>
    private protected static async Task<T[]> TogetherAsync<T>(int count, Func<int, Task<T>> act)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Enumerable.Range(0, count).Select(async i =>
        {
            await gate.Task;
            return await act(i);
        }).ToArray();
        gate.SetResult();
        return await Task.WhenAll(waiting);
    }
}
