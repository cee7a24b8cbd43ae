using Microsoft.Extensions.DependencyInjection;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Strategies.Memoizing;

/// <summary>The caching strategy's functions: a memoized function, an expiring cache, a disk cache, clearing all of them.</summary>
public sealed class MemoizingTests
{
    private readonly ManualTimeProvider _time = new();
    private int _calls;

    [Fact]
    public async Task GetMessage_SameId_IsAskedOnceAndNeverExpires()
    {
        using var messages = Memoize.Create<int, string>(FetchAsync, time: _time);
        (await messages.InvokeAsync(5)).ShouldBe("message 5");
        _time.Advance(TimeSpan.FromDays(365));
        (await messages.InvokeAsync(5)).ShouldBe("message 5");
        _calls.ShouldBe(1);
        (await messages.ForgetAsync(5)).ShouldBeTrue();
        await messages.InvokeAsync(5);
        _calls.ShouldBe(2);
    }

    [Fact]
    public async Task GetMessage_MoreThan100_ForgetsTheOldestUnused()
    {
        using var messages = Memoize.Create<int, string>(FetchAsync, time: _time);
        for (var i = 0; i < 100; i++) await messages.InvokeAsync(i);
        await messages.InvokeAsync(0);
        await messages.InvokeAsync(100);
        _calls.ShouldBe(101);
        await messages.InvokeAsync(0);
        _calls.ShouldBe(101);
        await messages.ClearAsync();
        await messages.InvokeAsync(0);
        _calls.ShouldBe(102);
    }

    [Fact]
    public async Task MemoizedFunction_ManyCallersOfOneArgument_OneCall()
    {
        var gate = new TaskCompletionSource<string>();
        using var slow = Memoize.Create<int, string>((_, _) =>
        {
            Interlocked.Increment(ref _calls);
            return gate.Task;
        });
        var callers = Enumerable.Range(0, 100).Select(_ => slow.InvokeAsync(1).AsTask()).ToArray();
        gate.SetResult("x");
        (await Task.WhenAll(callers)).ShouldAllBe(value => value == "x");
        _calls.ShouldBe(1);
    }

    [Fact]
    public async Task MemoizedFunction_Throws_IsNotRemembered()
    {
        using var flaky = Memoize.Create<int, string>((n, _) => ++_calls == 1 ? throw new IOException() : Task.FromResult($"{n}"));
        await Should.ThrowAsync<IOException>(async () => await flaky.InvokeAsync(1));
        (await flaky.InvokeAsync(1)).ShouldBe("1");
    }

    [Fact]
    public async Task MemoizedFunction_ArgumentsOfAnyKind_AreToldApart()
    {
        using var texts = Memoize.Create<string, string>((key, _) => Task.FromResult($"<{key}>"));
        foreach (var key in new[] { "", "a", "A", "a:b", "a%3Ab", "#", "*", "\n", new string('x', 500), new string('x', 501) })
            (await texts.InvokeAsync(key)).ShouldBe($"<{key}>");
        using var pairs = Memoize.Create<(int, string), string>((key, _) => Task.FromResult($"{key}"));
        (await pairs.InvokeAsync((1, "a"))).ShouldBe("(1, a)");
        (await pairs.InvokeAsync((1, "b"))).ShouldBe("(1, b)");
    }

    [Fact]
    public async Task ExpiringCache_Defaults_Hold100EntriesFor600Seconds()
    {
        using var cache = new ExpiringCache<int, string>("groups", time: _time);
        (await cache.GetAsync(1)).ShouldBeNull();
        for (var i = 0; i < 101; i++) await cache.SetAsync(i, $"{i}");
        var kept = 0;
        for (var i = 0; i < 101; i++) if ((await cache.TryGetAsync(i)).IsHit) kept++;
        kept.ShouldBe(100);
        (await cache.GetAsync(100)).ShouldBe("100");
        _time.Advance(TimeSpan.FromSeconds(599));
        (await cache.GetAsync(100)).ShouldBe("100");
        _time.Advance(TimeSpan.FromSeconds(1));
        (await cache.GetAsync(100)).ShouldBeNull();
    }

    [Fact]
    public async Task DiskCache_Defaults_KeepADayInTheAppsBackend()
    {
        using var desk = new Desk();
        var cache = new DiskCache<string>(desk.Context, "answers");
        await cache.SetAsync("a/b\\c", "x");
        (await new DiskCache<string>(desk.Context, "answers").GetAsync("a/b\\c")).ShouldBe("x");
        (await cache.GetAsync("a_b_c")).ShouldBeNull();
        desk.Time.Advance(TimeSpan.FromSeconds(86_399));
        (await cache.GetAsync("a/b\\c")).ShouldBe("x");
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        (await cache.GetAsync("a/b\\c")).ShouldBeNull();
    }

    [Fact]
    public async Task UpdateGroupInfo_DatabaseChanged_EntryIsGoneAndALoadThatHadBegunIsNotStored()
    {
        using var groups = new GroupCache<string>(_time);
        await groups.SetAsync("g", "old");
        (await groups.UpdateAsync("g", _ => Task.FromResult(false))).ShouldBeFalse();
        (await groups.GetAsync("g")).ShouldBe("old");

        await groups.RemoveAsync("g");
        var load = new TaskCompletionSource<string>();
        var reader = groups.GetOrSetAsync("g", _ => load.Task).AsTask();
        (await groups.UpdateAsync("g", _ => Task.FromResult(true))).ShouldBeTrue();
        load.SetResult("old");
        await reader;
        (await groups.TryGetAsync("g")).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task UpdateGroupInfo_DatabaseThrows_EntryIsGoneSinceItMayHaveChanged()
    {
        using var groups = new GroupCache<string>(_time);
        await groups.SetAsync("g", "old");
        await Should.ThrowAsync<TimeoutException>(async () => await groups.UpdateAsync("g", _ => throw new TimeoutException()));
        (await groups.TryGetAsync("g")).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Versions_OlderValuesAndOlderRemovals_ChangeNothing()
    {
        using var groups = new GroupCache<Group>(_time, group => group.Version);
        (await groups.SetAsync("g", new Group(3, "three"))).ShouldBeTrue();
        (await groups.SetAsync("g", new Group(2, "two"))).ShouldBeFalse();
        (await groups.RemoveOlderAsync("g", 3)).ShouldBeFalse();
        (await groups.GetAsync("g"))!.Name.ShouldBe("three");
        (await groups.RemoveOlderAsync("g", 4)).ShouldBeTrue();
        (await groups.TryGetAsync("g")).IsHit.ShouldBeFalse();
        using var plain = new GroupCache<Group>(_time);
        await Should.ThrowAsync<InvalidOperationException>(async () => await plain.RemoveOlderAsync("g", 1));
    }

    [Fact]
    public async Task ClearAllCaches_EmptiesEveryRegisteredOne()
    {
        await using var services = new ServiceCollection()
            .AddWappaCaching()
            .AddKeyedCache<ApiResponseCache<string>>().AddKeyedCache<MessageCache<string>>()
            .AddKeyedCache(_ => new GroupCache<Group>()).AddKeyedCache<ConfigurationCache<string>>().AddKeyedCache<ConfigurationCache<string>>()
            .BuildServiceProvider(validateScopes: true);
        await services.GetRequiredService<ApiResponseCache<string>>().SetAsync("prompt", "answer");
        await services.GetRequiredService<MessageCache<string>>().SetAsync("m", "text");
        await services.GetRequiredService<ConfigurationCache<string>>().SetAsync("c", "setting");
        var all = services.GetRequiredService<AppCaches>();
        all.Names.ShouldBe(["api_responses", "messages", "groups", "configuration"]);
        (await all.ClearAllAsync()).ShouldBe(3);
        (await services.GetRequiredService<MessageCache<string>>().GetAsync("m")).ShouldBeNull();
    }

    private Task<string> FetchAsync(int id, CancellationToken cancellationToken)
    {
        _calls++;
        return Task.FromResult($"message {id}");
    }

    public sealed record Group(long Version, string Name);
}
