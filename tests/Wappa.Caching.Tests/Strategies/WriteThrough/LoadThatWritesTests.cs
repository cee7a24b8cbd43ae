namespace Wappa.Caching.Tests.Strategies.WriteThrough;

/// <summary>Loads that write through a cache, and writes that wait for loads: together they may wait for each other.</summary>
public sealed class LoadThatWritesTests : IDisposable
{
    private readonly Desk _desk = new();
    private readonly Rows _rows = new();

    public void Dispose() => _desk.Dispose();

    [Theory, InlineData("a", "a"), InlineData("a", "b")]
    public async Task UpdateAsync_JoinsALoadThatWritesAKeyThatWaitsForIt_BothAreToldInsteadOfHanging(string loaded, string written)
    {
        // Update of `written` waits for the load of it; that one, or the one it waits for, wants to write `written`.
        var cache = new Cache(_desk.Context, _rows);
        var gate = new TaskCompletionSource();
        cache.Load = async (row, token) =>
        {
            if (row != loaded) return "of " + await cache.GetAsync([loaded], token);
            await gate.Task;
            await cache.WriteAsync([written], "made", () => _rows.WriteAsync(written, "made"), token);
            return "made";
        };
        var reader = cache.GetAsync([loaded]).AsTask();
        var update = cache.UpdateAsync([written], old => old + "!", () => Task.CompletedTask).AsTask();
        update.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        (await Should.ThrowAsync<InvalidOperationException>(update.WaitAsync(TimeSpan.FromSeconds(30)))).Message.ShouldContain("wait for each other");
        await Should.ThrowAsync<InvalidOperationException>(reader.WaitAsync(TimeSpan.FromSeconds(30)));
        cache.Writers.ShouldBe(0);
    }

    [Fact]
    public async Task UpdateAsync_BeginsToWaitForALoadThatWaitsForItsTurn_IsTold()
    {
        var cache = new Cache(_desk.Context, _rows);
        var (isWriting, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        cache.Load = async (row, token) =>
        {
            if (row == "a") await cache.WriteAsync(["b"], "x", () => _rows.WriteAsync("b", "x"), token);
            return row;
        };
        var writer = cache.WriteAsync(["b"], "y", async () =>
        {
            isWriting.SetResult();
            await goOn.Task;
            await cache.GetAsync(["a"]); // whose load waits for this turn
        }).AsTask();
        await isWriting.Task;
        var reader = cache.GetAsync(["a"]).AsTask();
        reader.IsCompleted.ShouldBeFalse();
        goOn.SetResult();
        await Should.ThrowAsync<InvalidOperationException>(writer.WaitAsync(TimeSpan.FromSeconds(30)));
        (await reader.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("a");
    }

    [Fact]
    public async Task GetAsync_LoadWritesItsOwnKeyAndNobodyWaits_Works()
    {
        var cache = new Cache(_desk.Context, _rows);
        cache.Load = async (row, token) =>
        {
            await cache.WriteAsync([row], "made", () => _rows.WriteAsync(row, "made"), token);
            return "made";
        };
        (await cache.GetAsync(["a"])).ShouldBe("made");
        await cache.UpdateAsync(["a"], old => old + "!", (value, _) => _rows.WriteAsync("a", value));
        _rows["a"].ShouldBe("made!");
    }

    private sealed class Cache(CacheStrategyContext context, Rows rows) : WriteThroughCacheStrategy<string>(context, "rows")
    {
        internal Func<string, CancellationToken, Task<string>> Load { get; set; } = (row, _) => rows.ReadAsync(row);

        internal int Writers => Context.Writes.Count;

        protected override Task<string> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken) =>
            Load(key.Text(0), cancellationToken);
    }
}
