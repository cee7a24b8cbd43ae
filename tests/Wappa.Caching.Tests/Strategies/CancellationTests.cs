using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>Callers that give up: elsewhere logged as errors, cancelling what others wait for, or leaving a lock behind.</summary>
public sealed class CancellationTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private readonly Desk _desk = new();
    private readonly Source<string> _source = new();

    public void Dispose() => _desk.Dispose();

    [Theory, InlineData(false), InlineData(true)]
    public async Task FetchAsync_StarterCancels_TheOthersStillGetItsLoad(bool cancellableOther)
    {
        var cache = _desk.Texts();
        using var starter = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        var first = cache.FetchAsync(Key, _source.LoadAsync, cancellationToken: starter.Token).AsTask();
        var second = cache.FetchAsync(Key, _source.LoadAsync, cancellationToken: cancellableOther ? other.Token : default).AsTask();

        await starter.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(first)).CancellationToken.ShouldBe(starter.Token);
        _source.Tokens.Single().IsCancellationRequested.ShouldBeFalse();
        _source.Answer("loaded");
        (await second).ShouldBe("loaded");
        _source.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task FetchAsync_LastCallerCancels_TheLoadIsCancelledAndTheKeyIsFree()
    {
        var cache = _desk.Texts();
        using var callers = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 5).Select(_ => cache.FetchAsync(Key, _source.LoadAsync, cancellationToken: callers.Token).AsTask()).ToArray();
        await callers.CancelAsync();
        foreach (var caller in waiting) await Should.ThrowAsync<OperationCanceledException>(caller);
        _source.Tokens.Single().IsCancellationRequested.ShouldBeTrue();
        cache.Flights.ShouldBe(0);

        (await cache.FetchAsync(Key, _ => Task.FromResult("next"))).ShouldBe("next");
        _source.Fail(new OperationCanceledException());
        _desk.Time.ActiveTimers.ShouldBe(0);
        _desk.Log.Lines.ShouldAllBe(line => line.Level <= LogLevel.Debug);
    }

    [Fact]
    public async Task FetchAsync_CancelledBeforehand_StartsNothingNotEvenAHit()
    {
        var cache = _desk.Texts();
        await cache.SetAsync(Key, "there");
        var cancelled = new CancellationToken(canceled: true);
        await Should.ThrowAsync<OperationCanceledException>(async () => await cache.FetchAsync(Key, _source.LoadAsync, cancellationToken: cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await cache.GetAsync(Key, cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await cache.GetManyAsync([Key], cancelled));
        _source.Loads.ShouldBe(0);
    }

    [Fact]
    public async Task FetchAsync_CallbackOfTheLoadsTokenThrows_DoesNotReachTheCallerThatLeft()
    {
        var cache = _desk.Texts();
        using var caller = new CancellationTokenSource();
        var waiting = cache.FetchAsync(Key, async token =>
        {
            using var bug = token.Register(() => throw new InvalidOperationException("bug in a callback"));
            return await _source.LoadAsync(token);
        }, cancellationToken: caller.Token).AsTask();
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public async Task FetchAsync_LoadCancelsItself_IsAFailureOfTheSource()
    {
        var cache = _desk.Texts(new() { Ttl = TimeSpan.FromMinutes(1), StaleIfError = TimeSpan.FromMinutes(1) });
        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await cache.FetchAsync(Key, _ => Task.FromException<string>(new TaskCanceledException("HttpClient.Timeout"))));
        await cache.SetAsync(Key, "old");
        _desk.Time.Advance(TimeSpan.FromMinutes(1));
        (await cache.FetchAsync(Key, _ => Task.FromException<string>(new TaskCanceledException("HttpClient.Timeout")))).ShouldBe("old");
    }

    [Fact]
    public async Task FetchAsync_CallerCancelsWhileTheStoreReads_IsNotAFailureOfTheStore()
    {
        TrickStore? trick = null;
        using var desk = new Desk(memory => trick = new TrickStore(memory));
        trick!.Hang("get");
        using var caller = new CancellationTokenSource();
        var waiting = desk.Texts().FetchAsync(Key, _source.LoadAsync, cancellationToken: caller.Token).AsTask();
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        _source.Loads.ShouldBe(0);
        desk.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task FetchAsync_CallersComeAndGoAtRandom_NobodyHangsAndNobodyIsToldOfAnothersCancellation()
    {
        var cache = _desk.Texts();
        await Parallel.ForAsync(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            using var caller = new CancellationTokenSource();
            var waiting = cache.FetchAsync(["key", i % 3], async token =>
            {
                await Task.Yield();
                await cache.DeleteAsync(["key", i % 3], token);
                return "loaded";
            }, cancellationToken: i % 2 == 0 ? caller.Token : default).AsTask();
            if (i % 4 == 0) await caller.CancelAsync();
            try
            {
                (await waiting.WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None)).ShouldBe("loaded");
            }
            catch (OperationCanceledException) when (i % 4 == 0)
            {
                // its own
            }
        });
        cache.Flights.ShouldBe(0);
    }
}
