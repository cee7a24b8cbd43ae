using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Loading;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>What a load finds around it: its own services, and the execution context of the caller that started it.</summary>
public sealed class LoadContextTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];
    private static readonly AsyncLocal<string?> Ambient = new();

    private readonly Desk _desk = new();
    private readonly Source<string> _source = new();

    public void Dispose() => _desk.Dispose();

    [Theory, InlineData(false), InlineData(true)]
    public async Task FetchAsync_CallerHasAnAmbientValue_FlowsIntoTheLoadWithAndWithoutAToken(bool cancellable)
    {
        using var caller = new CancellationTokenSource();
        Ambient.Value = "mine";
        var seen = await _desk.Texts().FetchAsync(Key, async _ =>
        {
            var before = Ambient.Value;
            await Task.Yield();
            return $"{before} {Ambient.Value}";
        }, cancellationToken: cancellable ? caller.Token : default);
        seen.ShouldBe("mine mine");
    }

    [Fact]
    public async Task FetchAsync_LoadChangesAnAmbientValue_DoesNotLeakIntoTheCaller()
    {
        Ambient.Value = "mine";
        await _desk.Texts().FetchAsync(Key, _ =>
        {
            Ambient.Value = "the load's";
            return Task.FromResult("loaded");
        });
        Ambient.Value.ShouldBe("mine");
    }

    [Fact]
    public async Task FetchAsync_RefreshInTheBackground_RunsInTheContextOfTheCallerThatStartedIt()
    {
        var cache = _desk.Texts(new() { Ttl = TimeSpan.FromMinutes(1), StaleWhileRevalidate = TimeSpan.FromMinutes(1) });
        await cache.SetAsync(Key, "old");
        _desk.Time.Advance(TimeSpan.FromMinutes(1));
        var seen = new TaskCompletionSource<string?>();
        Ambient.Value = "mine";
        await cache.FetchAsync(Key, _ =>
        {
            seen.SetResult(Ambient.Value);
            return Task.FromResult("new");
        });
        (await seen.Task).ShouldBe("mine");
    }

    [Fact]
    public async Task FetchAsync_LoadLeavesItsContextBehind_DoesNotKeepTheFlight()
    {
        var cache = _desk.Texts();
        ExecutionContext? left = null;
        await cache.FetchAsync(Key, _ =>
        {
            left = ExecutionContext.Capture();
            return Task.FromResult("loaded");
        });
        LoadFlight? running = null;
        ExecutionContext.Run(left!, _ => running = LoadFlight.Running, null);
        running.ShouldBeNull();
    }

    [Fact]
    public async Task FetchAsync_FlowIsSuppressed_LoadsAllTheSame()
    {
        var cache = _desk.Texts();
        Task<string> caller;
        using (ExecutionContext.SuppressFlow()) caller = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _source.Answer("loaded");
        (await caller).ShouldBe("loaded");
    }

    [Fact]
    public async Task FetchAsync_RequestIsOverBeforeItsLoad_TheLoadsServicesStillWork()
    {
        await using var services = Services(_desk);
        var cache = services.GetRequiredService<Texts>();
        Connection? used = null;
        await using (services.CreateAsyncScope()) // the request
        {
            _ = cache.FetchAsync(Key, async (load, token) =>
            {
                used = load.Services.GetRequiredService<Connection>();
                load.Services.GetRequiredService<Connection>().ShouldBeSameAs(used);
                var text = await _source.LoadAsync(token);
                used.IsOpen.ShouldBeTrue();
                return text;
            }).AsTask();
        }

        var joined = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        used!.IsOpen.ShouldBeTrue();
        _source.Answer("loaded");
        (await joined).ShouldBe("loaded");
        used.IsOpen.ShouldBeFalse(); // and then they are disposed of
    }

    [Fact]
    public async Task FetchAsync_TwoLoads_HaveAScopeEachAlsoWhenTheyFail()
    {
        await using var services = Services(_desk);
        var cache = services.GetRequiredService<Texts>();
        List<Connection> used = [];
        for (var i = 0; i < 2; i++)
        {
            await Should.ThrowAsync<IOException>(async () => await cache.FetchAsync(Key, (load, _) =>
            {
                used.Add(load.Services.GetRequiredService<Connection>());
                throw new IOException();
            }));
        }

        used.Distinct().Count().ShouldBe(2);
        used.ShouldAllBe(connection => !connection.IsOpen);
    }

    [Fact]
    public async Task FetchAsync_ContextMadeByHand_SaysWhatIsMissing()
    {
        var error = await Should.ThrowAsync<InvalidOperationException>(async () =>
            await _desk.Texts().FetchAsync(Key, (load, _) => Task.FromResult(load.Services.ToString()!)));
        error.Message.ShouldContain("AddWappaCaching");
    }

    [Fact]
    public async Task AddCacheStrategy_AnApp_GivesOneInstanceOverItsStore()
    {
        await using var services = new ServiceCollection().AddCacheStrategy<Texts>().AddWappaCaching().BuildServiceProvider(validateScopes: true);
        var cache = services.GetRequiredService<Texts>();
        services.GetRequiredService<Texts>().ShouldBeSameAs(cache);
        await cache.SetAsync(Key, "hi");
        (await services.GetRequiredService<ICacheStore>().GetAsync("texts:v1:conversation:123")).ShouldNotBeNull();
    }

    private static ServiceProvider Services(Desk desk) => new ServiceCollection()
        .AddSingleton<TimeProvider>(desk.Time).AddWappaCaching().AddCacheStrategy<Texts>().AddScoped<Connection>()
        .BuildServiceProvider(validateScopes: true);

    private sealed class Texts(CacheStrategyContext context) : CacheAsideStrategy<string>(context, "texts");

    private sealed class Connection : IDisposable
    {
        public bool IsOpen { get; private set; } = true;

        public void Dispose() => IsOpen = false;
    }
}
