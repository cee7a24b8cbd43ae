using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Layering;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Memory in front of the store of records of real servers. What changes is told by another connection than the store's.</summary>
internal sealed class LayeredRecordHarness(Func<Task<RedisTarget>> find) : DocumentStoreHarness
{
    private readonly RedisHarness _records = new(find);
    private readonly List<IAsyncDisposable> _opened = [];
    private readonly List<ChangeMarker> _markers = [];

    public override TimeSpan TimeStep => _records.TimeStep;

    public override TimeSpan TtlTolerance => _records.TtlTolerance;

    public override async ValueTask<IDocumentStore> CreateAsync(CachingOptions options)
    {
        var shared = await _records.CreateAsync(options);
        var client = new RedisClient(_records.Target.Client, TimeProvider.System, NullLogger.Instance);
        var tracking = new KeyTracking(client, _records.Options.UserDatabase, [RecordChangeFeed.PrefixOf(_records.Options)]);
        var layered = new LayeredDocumentStore(
            shared, new RecordChangeFeed(client, tracking, _records.Options), new() { MaxAge = TimeSpan.FromHours(1) });
        await layered.StartAsync();
        _markers.Add(new ChangeMarker());
        _opened.AddRange([layered, await tracking.AddAsync(_markers[^1]), client]);
        return layered;
    }

    public override async ValueTask AdvanceAsync(TimeSpan by)
    {
        await _records.AdvanceAsync(by);
        foreach (var marker in _markers) await marker.CatchUpAsync(_records.Target, _records.Options.KeyPrefix);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var one in _opened) await one.DisposeAsync();
        await _records.DisposeAsync();
        await base.DisposeAsync();
    }
}
