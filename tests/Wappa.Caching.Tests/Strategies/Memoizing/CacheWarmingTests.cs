using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wappa.Caching.Tests.Statistics;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Strategies.Memoizing;

/// <summary>Caches that are filled when the app starts: bounded, observable, and never the reason why it does not start.</summary>
public sealed class CacheWarmingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly LogLines _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Start_AllItems_AreWarmedAndCounted()
    {
        using var groups = new ExpiringCache<int, string>("groups", time: _time);
        await using var services = Services(options => options
            .Add("settings", (_, _) => Task.CompletedTask)
            .AddMany<int>("groups", (_, _) => Task.FromResult<IReadOnlyList<int>>([1, 2, 3]),
                async (_, id, ct) => await groups.GetOrSetAsync(id, _ => Task.FromResult($"group {id}"), ct)));
        var warming = services.GetRequiredService<CacheWarming>();
        await warming.StartAsync(default);
        await warming.Completion.WaitAsync(Patience);
        warming.Progress.ShouldBe(new CacheWarmingProgress(4, 4, 0, true));
        (await groups.GetAsync(2)).ShouldBe("group 2");
        _log.Of(LogLevel.Information).ShouldContain(line => line.StartsWith("Warming is over: 4 of 4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_OneItemAndOneListFail_TheOthersAreWarmed()
    {
        using var items = new MeterReadings("wappa.caching.warming.items");
        await using var services = Services(options => options
            .AddMany<int>("broken list", (_, _) => throw new IOException(), (_, _, _) => Task.CompletedTask)
            .AddMany<int>("two of three", (_, _) => Task.FromResult<IReadOnlyList<int>>([1, 2, 3]),
                (_, id, _) => id == 2 ? throw new IOException() : Task.CompletedTask));
        var warming = services.GetRequiredService<CacheWarming>();
        await warming.StartAsync(default);
        await warming.Completion.WaitAsync(Patience);
        warming.Progress.ShouldBe(new CacheWarmingProgress(3, 2, 2, true));
        items.Sum(("source", "two of three"), ("outcome", "warmed")).ShouldBe(2);
        items.Sum(("source", "two of three"), ("outcome", "failed")).ShouldBe(1);
        items.Sum(("source", "broken list"), ("outcome", "failed")).ShouldBe(1);
    }

    [Fact]
    public async Task Start_MoreItemsThanConcurrency_NoMoreRunAtOnce()
    {
        var (running, most) = (0, 0);
        var gate = new Lock();
        var three = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var services = Services(options =>
        {
            options.Concurrency = 3;
            options.AddMany<int>("items", (_, _) => Task.FromResult<IReadOnlyList<int>>([.. Enumerable.Range(0, 20)]), async (_, _, _) =>
            {
                lock (gate)
                {
                    most = Math.Max(most, ++running);
                    if (running == 3) three.TrySetResult();
                }

                await three.Task;
                await Task.Yield();
                lock (gate) running--;
            });
        });
        var warming = services.GetRequiredService<CacheWarming>();
        await warming.StartAsync(default);
        await warming.Completion.WaitAsync(Patience);
        most.ShouldBe(3);
    }

    [Fact]
    public async Task Start_AnItemHangsAndIgnoresItsToken_EndsAtTheTimeLimit()
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var services = Services(options =>
        {
            options.WaitAtStart = true;
            options.TimeLimit = TimeSpan.FromSeconds(10);
            options.Add("hung", async (_, _) =>
            {
                began.SetResult();
                await new TaskCompletionSource().Task;
            });
        });
        var warming = services.GetRequiredService<CacheWarming>();
        var start = warming.StartAsync(default);
        await began.Task.WaitAsync(Patience);
        start.IsCompleted.ShouldBeFalse();
        warming.Progress.ShouldBe(new CacheWarmingProgress(1, 0, 0, false));
        _time.Advance(TimeSpan.FromSeconds(10));
        await start.WaitAsync(Patience);
        _log.Of(LogLevel.Warning).ShouldContain(line => line.Contains("time limit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_OptionsCannotBe_SaysWhich()
    {
        await using var services = Services(options => options.Concurrency = 0);
        Should.Throw<Exception>(() => services.GetRequiredService<CacheWarming>()).Message.ShouldContain("Concurrency");
    }

    private ServiceProvider Services(Action<CacheWarmingOptions> configure) => new ServiceCollection()
        .AddSingleton<TimeProvider>(_time).AddLogging().AddSingleton<ILoggerFactory>(_log).AddCacheWarming(configure)
        .BuildServiceProvider(validateScopes: true);
}
