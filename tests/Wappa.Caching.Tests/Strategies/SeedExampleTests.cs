using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>The examples of the guides this module follows, as one writes them here.</summary>
public sealed class SeedExampleTests : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task UserFeed_IsCacheAside()
    {
        var database = new Database();
        var feed = new UserFeedCache(_desk.Context, database);
        (await feed.GetFeedAsync(7)).Select(post => post.Text).ShouldBe(["post 1 of 7"]);
        await feed.GetFeedAsync(7);
        await feed.GetFeedAsync(7, page: 2);
        database.Queries.ShouldBe(2);
        (await _desk.Store.GetTtlAsync("feed:v1:user:7:feed:page_1")).Remaining.ShouldBe(TimeSpan.FromHours(1));

        await feed.InvalidateAsync(["user", 7, "feed", "page_1"]);
        await feed.GetFeedAsync(7);
        database.Queries.ShouldBe(3);
    }

    [Fact]
    public async Task OnlineStatus_IsASetWithAShortLife()
    {
        var online = new OnlineStatusCache(_desk.Context);
        (await online.IsOnlineAsync(7)).ShouldBeFalse();
        await online.MarkOnlineAsync(7);
        (await online.IsOnlineAsync(7)).ShouldBeTrue();
        _desk.Time.Advance(TimeSpan.FromSeconds(60));
        (await online.IsOnlineAsync(7)).ShouldBeFalse();
    }

    [Fact]
    public async Task ConversationMessages_AreLoadedByTheClassItself()
    {
        await using var services = new ServiceCollection()
            .AddWappaCaching().AddScoped<Database>().AddCacheStrategy<ConversationMessagesCache>().BuildServiceProvider(validateScopes: true);
        var messages = services.GetRequiredService<ConversationMessagesCache>();
        (await messages.GetMessagesAsync(123)).ShouldBe(["message of 123"]);
        (await services.GetRequiredService<ICacheStore>().GetAsync("chat:v1:conversation:123:messages")).ShouldNotBeNull();
    }

    [Fact]
    public async Task GroupInfo_UpdateInTheDatabase_InvalidatesTheEntry()
    {
        var database = new Database();
        var groups = new Aside<string>(_desk.Context, new() { Ttl = TimeSpan.FromSeconds(600) }, ns: "groups");
        Func<CancellationToken, Task<string>> load = _ => Task.FromResult($"group 5, query {++database.Queries}");
        (await groups.FetchAsync(["group", 5], load)).ShouldBe("group 5, query 1");
        await groups.InvalidateAsync(["group", 5]); // after the update
        (await groups.FetchAsync(["group", 5], load)).ShouldBe("group 5, query 2");
        await groups.ClearAsync();                  // clear_all_caches
        (await groups.FetchAsync(["group", 5], load)).ShouldBe("group 5, query 3");
    }

    [Fact]
    public async Task ExpensiveOperation_IsRunOncePerTenMinutes()
    {
        var cache = _desk.Texts(new() { Ttl = TimeSpan.FromSeconds(600) });
        var runs = 0;
        Func<CancellationToken, Task<string>> run = _ => Task.FromResult($"run {++runs}");
        (await cache.GetOrSetAsync(["expensive_result"], run)).ShouldBe("run 1");
        _desk.Time.Advance(TimeSpan.FromSeconds(599));
        (await cache.GetOrSetAsync(["expensive_result"], run)).ShouldBe("run 1");
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        (await cache.GetOrSetAsync(["expensive_result"], run)).ShouldBe("run 2");
    }

    public sealed record FeedPost(string Text);

    public sealed class Database
    {
        public int Queries { get; set; }

        public Task<ImmutableArray<FeedPost>> FeedAsync(long user, int page)
        {
            Queries++;
            return Task.FromResult(ImmutableArray.Create(new FeedPost($"post {page} of {user}")));
        }
    }

    public sealed class UserFeedCache(CacheStrategyContext context, Database database)
        : CacheAsideStrategy<ImmutableArray<FeedPost>>(context, ns: "feed", defaultTtl: TimeSpan.FromHours(1))
    {
        public ValueTask<ImmutableArray<FeedPost>> GetFeedAsync(long user, int page = 1, CancellationToken ct = default) =>
            FetchAsync(
                ["user", user, "feed", $"page_{page}"], (database, user, page),
                static (query, _, _) => query.database.FeedAsync(query.user, query.page), cancellationToken: ct);
    }

    public sealed class OnlineStatusCache(CacheStrategyContext context)
        : CacheStrategy<bool>(context, ns: "chat", defaultTtl: TimeSpan.FromMinutes(1))
    {
        public ValueTask MarkOnlineAsync(long user) => SetAsync(["user", user, "online"], true);

        public ValueTask<bool> IsOnlineAsync(long user) => GetAsync(["user", user, "online"]);
    }

    private sealed class ConversationMessagesCache(CacheStrategyContext context)
        : LoadingCacheStrategy<ImmutableArray<string>>(context, ns: "chat", defaultTtl: TimeSpan.FromMinutes(30))
    {
        public ValueTask<ImmutableArray<string>> GetMessagesAsync(long id, CancellationToken ct = default) =>
            GetAsync(["conversation", id, "messages"], ct);

        protected override Task<ImmutableArray<string>> LoadAsync(CacheKeyParts key, CacheLoad load, CancellationToken cancellationToken)
        {
            load.Services.GetRequiredService<Database>().ShouldNotBeNull();
            return Task.FromResult(ImmutableArray.Create($"message of {key.Int64(1)}"));
        }
    }
}
