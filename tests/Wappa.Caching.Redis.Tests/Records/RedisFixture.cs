using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>A store on the shared server, and connections past it to look at what stands there.</summary>
public abstract class RedisFixture : IAsyncLifetime
{
    private protected const string Tenant = "hotel123";
    private protected const string UserId = "1234567890";

    private IDocumentStore? _store;

    private protected RedisHarness Harness { get; } = new(RedisTarget.StandaloneAsync);

    private protected IDocumentStore Store => _store ?? throw new InvalidOperationException("The test has not begun.");

    private protected UserCaches Me => CacheFactory.Over(Store).ForUser(Tenant, UserId);

    private protected static RecordKey Profile { get; } = RecordKey.User(Tenant, UserId);

    public async ValueTask InitializeAsync() => _store = await Harness.CreateAsync(new());

    public async ValueTask DisposeAsync()
    {
        await Harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<RawRedis> RawAsync(RecordKind kind) => Harness.ConnectAsync(kind);

    private protected async Task<object?> RawAsync(RecordKind kind, params string[] words)
    {
        await using var raw = await RawAsync(kind);
        return await raw.CallAsync(words);
    }

    private protected async Task<Dictionary<string, string>> HashAsync(RecordKind kind, string key)
    {
        await using var raw = await RawAsync(kind);
        return (await raw.ListAsync("HGETALL", key)).Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    private protected static CacheDocument Json(string json) => CacheDocument.Parse(json);
}
