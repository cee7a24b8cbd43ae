using Wappa.Caching.Tests.Strategies.WriteThrough;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>Two strategies of one namespace have the same keys: what the one changes, the other must not load from before.</summary>
public sealed class SharedNamespaceTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private readonly Desk _desk = new();
    private readonly Source<string> _source = new();

    public static TheoryData<string> Changes => ["set", "set many", "delete", "invalidate"];

    public void Dispose() => _desk.Dispose();

    [Theory, MemberData(nameof(Changes))]
    public async Task FetchAsync_AnotherStrategyChangedTheKey_DoesNotJoinALoadFromBefore(string change)
    {
        var (one, other) = (_desk.Texts(), _desk.Texts());
        var early = other.FetchAsync(Key, _source.LoadAsync).AsTask();
        await ChangeAsync(one, change);
        await _desk.Store.RemoveAsync("chat:v1:conversation:123"); // evicted: the later caller has to load
        var later = other.FetchAsync(Key, _ => Task.FromResult("new")).AsTask();
        _source.Answer("old");
        (await later).ShouldBe("new");
        (await early).ShouldBe("old");
        (await other.GetAsync(Key)).ShouldBe("new");
    }

    [Fact]
    public async Task FetchAsync_AnotherStrategyOfAnotherTypeChangedTheKey_DoesNotJoinALoadFromBefore()
    {
        var (one, other) = (new Aside<Post>(_desk.Context), _desk.Texts());
        var early = other.FetchAsync(Key, _source.LoadAsync).AsTask();
        await one.InvalidateAsync(Key);
        var later = other.FetchAsync(Key, _ => Task.FromResult("new")).AsTask();
        _source.Answer("old");
        (await later).ShouldBe("new");
        (await early).ShouldBe("old");
    }

    [Fact]
    public async Task UpdateAsync_ByTwoStrategies_NeitherBuildsOnALoadFromBeforeTheOther()
    {
        var rows = new Rows { ["a"] = "" };
        var gate = new TaskCompletionSource();
        var (one, other) = (new RowCache(_desk.Context, rows), new SlowRows(_desk.Context, rows, gate.Task));
        var reader = other.GetAsync(["a"]).AsTask(); // has read the row, and is not back yet
        await one.AppendAsync("a", "1");
        await _desk.Store.RemoveAsync("rows:v1:a"); // evicted
        other.Gate = Task.CompletedTask;
        var update = other.UpdateAsync(["a"], old => old + "2", (value, _) => rows.WriteAsync("a", value)).AsTask();
        gate.SetResult();
        await Task.WhenAll(update, reader);
        rows["a"].ShouldBe("12");
    }

    private static async Task ChangeAsync(Aside<string> cache, string change)
    {
        if (change == "set") await cache.SetAsync(Key, "set");
        if (change == "set many") await cache.SetManyAsync([new(Key, "set")]);
        if (change == "delete") await cache.DeleteAsync(Key);
        if (change == "invalidate") await cache.InvalidateAsync(Key);
    }

    private sealed class SlowRows(CacheStrategyContext context, Rows rows, Task gate) : WriteThroughCacheStrategy<string>(context, "rows")
    {
        public Task Gate { get; set; } = gate;

        protected override async Task<string> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken)
        {
            var row = await rows.ReadAsync(key.Text(0));
            await Gate;
            return row;
        }
    }
}
