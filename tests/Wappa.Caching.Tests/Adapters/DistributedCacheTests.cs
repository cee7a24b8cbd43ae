using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Adapters;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Adapters;

public sealed class DistributedCacheTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly byte[] Value = "value"u8.ToArray();

    private readonly ManualTimeProvider _clock = new();
    private readonly ServiceProvider _services;
    private readonly IBufferDistributedCache _cache;

    public DistributedCacheTests()
    {
        _services = new ServiceCollection().AddSingleton<TimeProvider>(_clock)
            .AddDistributedMemoryCache().AddWappaDistributedCache()
            .BuildServiceProvider();
        _cache = _services.GetServices<IDistributedCache>().ShouldHaveSingleItem().ShouldBeAssignableTo<IBufferDistributedCache>().ShouldNotBeNull();
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task GetAsync_MissingThenSetThenRemoved_AnswersSo()
    {
        (await _cache.GetAsync("k")).ShouldBeNull();
        await _cache.SetAsync("k", Value);
        (await _cache.GetAsync("k")).ShouldBe(Value);
        await _cache.SetAsync("k", []);
        (await _cache.GetAsync("k")).ShouldNotBeNull().ShouldBeEmpty();
        await _cache.RemoveAsync("k");
        await _cache.RemoveAsync("k");
        (await _cache.GetAsync("k")).ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_ArrayChangedByTheCaller_KeepsWhatWasStored()
    {
        var given = Value.ToArray();
        await _cache.SetAsync("k", given);
        given[0] = 0;
        (await _cache.GetAsync("k"))![0] = 0;
        (await _cache.GetAsync("k")).ShouldBe(Value);
    }

    [Fact]
    public async Task SetAsync_NoExpiration_Lives()
    {
        await _cache.SetAsync("k", Value, new DistributedCacheEntryOptions());
        await ShouldHoldAfter(TimeSpan.FromDays(3_000));
    }

    [Fact]
    public async Task SetAsync_RelativeExpiration_EndsThen()
    {
        await _cache.SetAsync("k", Value, new() { AbsoluteExpirationRelativeToNow = 2 * Minute });
        await ShouldHoldAfter(Minute);
        await ShouldMissAfter(Minute);
    }

    [Fact]
    public async Task SetAsync_AbsoluteExpiration_EndsThenInAnyZone()
    {
        await _cache.SetAsync("k", Value, new() { AbsoluteExpiration = (_clock.GetUtcNow() + (2 * Minute)).ToOffset(TimeSpan.FromHours(-6)) });
        await ShouldHoldAfter(Minute);
        await ShouldMissAfter(Minute);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task SetAsync_AbsoluteAndRelative_TheEarlierCounts(int absolute, int relative)
    {
        await _cache.SetAsync("k", Value, new()
        {
            AbsoluteExpiration = _clock.GetUtcNow() + (absolute * Minute),
            AbsoluteExpirationRelativeToNow = relative * Minute,
        });
        await ShouldHoldAfter(Minute / 2);
        await ShouldMissAfter(Minute / 2);
    }

    [Fact]
    public async Task SetAsync_AbsoluteExpirationPassed_StoresNothingAndRemovesWhatWasThere()
    {
        await _cache.SetAsync("k", Value);
        await _cache.SetAsync("k", "new"u8.ToArray(), new() { AbsoluteExpiration = _clock.GetUtcNow() });
        (await _cache.GetAsync("k")).ShouldBeNull();
    }

    [Fact]
    public async Task SetAsync_SlidingExpiration_BeginsAnewWithEachReadAndRefresh()
    {
        await _cache.SetAsync("k", Value, new() { SlidingExpiration = 2 * Minute });
        await ShouldHoldAfter(Minute);
        await ShouldHoldAfter(Minute);
        _clock.Advance(Minute);
        await _cache.RefreshAsync("k");
        await ShouldHoldAfter(Minute);
        _clock.Advance(Minute);
        _cache.Refresh("k");
        (await _cache.TryGetAsync("k", new ArrayBufferWriter<byte>())).ShouldBeTrue();
        await ShouldMissAfter(2 * Minute);
    }

    [Fact]
    public async Task SetAsync_SlidingUnderAbsolute_NeverOutlivesIt()
    {
        await _cache.SetAsync("k", Value, new() { SlidingExpiration = 2 * Minute, AbsoluteExpirationRelativeToNow = 3 * Minute });
        await ShouldHoldAfter(Minute);
        await ShouldHoldAfter(Minute);
        await ShouldMissAfter(Minute);
    }

    [Fact]
    public async Task RefreshAsync_WithoutSlidingOrMissing_DoesNothing()
    {
        await _cache.SetAsync("k", Value, new() { AbsoluteExpirationRelativeToNow = Minute });
        _clock.Advance(Minute / 2);
        await _cache.RefreshAsync("k");
        await _cache.RefreshAsync("missing");
        await ShouldMissAfter(Minute / 2);
        (await _cache.GetAsync("missing")).ShouldBeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task SetAsync_SequenceOfSegments_IsReadAsOneValue(int size)
    {
        var sequence = Segments(Value, size);
        await _cache.SetAsync("k", sequence, new DistributedCacheEntryOptions { SlidingExpiration = Minute });
        _cache.Set("k2", sequence, new DistributedCacheEntryOptions());
        var target = new ArrayBufferWriter<byte>();
        (await _cache.TryGetAsync("k", target)).ShouldBeTrue();
        _cache.TryGet("k2", target).ShouldBeTrue();
        target.WrittenSpan.ToArray().ShouldBe([.. Value, .. Value]);
    }

    [Fact]
    public async Task TryGetAsync_Missing_WritesNothing()
    {
        var target = new ArrayBufferWriter<byte>();
        (await _cache.TryGetAsync("k", target)).ShouldBeFalse();
        _cache.TryGet("k", target).ShouldBeFalse();
        target.WrittenCount.ShouldBe(0);
    }

    [Fact]
    public void TryGet_AHit_AllocatesNoArrayOfTheValue()
    {
        _cache.Set("k", new byte[100_000], new DistributedCacheEntryOptions());
        var target = new ArrayBufferWriter<byte>(300_000);
        _cache.TryGet("k", target);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _cache.TryGet("k", target).ShouldBeTrue();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(2_000);
    }

    [Fact]
    public async Task SetAsync_StrangeKeys_AreKeptApart()
    {
        string[] keys = ["", " ", ":", "a:b", "a%3Ab", "*", new('k', 4_000), "distributed:v1:a", "\n"];
        foreach (var key in keys) await _cache.SetStringAsync(key, key);
        foreach (var key in keys) (await _cache.GetStringAsync(key)).ShouldBe(key);
    }

    [Fact]
    public async Task ClearNamespaceAsync_OfTheAdapter_RemovesItsEntriesOnly()
    {
        var manager = _services.GetRequiredService<CacheManager>();
        await _cache.SetAsync("a", Value);
        await _cache.SetAsync("b:c", Value);
        await _services.GetRequiredService<ICacheStore>().SetAsync("distributed2:v1:a", new CacheEntry(Value));
        (await manager.ClearNamespaceAsync("distributed")).ShouldBe(2);
        (await _cache.GetAsync("a")).ShouldBeNull();
        (await manager.ClearNamespaceAsync("distributed2")).ShouldBe(1);
    }

    [Fact]
    public async Task AnyMember_WrongCall_Throws()
    {
        await Should.ThrowAsync<ArgumentNullException>(() => _cache.GetAsync(null!));
        await Should.ThrowAsync<ArgumentNullException>(() => _cache.SetAsync("k", null!, new()));
        await Should.ThrowAsync<ArgumentNullException>(() => _cache.SetAsync("k", Value, null!));
        await Should.ThrowAsync<ArgumentNullException>(() => _cache.RemoveAsync(null!));
        Should.Throw<ArgumentNullException>(() => _cache.Get(null!));
        Should.Throw<ArgumentNullException>(() => _cache.Refresh(null!));
        await Should.ThrowAsync<OperationCanceledException>(() => _cache.GetAsync("k", new CancellationToken(true)));
    }

    [Fact]
    public async Task AddKeyed_TwoNamespaces_AreTwoCaches()
    {
        await using var services = new ServiceCollection()
            .AddKeyedWappaDistributedCache("orders", "orders").AddKeyedWappaDistributedCache("carts", "carts").BuildServiceProvider();
        var orders = services.GetRequiredKeyedService<IDistributedCache>("orders");
        var carts = services.GetRequiredKeyedService<IDistributedCache>("carts");
        await orders.SetAsync("k", Value);
        (await carts.GetAsync("k")).ShouldBeNull();
        (await orders.GetAsync("k")).ShouldBe(Value);
        services.GetService<IDistributedCache>().ShouldBeNull();
    }

    // A store whose awaits come back to the caller's context, as one that is not ours may: on a context of one thread, which the
    // blocked caller holds, it would never go on.
    [Fact]
    public async Task Get_OnAContextOfOneThreadOverACarelessStore_DoesNotDeadlock()
    {
        using var careless = new CarelessStore();
        var cache = new DistributedCacheAdapter(careless, _clock, new() { Namespace = "d" });
        using var context = new OneThread();
        await context.RunAsync(() =>
        {
            cache.Set("k", Value, new DistributedCacheEntryOptions());
            cache.Get("k").ShouldBe(Value);
            cache.Refresh("k");
            SynchronizationContext.Current.ShouldBeOfType<OneThread>();
        }).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Get_OnASchedulerOfOneThreadOverACarelessStore_DoesNotDeadlock()
    {
        using var careless = new CarelessStore();
        var cache = new DistributedCacheAdapter(careless, _clock, new() { Namespace = "d" });
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, 1).ExclusiveScheduler;
        await Task.Factory.StartNew(
            () =>
            {
                cache.Set("k", Value, new DistributedCacheEntryOptions());
                cache.Get("k").ShouldBe(Value);
            },
            CancellationToken.None, TaskCreationOptions.None, scheduler).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task ShouldHoldAfter(TimeSpan time)
    {
        _clock.Advance(time);
        (await _cache.GetAsync("k")).ShouldBe(Value);
    }

    private async Task ShouldMissAfter(TimeSpan time)
    {
        _clock.Advance(time);
        (await _cache.GetAsync("k")).ShouldBeNull();
    }

    private static ReadOnlySequence<byte> Segments(byte[] bytes, int size)
    {
        Segment? first = null, last = null;
        foreach (var part in bytes.Chunk(size))
        {
            last = new Segment(part, last);
            first ??= last;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }

    private sealed class OneThread : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Call, object? State)> _calls = [];
        private readonly Thread _thread;

        internal OneThread()
        {
            _thread = new Thread(() =>
            {
                SetSynchronizationContext(this);
                foreach (var (call, state) in _calls.GetConsumingEnumerable()) call(state);
            }) { IsBackground = true };
            _thread.Start();
        }

        public override void Post(SendOrPostCallback d, object? state) => _calls.Add((d, state));

        public void Dispose() => _calls.CompleteAdding();

        internal Task RunAsync(Action act)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Post(
                _ =>
                {
                    try
                    {
                        act();
                        done.SetResult();
                    }
                    catch (Exception error)
                    {
                        done.SetException(error);
                    }
                },
                null);
            return done.Task;
        }
    }
}
