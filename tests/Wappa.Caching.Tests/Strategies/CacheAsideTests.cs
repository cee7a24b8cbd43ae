namespace Wappa.Caching.Tests.Strategies;

public sealed class CacheAsideTests : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task FetchAsync_Missing_LoadsOnceAndHitsAfterwards()
    {
        var cache = _desk.Texts();
        var loads = 0;
        for (var i = 0; i < 3; i++)
        {
            (await cache.FetchAsync(["conversation", 123, "messages"], _ => Task.FromResult($"loaded {++loads}"))).ShouldBe("loaded 1");
        }

        (await _desk.Store.GetAsync("chat:v1:conversation:123:messages")).ShouldNotBeNull();
    }
}
