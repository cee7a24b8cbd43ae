using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Layering;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Entries;
using Wappa.Caching.Redis.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Memory in front of the store of entries of real servers. What changes is told by another connection than the store's.</summary>
internal sealed class LayeredEntryHarness(Func<Task<RedisTarget>> find) : CacheStoreHarness
{
    private readonly EntryHarness _entries = new(find);
    private readonly List<IAsyncDisposable> _opened = [];
    private readonly List<ChangeMarker> _markers = [];

    public override TimeSpan TimeStep => _entries.TimeStep;

    public override TimeSpan TimeTolerance => _entries.TimeTolerance;

    public override DateTimeOffset UtcNow => _entries.UtcNow;

    public override async ValueTask<ICacheStore> CreateAsync()
    {
        var shared = await _entries.CreateAsync();
        var client = new RedisClient(_entries.Target.Client, TimeProvider.System, NullLogger.Instance);
        var (database, prefix) = (_entries.Options.Database, _entries.Options.KeyPrefix);
        var tracking = new KeyTracking(client, database, [prefix]);
        var layered = new LayeredCacheStore(
            shared, new EntryChangeFeed(client, tracking, prefix), new() { MaxAge = TimeSpan.FromHours(1) });
        await layered.StartAsync();
        _markers.Add(new ChangeMarker());
        _opened.AddRange([layered, await tracking.AddAsync(_markers[^1]), client]);
        return layered;
    }

    public override async ValueTask AdvanceAsync(TimeSpan by)
    {
        await _entries.AdvanceAsync(by);
        foreach (var marker in _markers) await marker.CatchUpAsync(_entries.Target, _entries.Options.KeyPrefix);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var one in _opened) await one.DisposeAsync();
        await _entries.DisposeAsync();
        await base.DisposeAsync();
    }
}
