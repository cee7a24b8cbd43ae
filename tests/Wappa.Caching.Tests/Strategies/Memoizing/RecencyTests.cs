using Wappa.Testing;

namespace Wappa.Caching.Tests.Strategies.Memoizing;

/// <summary>Small caches of their own keep the latest used: of too many entries exactly the one used longest ago goes.</summary>
public sealed class RecencyTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<int> _calls = [];

    [Fact]
    public async Task InvokeAsync_OneMoreThan100_ForgetsTheOneUsedLongestAgoAndNoOther()
    {
        using var squares = Squares();
        for (var i = 0; i < 100; i++) await squares.InvokeAsync(i);
        for (var i = 0; i < 100; i += 2) await squares.InvokeAsync(i); // from now on 1 is the one used longest ago
        await squares.InvokeAsync(100);
        _calls.Clear();
        foreach (var i in Enumerable.Range(0, 101).Where(i => i != 1)) await squares.InvokeAsync(i);
        _calls.ShouldBeEmpty();
        await squares.InvokeAsync(1);
        _calls.ShouldBe([1]);
    }

    [Fact]
    public async Task InvokeAsync_EachArgumentAgain60CallsLater_HitsEachTime()
    {
        using var squares = Squares();
        for (var i = 0; i < 5_000; i++)
        {
            await squares.InvokeAsync(i);
            if (i >= 30) await squares.InvokeAsync(i - 30);
        }

        _calls.Count.ShouldBe(5_000);
    }

    [Fact]
    public async Task InvokeAsync_AnyArguments_IsCalledExactlyWhenAListOfTheLatest100HasForgottenThem()
    {
        using var squares = Squares();
        var random = new Random(20);
        var latest = new List<int>();
        var expected = new List<int>();
        for (var i = 0; i < 20_000; i++)
        {
            var argument = (int)(150 * random.NextDouble() * random.NextDouble() * 2);
            if (!latest.Remove(argument)) expected.Add(argument);
            latest.Add(argument);
            if (latest.Count > 100) latest.RemoveAt(0);
            await squares.InvokeAsync(argument);
        }

        _calls.ShouldBe(expected);
    }

    [Fact]
    public async Task SetAsync_AnEntryThatIsThere_IsAUseOfIt()
    {
        using var cache = new ExpiringCache<int, string>("few", maxEntries: 2, time: _time);
        await cache.SetAsync(1, "one");
        await cache.SetAsync(2, "two");
        await cache.SetAsync(1, "uno");
        await cache.SetAsync(3, "three");
        (await cache.GetAsync(1)).ShouldBe("uno");
        (await cache.TryGetAsync(2)).IsHit.ShouldBeFalse();
        (await cache.GetAsync(3)).ShouldBe("three");
    }

    [Fact]
    public async Task MessageCache_OneMoreThan100_KeepsTheHundredUsedLast()
    {
        using var messages = new MessageCache<string>(_time);
        for (var i = 0; i < 100; i++) await messages.SetAsync($"{i}", "text");
        await messages.GetAsync("0");
        await messages.SetAsync("100", "text");
        for (var i = 0; i <= 100; i++) (await messages.TryGetAsync($"{i}")).IsHit.ShouldBe(i != 1, $"{i}");
    }

    [Fact]
    public async Task InvokeAsync_ManyThreads_NeverHoldsMoreThanItsBoundAndAnswersRightly()
    {
        using var squares = Memoize.Create<int, int>((n, _) => Task.FromResult(n * n), maxEntries: 10);
        await Parallel.ForAsync(0, 8, async (thread, token) =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 5_000; i++)
            {
                var n = random.Next(20);
                (await squares.InvokeAsync(n, token)).ShouldBe(n * n);
            }
        });
        (await squares.ClearAsync()).ShouldBeInRange(1, 10);
    }

    private MemoizedFunction<int, int> Squares() => Memoize.Create<int, int>(
        (n, _) =>
        {
            _calls.Add(n);
            return Task.FromResult(n * n);
        },
        time: _time);
}
