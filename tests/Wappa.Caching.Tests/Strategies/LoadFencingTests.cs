namespace Wappa.Caching.Tests.Strategies;

/// <summary>What changes an entry during a load beats the load: elsewhere the next read is the old value, cached as fresh.</summary>
public sealed class LoadFencingTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private readonly Desk _desk = new();
    private readonly Source<string> _source = new();

    public static TheoryData<string> Removals => ["delete", "invalidate", "tag", "clear", "the store's own remove", "another's tag"];

    public void Dispose() => _desk.Dispose();

    [Theory, MemberData(nameof(Removals))]
    public async Task Remove_DuringALoad_IsNotLost(string removal)
    {
        var cache = _desk.Texts(new() { Tags = ["post"] });
        var early = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        await RemoveAsync(cache, removal);
        _source.Answer("old");

        (await early).ShouldBe("old"); // its own waiter may have it
        (await cache.TryGetAsync(Key)).IsHit.ShouldBeFalse();
        (await cache.FetchAsync(Key, _ => Task.FromResult("new"))).ShouldBe("new");
    }

    [Theory, InlineData("delete"), InlineData("invalidate"), InlineData("tag"), InlineData("clear")]
    public async Task FetchAsync_AfterARemovalDuringALoad_DoesNotJoinThatLoad(string removal)
    {
        var cache = _desk.Texts(new() { Tags = ["post"] });
        var early = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        var stuck = _source.Next();
        await RemoveAsync(cache, removal);

        var late = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _source.Answer("new");
        (await late).ShouldBe("new");
        stuck.SetResult("old");
        (await early).ShouldBe("old");
        (await cache.GetAsync(Key)).ShouldBe("new");
    }

    [Fact]
    public async Task SetAsync_DuringALoad_IsNotOverwrittenByIt()
    {
        var cache = _desk.Texts();
        var early = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        await cache.SetAsync(Key, "set");
        _source.Answer("old");
        (await early).ShouldBe("old");
        (await cache.GetAsync(Key)).ShouldBe("set");
        (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("set");
    }

    [Fact]
    public async Task SetManyAsync_DuringALoad_IsNotOverwrittenByIt()
    {
        var cache = _desk.Texts();
        var early = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        await cache.SetManyAsync([new(Key, "set")]);
        _source.Answer("old");
        await early;
        (await cache.GetAsync(Key)).ShouldBe("set");
    }

    [Theory, InlineData("tag"), InlineData("clear")]
    public async Task FetchAsync_AfterARemovalThroughAnotherCacheOfTheContext_DoesNotJoinALoadBegunBefore(string removal)
    {
        var cache = _desk.Texts(new() { Tags = ["post"] });
        var early = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        var stuck = _source.Next();
        await RemoveAsync(_desk.Texts(), removal);
        (await cache.FetchAsync(Key, _ => Task.FromResult("new"))).ShouldBe("new");
        stuck.SetResult("old");
        (await early).ShouldBe("old");
        (await cache.GetAsync(Key)).ShouldBe("new");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task FetchAsync_ManyWritersInvalidateWhileManyLoad_NobodyReadsBehindItsOwnWrite(bool remote)
    {
        using var desk = remote ? new Desk(memory => new TrickStore(memory)) : new Desk();
        var cache = new Aside<int>(desk.Context, new() { Tags = ["all"] });
        var source = new int[3];
        await Parallel.ForAsync(0, 5_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, token) =>
        {
            var row = n % 3;
            var written = n % 2 == 0 ? Interlocked.Increment(ref source[row]) : Volatile.Read(ref source[row]);
            if (n % 2 == 0 && n % 7 != 0) await cache.InvalidateAsync(["row", row], token);
            else if (n % 2 == 0) await cache.InvalidateTagAsync("all", token);
            else written = 0;

            var read = await cache.FetchAsync(["row", row], async _ =>
            {
                var value = Volatile.Read(ref source[row]);
                await Task.Yield();
                return value;
            }, cancellationToken: token);
            read.ShouldBeGreaterThanOrEqualTo(written);
        });

        for (var row = 0; row < 3; row++)
        {
            var last = source[row];
            await cache.InvalidateAsync(["row", row]);
            (await cache.FetchAsync(["row", row], _ => Task.FromResult(last))).ShouldBe(last);
        }
    }

    private async Task RemoveAsync(Aside<string> cache, string removal)
    {
        switch (removal)
        {
            case "delete": await cache.DeleteAsync(Key); break;
            case "invalidate": await cache.InvalidateAsync(Key); break;
            case "tag": await cache.InvalidateTagAsync("post"); break;
            case "clear": await cache.ClearAsync(); break;
            case "another's tag": await _desk.Store.RemoveByTagAsync("post"); break;
            default: await _desk.Store.RemoveAsync("chat:v1:conversation:123"); break;
        }
    }
}
