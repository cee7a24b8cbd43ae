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

    [Fact]
    public async Task TypingIndicator_IsOverTenSecondsAfterTheLastKeystroke()
    {
        var typing = new TypingIndicatorCache(_desk.Context);
        await typing.TypesAsync(123, 7);
        _desk.Time.Advance(TimeSpan.FromSeconds(9));
        await typing.TypesAsync(123, 7);
        _desk.Time.Advance(TimeSpan.FromSeconds(9));
        (await typing.IsTypingAsync(123, 7)).ShouldBeTrue();
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        (await typing.IsTypingAsync(123, 7)).ShouldBeFalse();
    }

    [Fact]
    public async Task OnlineUsers_AreAskedForTogether()
    {
        var online = new OnlineUsersCache(_desk.Context);
        await online.MarkOnlineAsync(7, 9);
        (await online.OnlineOfAsync(7, 8, 9)).ShouldBe([7, 9]);
        await online.LeaveAsync(7);
        (await online.OnlineOfAsync(7, 8, 9)).ShouldBe([9]);
    }

    [Fact]
    public async Task PostDetailAndReactionCount_AreCacheAsideAndInvalidatedOnAWrite()
    {
        var (posts, reactions, queries) = (new PostDetailCache(_desk.Context), new ReactionCountCache(_desk.Context), 0);
        (await PostAsync()).Text.ShouldBe("post 5, query 1");
        (await PostAsync()).Text.ShouldBe("post 5, query 1");
        (await reactions.GetAsync(5, () => Task.FromResult(3))).ShouldBe(3);
        (await reactions.GetAsync(5, () => Task.FromResult(4))).ShouldBe(3, "it may be stale for half an hour");
        (await _desk.Store.GetTtlAsync("feed:v1:post:5")).Remaining.ShouldBe(TimeSpan.FromHours(2));
        (await _desk.Store.GetTtlAsync("feed:v1:post:5:reactions")).Remaining.ShouldBe(TimeSpan.FromMinutes(30));
        await reactions.InvalidateAsync(["post", 5, "reactions"]); // somebody reacted
        (await reactions.GetAsync(5, () => Task.FromResult(4))).ShouldBe(4);
        (await PostAsync()).Text.ShouldBe("post 5, query 1");

        ValueTask<FeedPost> PostAsync() => posts.GetAsync(5, () => Task.FromResult(new FeedPost($"post 5, query {++queries}")));
    }

    [Fact]
    public async Task BulkOperations_StoreAndReadManyInOneRoundTrip()
    {
        TrickStore? trick = null;
        using var desk = new Desk(memory => trick = new TrickStore(memory));
        var messages = desk.Texts();
        await messages.SetManyAsync([new(["message", 1], "one"), new(["message", 2], "two")], TimeSpan.FromMinutes(30));
        (await messages.GetManyAsync([["message", 2], ["message", 3], ["message", 1]])).Select(found => found.GetValueOrDefault("-"))
            .ShouldBe(["two", "-", "one"]);
        (trick!.Calls("set many"), trick.Calls("set"), trick.Calls("get many"), trick.Calls("get")).ShouldBe((1, 0, 1, 0));
    }

    [Fact]
    public async Task InvalidateUserCache_AllThatIsOfAUser_GoesByOneTagWithTheListsItIsIn()
    {
        var cache = _desk.Texts(new() { Ttl = TimeSpan.FromHours(1) });
        foreach (var user in (int[])[7, 8])
        {
            await LoadAsync(["user", user], $"user:{user}");
            await LoadAsync(["user", user, "profile"], $"user:{user}");
        }

        await LoadAsync(["users_list"], "user:7", "user:8");
        await cache.InvalidateTagAsync("user:7");
        (await cache.GetManyAsync([["user", 7], ["user", 7, "profile"], ["users_list"], ["user", 8], ["user", 8, "profile"]]))
            .Select(found => found.IsHit).ShouldBe([false, false, false, true, true]);

        async Task LoadAsync(CacheKeyParts key, params string[] tags) => await cache.FetchAsync(key, (load, _) =>
        {
            load.Tags = [.. tags];
            return Task.FromResult("x");
        });
    }

    [Fact]
    public async Task NamedCaches_EachHasItsOwnLimitAndLife()
    {
        using var answers = new ApiResponseCache<int>(_desk.Time);
        using var messages = new MessageCache<int>(_desk.Time);
        var settings = new ConfigurationCache<int>(_desk.Context);
        for (var i = 0; i <= 100; i++)
        {
            await answers.SetAsync($"{i}", i);
            await messages.SetAsync($"{i}", i);
            await settings.SetAsync($"{i}", i);
        }

        (await CountAsync(answers), await CountAsync(messages), await CountAsync(settings)).ShouldBe((100, 100, 101));
        _desk.Time.Advance(TimeSpan.FromSeconds(600));
        (await CountAsync(answers), await CountAsync(messages), await CountAsync(settings)).ShouldBe((0, 100, 101));
        _desk.Time.Advance(TimeSpan.FromSeconds(86_400 - 600));
        (await CountAsync(messages), await CountAsync(settings)).ShouldBe((100, 0));

        static async Task<int> CountAsync(KeyedCache<string, int> cache)
        {
            var there = 0;
            for (var i = 0; i <= 100; i++) if ((await cache.TryGetAsync($"{i}")).IsHit) there++;
            return there;
        }
    }

    public sealed record FeedPost(string Text);

    public sealed class TypingIndicatorCache(CacheStrategyContext context) : CacheStrategy<bool>(context, "chat", TimeSpan.FromSeconds(10))
    {
        public ValueTask TypesAsync(long conversation, long user) => SetAsync(["conversation", conversation, "typing", user], true);

        public ValueTask<bool> IsTypingAsync(long conversation, long user) => GetAsync(["conversation", conversation, "typing", user]);
    }

    public sealed class OnlineUsersCache(CacheStrategyContext context) : CacheStrategy<bool>(context, "chat", TimeSpan.FromMinutes(1))
    {
        public ValueTask MarkOnlineAsync(params long[] users) =>
            SetManyAsync([.. users.Select(user => KeyValuePair.Create(Key(user), true))]);

        public ValueTask<bool> LeaveAsync(long user) => DeleteAsync(Key(user));

        public async Task<IEnumerable<long>> OnlineOfAsync(params long[] users)
        {
            var found = await GetManyAsync([.. users.Select(Key)]);
            return users.Where((_, i) => found[i].IsHit);
        }

        private static CacheKeyParts Key(long user) => ["user", user, "online"];
    }

    public sealed class PostDetailCache(CacheStrategyContext context) : CacheAsideStrategy<FeedPost>(context, "feed", TimeSpan.FromHours(2))
    {
        public ValueTask<FeedPost> GetAsync(long post, Func<Task<FeedPost>> query) => FetchAsync(["post", post], _ => query());
    }

    public sealed class ReactionCountCache(CacheStrategyContext context) : CacheAsideStrategy<int>(context, "feed", TimeSpan.FromMinutes(30))
    {
        public ValueTask<int> GetAsync(long post, Func<Task<int>> query) => FetchAsync(["post", post, "reactions"], _ => query());
    }

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
