using Microsoft.Extensions.DependencyInjection;
using Wappa.Testing;

namespace Wappa.Guide.Tests;

public sealed class StrategiesTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Feed_ReadTwice_AsksTheDatabaseOnce()
    {
        var db = new FeedDb();
        var services = new ServiceCollection();
        services.AddSingleton(db);

        // snippet: strategies-register
        services.AddWappaCaching(caching => caching.UseMemory());
        services.AddCacheStrategy<UserFeedCache>(); // a singleton, to be injected
        // end

        await using var app = services.BuildServiceProvider();
        var feed = app.GetRequiredService<UserFeedCache>();

        (await feed.GetFeedAsync(42, page: 1)).ShouldBe(["post 1 of 42"]);
        (await feed.GetFeedAsync(42, page: 1)).ShouldBe(["post 1 of 42"]);
        db.Queries.ShouldBe(1);
        await feed.InvalidateAsync(["user", 42, "feed", "page_1"]);
        await feed.GetFeedAsync(42, page: 1);
        db.Queries.ShouldBe(2);
    }

    [Fact]
    public async Task Online_AfterAMinute_IsFalse()
    {
        var online = new OnlineStatusCache(Context());

        await online.MarkOnlineAsync(42);
        (await online.IsOnlineAsync(42)).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromSeconds(60));
        (await online.IsOnlineAsync(42)).ShouldBeFalse();
    }

    [Fact]
    public async Task Messages_Added_AreInDatabaseAndCache()
    {
        var db = new ChatDb();
        var cache = new ConversationMessagesCache(Context(), db);
        var ct = TestContext.Current.CancellationToken;

        await cache.AddAsync(123, new ChatMessage(1, "hello"), ct);

        (await cache.GetMessagesAsync(123, ct)).ShouldBe([new ChatMessage(1, "hello")]);
        db.Stored.ShouldBe([new ChatMessage(1, "hello")]);
    }

    [Fact]
    public async Task ReadReceipts_Written_ArriveInTheDatabaseWhenDrained()
    {
        var db = new ReceiptDb();
        await using var receipts = new ReadReceiptCache(Context(), db);
        await receipts.StartAsync();

        await receipts.WriteAsync(["user", 42, "last_read"], 7);
        (await receipts.GetAsync(["user", 42, "last_read"])).ShouldBe(7);
        (await receipts.StopAsync(TimeSpan.FromSeconds(30))).IsComplete.ShouldBeTrue();

        db.LastRead[42].ShouldBe(7);
    }

    [Fact]
    public async Task Memoized_CalledTwice_AsksOnce()
    {
        var database = new MessageDb();

        // snippet: strategies-memoize
        using var getMessage = Memoize.Create<string, string>((id, ct) => database.FetchMessageAsync(id, ct)); // the latest 100
        var message = await getMessage.InvokeAsync("m1");
        await getMessage.ForgetAsync("m1");
        // end

        message.ShouldBe("message m1");
        await getMessage.InvokeAsync("m1");
        await getMessage.InvokeAsync("m1");
        database.Queries.ShouldBe(2);
    }

    [Fact]
    public async Task Group_Updated_IsReadAnew()
    {
        var database = new GroupDb();

        // snippet: strategies-groups
        using var groups = new GroupCache<Group>(version: group => group.Version); // 100 groups, 600 seconds each

        var group = await groups.GetOrSetAsync("g1", ct => database.FindAsync("g1", ct));
        await groups.UpdateAsync("g1", ct => database.RenameAsync("g1", "Pizza friends", ct)); // the database first, then the cache
        // end

        group.Name.ShouldBe("Friends");
        (await groups.GetOrSetAsync("g1", ct => database.FindAsync("g1", ct))).Name.ShouldBe("Pizza friends");
    }

    [Fact]
    public async Task Warming_AtStart_FillsTheCaches()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        var services = builder.Services;
        services.AddSingleton(new FeedDb());
        services.AddWappaCaching().AddCacheStrategy<UserFeedCache>();
        IReadOnlyList<long> busyUsers = [1, 2, 3];

        // snippet: strategies-warming
        services.AddCacheWarming(warming =>
        {
            warming.TimeLimit = TimeSpan.FromSeconds(10); // default: 30 seconds
            warming.WaitAtStart = true;                   // default: the app starts meanwhile
            warming.AddMany(
                "feeds",
                (app, ct) => Task.FromResult(busyUsers), // from the database, say
                (app, user, ct) => app.GetRequiredService<UserFeedCache>().GetFeedAsync(user, page: 1, ct).AsTask());
        });
        // end

        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        host.Services.GetRequiredService<FeedDb>().Queries.ShouldBe(3);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private CacheStrategyContext Context() => new(new MemoryCacheStore(time: _clock), time: _clock);

    public sealed class FeedDb
    {
        private int _queries; // several feeds are warmed at once

        public int Queries => Volatile.Read(ref _queries);

        public Task<IReadOnlyList<string>> PostsAsync(long userId, int page, CancellationToken ct)
        {
            Interlocked.Increment(ref _queries);
            return Task.FromResult<IReadOnlyList<string>>([$"post {page} of {userId}"]);
        }
    }

    public sealed class ChatDb
    {
        public List<ChatMessage> Stored { get; } = [];

        public Task<IReadOnlyList<ChatMessage>> RecentAsync(long conversation, int count, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<ChatMessage>>([.. Stored]);

        public Task InsertAsync(ChatMessage message, CancellationToken ct)
        {
            Stored.Add(message);
            return Task.CompletedTask;
        }
    }

    public sealed class ReceiptDb
    {
        public Dictionary<long, long> LastRead { get; } = [];

        public Task<long> FindAsync(long userId, CancellationToken ct) => Task.FromResult(LastRead.GetValueOrDefault(userId));

        public Task SaveAsync(IEnumerable<(long UserId, long Message)> rows, CancellationToken ct)
        {
            foreach (var (userId, message) in rows) LastRead[userId] = message;
            return Task.CompletedTask;
        }
    }

    public sealed class MessageDb
    {
        public int Queries { get; private set; }

        public Task<string> FetchMessageAsync(string id, CancellationToken ct)
        {
            Queries++;
            return Task.FromResult($"message {id}");
        }
    }

    public sealed record Group(string Name, long Version);

    public sealed class GroupDb
    {
        private Group _group = new("Friends", 1);

        public Task<Group> FindAsync(string id, CancellationToken ct) => Task.FromResult(_group);

        public Task<bool> RenameAsync(string id, string name, CancellationToken ct)
        {
            _group = new Group(name, _group.Version + 1);
            return Task.FromResult(true);
        }
    }

    // snippet: strategies-aside
    public sealed class UserFeedCache(CacheStrategyContext context, FeedDb db)
        : CacheAsideStrategy<IReadOnlyList<string>>(context, ns: "feed", new CacheEntryPolicy
        {
            Ttl = TimeSpan.FromHours(1),
            StaleIfError = TimeSpan.FromHours(6), // the database is down: yesterday's feed is better than none
            EagerRefresh = 0.8,                   // a feed in use is loaded anew before it expires
        })
    {
        public ValueTask<IReadOnlyList<string>> GetFeedAsync(long userId, int page = 1, CancellationToken ct = default) =>
            FetchAsync(["user", userId, "feed", $"page_{page}"], token => db.PostsAsync(userId, page, token), cancellationToken: ct);
    }
    // end

    // snippet: strategies-base
    public sealed class OnlineStatusCache(CacheStrategyContext context)
        : CacheStrategy<bool>(context, ns: "chat", defaultTtl: TimeSpan.FromSeconds(60))
    {
        public ValueTask MarkOnlineAsync(long userId) => SetAsync(["user", userId, "online"], true);

        public ValueTask<bool> IsOnlineAsync(long userId) => GetAsync(["user", userId, "online"]);
    }
    // end

    // snippet: strategies-through
    public sealed record ChatMessage(long Id, string Text);

    public sealed class ConversationMessagesCache(CacheStrategyContext context, ChatDb db)
        : WriteThroughCacheStrategy<IReadOnlyList<ChatMessage>>(context, ns: "chat", defaultTtl: TimeSpan.FromMinutes(30))
    {
        public ValueTask<IReadOnlyList<ChatMessage>> GetMessagesAsync(long id, CancellationToken ct) =>
            GetAsync(["conversation", id, "messages"], ct);

        public ValueTask AddAsync(long id, ChatMessage message, CancellationToken ct) => UpdateAsync(
            ["conversation", id, "messages"], recent => recent.Prepend(message).Take(50).ToList(),
            persist: () => db.InsertAsync(message, ct), ct);

        protected override Task<IReadOnlyList<ChatMessage>> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken) =>
            db.RecentAsync(key.Int64(1), 50, cancellationToken);
    }
    // end

    // snippet: strategies-behind
    public sealed class ReadReceiptCache(CacheStrategyContext context, ReceiptDb db)
        : WriteBehindCacheStrategy<long>(context, ns: "receipts", defaultTtl: TimeSpan.FromHours(1))
    {
        protected override Task<long> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken) =>
            db.FindAsync(key.Int64(1), cancellationToken);

        // May be given a value again: a batch that failed, or a process that died in the middle of one.
        protected override Task PersistAsync(WriteBehindBatch<long> batch, CancellationToken cancellationToken) =>
            db.SaveAsync(batch.Select(item => (item.Key.Int64(1), item.Value)), cancellationToken);
    }
    // end
}
