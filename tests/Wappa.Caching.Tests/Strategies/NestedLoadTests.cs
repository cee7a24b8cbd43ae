namespace Wappa.Caching.Tests.Strategies;

/// <summary>Loads that ask the cache themselves: elsewhere a circle hangs for ever.</summary>
public sealed class NestedLoadTests : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task FetchAsync_LoadAsksForItsOwnKey_ThrowsInsteadOfHanging()
    {
        var cache = _desk.Texts();
        var error = await Should.ThrowAsync<InvalidOperationException>(async () => await cache.FetchAsync(["a"], async token =>
            await cache.FetchAsync(["a"], _ => Task.FromResult("inner"), cancellationToken: token)));
        error.Message.ShouldContain("very key it is loading");
        (await cache.FetchAsync(["a"], _ => Task.FromResult("free"))).ShouldBe("free");
    }

    [Fact]
    public async Task FetchAsync_LoadAsksForItsOwnKeyLater_ThrowsInsteadOfHanging()
    {
        var cache = _desk.Texts();
        await Should.ThrowAsync<InvalidOperationException>(async () => await cache.FetchAsync(["a"], async _ =>
        {
            await Task.Yield();
            return await Task.Run(async () => await cache.FetchAsync(["a"], _ => Task.FromResult("inner")), CancellationToken.None);
        }));
    }

    [Fact]
    public async Task FetchAsync_LoadOfAAsksForBWhichAsksForA_ThrowsInsteadOfHanging()
    {
        var cache = _desk.Texts();
        var other = new Aside<Post>(_desk.Context, ns: "other"); // a circle may go through several caches
        var error = await Should.ThrowAsync<InvalidOperationException>(async () => await cache.FetchAsync(["a"], async token =>
            (await other.FetchAsync(["b"], async token => new Post
            {
                Text = await cache.FetchAsync(["a"], _ => Task.FromResult("inner"), cancellationToken: token),
            }, cancellationToken: token)).Text));
        error.Message.ShouldContain("circle");
    }

    [Fact]
    public async Task FetchAsync_TwoCallersLoadInOppositeOrder_OneIsToldAndNeitherHangs()
    {
        var cache = _desk.Texts();
        var bothBegan = new TaskCompletionSource[] { new(), new() };
        var callers = new[] { 0, 1 }.Select(mine => cache.FetchAsync(["key", mine], async token =>
        {
            bothBegan[mine].SetResult();
            await bothBegan[1 - mine].Task;
            return "of " + await cache.FetchAsync(["key", 1 - mine], _ => Task.FromResult("inner"), cancellationToken: token);
        }).AsTask()).ToArray();

        foreach (var caller in callers) await Should.ThrowAsync<InvalidOperationException>(caller);
        (await cache.FetchAsync(["key", 0], _ => Task.FromResult("free"))).ShouldBe("free");
    }

    [Fact]
    public async Task FetchAsync_LoadAsksForOtherKeys_Works()
    {
        var cache = _desk.Texts();
        var value = await cache.FetchAsync(["a"], async _ =>
        {
            var parts = await Task.WhenAll(Enumerable.Range(0, 3).Select(i =>
                cache.FetchAsync(["part", i % 2], _ => Task.FromResult($"{i % 2}")).AsTask()));
            return string.Join('+', parts);
        });
        value.ShouldBe("0+1+0");
        (await cache.GetAsync(["part", 1])).ShouldBe("1");
    }

    [Fact]
    public async Task FetchAsync_WorkThatOutlivesItsLoad_MayAskForThatKey()
    {
        var cache = _desk.Texts();
        var loaded = new TaskCompletionSource();
        Task<string>? later = null;
        await cache.FetchAsync(["a"], _ =>
        {
            later = Task.Run(async () =>
            {
                await loaded.Task;
                await cache.DeleteAsync(["a"]);
                return await cache.FetchAsync(["a"], _ => Task.FromResult("second"));
            });
            return Task.FromResult("first");
        });
        loaded.SetResult();
        (await later!).ShouldBe("second");
    }
}
