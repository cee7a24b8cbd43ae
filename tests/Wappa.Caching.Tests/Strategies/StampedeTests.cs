namespace Wappa.Caching.Tests.Strategies;

/// <summary>Many callers, one load.</summary>
public sealed class StampedeTests
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    [Theory, InlineData(false), InlineData(true)]
    public async Task FetchAsync_TenThousandConcurrentCallersOfOneMissingKey_RunsOneLoad(bool remote)
    {
        using var desk = New(remote);
        var cache = desk.Texts();
        var source = new Source<string>();

        var first = cache.FetchAsync(Key, source.LoadAsync).AsTask();
        await source.BegunAsync(1);
        var others = Enumerable.Range(0, 9_999).Select(_ => cache.FetchAsync(Key, source.LoadAsync).AsTask()).ToArray();
        source.Answer("loaded");

        (await first).ShouldBe("loaded");
        (await Task.WhenAll(others)).ShouldAllBe(value => value == "loaded");
        source.Loads.ShouldBe(1);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task FetchAsync_TenThousandCallersOnManyThreadsAgainstAQuickLoad_RunsOneLoad(bool remote)
    {
        using var desk = New(remote);
        var cache = desk.Texts();
        var loads = 0;

        // The load ends while others are between their miss and their joining: they must look into the store again.
        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, token) =>
            (await cache.FetchAsync(Key, async _ =>
            {
                Interlocked.Increment(ref loads);
                await Task.Yield();
                return "loaded";
            }, cancellationToken: token)).ShouldBe("loaded"));
        loads.ShouldBe(1);
    }

    [Fact]
    public async Task FetchAsync_AnotherLoadLandsBetweenTheMissAndTheJoin_IsSeen()
    {
        TrickStore? trick = null;
        using var desk = new Desk(memory => trick = new TrickStore(memory));
        var cache = desk.Texts();
        var landed = Task.CompletedTask;
        trick!.Answer = missed =>
        {
            trick.Answer = null;
            landed = cache.FetchAsync(Key, _ => Task.FromResult("landed")).AsTask();
            return missed; // read before that
        };
        (await cache.FetchAsync(Key, _ => Task.FromResult("loaded twice"))).ShouldBe("landed");
        landed.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task FetchAsync_CallersOfAMutableType_HaveACopyEach()
    {
        using var desk = new Desk();
        var cache = new Aside<Post>(desk.Context);
        var source = new Source<Post>();
        var waiting = Enumerable.Range(0, 3).Select(_ => cache.FetchAsync(Key, source.LoadAsync).AsTask()).ToArray();
        var loaded = new Post { Text = "hi", Likes = { "a" } };
        source.Answer(loaded);

        var posts = await Task.WhenAll(waiting);
        posts[0].Likes.Add("mine only");
        loaded.Likes.Add("the loader's only");
        posts.Distinct().Count().ShouldBe(3);
        posts[1].Likes.ShouldBe(["a"]);
        (await cache.GetAsync(Key))!.Likes.ShouldBe(["a"]);
    }

    [Fact]
    public async Task FetchAsync_OtherKeysWhileALoadHangs_AreNotHeldUp()
    {
        using var desk = new Desk();
        var cache = desk.Texts();
        var source = new Source<string>();
        var slow = cache.FetchAsync(Key, source.LoadAsync).AsTask();
        for (var i = 0; i < 100; i++) (await cache.FetchAsync(["other", i], _ => Task.FromResult("quick"))).ShouldBe("quick");
        source.Answer("slow");
        (await slow).ShouldBe("slow");
    }

    [Fact]
    public async Task FetchAsync_LoadFails_AllItsCallersAreToldAndTheNextOneTriesAgain()
    {
        using var desk = new Desk();
        var cache = desk.Texts();
        var source = new Source<string>();
        var waiting = Enumerable.Range(0, 3).Select(_ => cache.FetchAsync(Key, source.LoadAsync).AsTask()).ToArray();
        source.Fail(new IOException("source is down"));
        foreach (var caller in waiting) (await Should.ThrowAsync<IOException>(caller)).Message.ShouldBe("source is down");

        var next = cache.FetchAsync(Key, source.LoadAsync).AsTask();
        source.Answer("up again");
        (await next).ShouldBe("up again");
        source.Loads.ShouldBe(2);
    }

    [Fact]
    public async Task FetchAsync_LoadThrowsBeforeItHasATask_LeavesNoLockBehind()
    {
        using var desk = new Desk();
        var cache = desk.Texts();
        await Should.ThrowAsync<IOException>(async () => await cache.FetchAsync(Key, _ => throw new IOException()));
        await Should.ThrowAsync<InvalidOperationException>(async () =>
            await cache.FetchAsync(Key, (Func<CancellationToken, Task<string>>)(_ => null!)));
        (await cache.FetchAsync(Key, _ => Task.FromResult("up"))).ShouldBe("up");
    }

    private static Desk New(bool remote) => remote ? new Desk(memory => new TrickStore(memory)) : new Desk();
}
