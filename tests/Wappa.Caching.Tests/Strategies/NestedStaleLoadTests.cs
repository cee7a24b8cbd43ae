namespace Wappa.Caching.Tests.Strategies;

/// <summary>Loads that ask for their own key while there is an old value of it: they must not make a new value of the old one.</summary>
public sealed class NestedStaleLoadTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(10);

    private readonly Desk _desk = new();

    public static TheoryData<string> Policies => ["revalidate", "eager", "error"];

    public void Dispose() => _desk.Dispose();

    [Theory, MemberData(nameof(Policies))]
    public async Task FetchAsync_LoadAsksForItsOwnKey_IsToldAndNothingIsStored(string kind)
    {
        var policy = PolicyOf(kind);
        var cache = _desk.Texts(policy);
        await cache.SetAsync(["k"], "old");
        _desk.Time.Advance(kind == "eager" ? Ttl * 0.6 : Ttl * 2);
        var told = new TaskCompletionSource<Exception?>();
        async Task<string> LoadAsync(CancellationToken token)
        {
            try
            {
                return "from " + await cache.FetchAsync(["k"], LoadAsync, cancellationToken: token);
            }
            catch (Exception error)
            {
                told.TrySetResult(error);
                throw;
            }
        }

        var caller = cache.FetchAsync(["k"], LoadAsync).AsTask();
        var error = await told.Task.WaitAsync(TimeSpan.FromSeconds(30));
        error.ShouldBeAssignableTo<InvalidOperationException>()!.Message.ShouldContain("very key");
        if (kind == "error") await Should.ThrowAsync<InvalidOperationException>(caller); // a mistake no stale value hides
        else (await caller).ShouldBe("old");
        for (var i = 0; i < 1_000_000 && cache.Flights > 0; i++) await Task.Yield();
        (await cache.TryGetAsync(["k"])).TryGet(out var stored).ShouldBeTrue();
        stored.ShouldBe("old");
    }

    [Fact]
    public async Task FetchAsync_LoadOfAAsksForBWhichAsksForStaleA_IsTold()
    {
        var cache = _desk.Texts(PolicyOf("error"));
        await cache.SetAsync(["a"], "old");
        _desk.Time.Advance(Ttl * 2);
        await Should.ThrowAsync<InvalidOperationException>(async () => await cache.FetchAsync(["a"], async token =>
            await cache.FetchAsync(["b"], async token =>
                await cache.FetchAsync(["a"], _ => Task.FromResult("inner"), cancellationToken: token), cancellationToken: token)));
    }

    [Fact]
    public async Task FetchAsync_LoadAsksForAnotherStaleKey_IsGivenIt()
    {
        var cache = _desk.Texts(PolicyOf("revalidate"));
        await cache.SetAsync(["part"], "old part");
        _desk.Time.Advance(Ttl * 2);
        (await cache.FetchAsync(["whole"], async token =>
            "of " + await cache.FetchAsync(["part"], _ => Task.FromResult("new part"), cancellationToken: token))).ShouldBe("of old part");
    }

    [Fact]
    public async Task FetchAsync_LoadReadsItsOwnOldValueWithoutLoading_IsGivenIt()
    {
        var cache = _desk.Texts(PolicyOf("error"));
        await cache.SetAsync(["k"], "old");
        _desk.Time.Advance(Ttl * 2);
        (await cache.FetchAsync(["k"], async token => "after " + (await cache.TryGetAsync(["k"], token)).Value)).ShouldBe("after old");
    }

    private static CacheEntryPolicy PolicyOf(string kind) => kind switch
    {
        "revalidate" => new() { Ttl = Ttl, StaleWhileRevalidate = TimeSpan.FromHours(1) },
        "eager" => new() { Ttl = Ttl, EagerRefresh = 0.5 },
        _ => new() { Ttl = Ttl, StaleIfError = TimeSpan.FromHours(1) },
    };
}
