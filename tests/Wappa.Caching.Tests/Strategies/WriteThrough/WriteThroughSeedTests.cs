namespace Wappa.Caching.Tests.Strategies.WriteThrough;

/// <summary>The guides' write-through examples, as one writes them here.</summary>
public sealed class WriteThroughSeedTests : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task ConversationMessages_AddedMessages_AreInDatabaseAndCacheNewestFirst()
    {
        var db = new ChatDb();
        var messages = new ConversationMessagesCache(_desk.Context, db);
        for (var i = 1; i <= 60; i++) await messages.AddAsync(123, new ChatMessage(i, $"message {i}"), default);

        var recent = await messages.GetMessagesAsync(123, default);
        recent.Count.ShouldBe(50);
        recent[0].Text.ShouldBe("message 60");
        recent[^1].Text.ShouldBe("message 11");
        db.Messages.Count.ShouldBe(60);
        db.Loads.ShouldBe(1);
        (await _desk.Store.GetTtlAsync("chat:v1:conversation:123:messages")).Remaining.ShouldBe(TimeSpan.FromMinutes(30));

        await messages.InvalidateAsync(["conversation", 123, "messages"]);
        (await messages.GetMessagesAsync(123, default)).ShouldBe(recent);
        db.Loads.ShouldBe(2);
    }

    [Fact]
    public async Task User_ReadThroughTheCache_IsFetchedOnceIn300Seconds()
    {
        var db = new Rows { ["1"] = "Ann" };
        var users = new RowCache(_desk.Context, db, new() { Ttl = TimeSpan.FromSeconds(300) });
        (await users.ReadAsync("1")).ShouldBe("Ann");
        await users.ReadAsync("1");
        db.Reads.ShouldBe(1);
        _desk.Time.Advance(TimeSpan.FromSeconds(300));
        await users.ReadAsync("1");
        db.Reads.ShouldBe(2);
        await users.WriteAsync("1", "Anna"); // PUT /users/{id}
        (await users.ReadAsync("1")).ShouldBe("Anna");
        db.Reads.ShouldBe(2);
    }

    public sealed record ChatMessage(long Id, string Text);

    public sealed class ChatDb
    {
        public List<ChatMessage> Messages { get; } = [];

        public int Loads { get; private set; }

        public Task<IReadOnlyList<ChatMessage>> RecentAsync(long conversation, int count, CancellationToken ct)
        {
            conversation.ShouldBe(123);
            Loads++;
            return Task.FromResult<IReadOnlyList<ChatMessage>>([.. Messages.AsEnumerable().Reverse().Take(count)]);
        }

        public Task InsertAsync(ChatMessage message, CancellationToken ct)
        {
            Messages.Add(message);
            return Task.CompletedTask;
        }
    }

#pragma warning disable CA1725 // as the guide writes it
    public sealed class ConversationMessagesCache(CacheStrategyContext context, ChatDb db)
        : WriteThroughCacheStrategy<IReadOnlyList<ChatMessage>>(context, ns: "chat", defaultTtl: TimeSpan.FromMinutes(30))
    {
        protected override Task<IReadOnlyList<ChatMessage>> LoadAsync(CacheKeyParts key, CancellationToken ct) =>
            db.RecentAsync(key.Int64(1), 50, ct);

        public ValueTask<IReadOnlyList<ChatMessage>> GetMessagesAsync(long id, CancellationToken ct) => GetAsync(["conversation", id, "messages"], ct);

        public ValueTask AddAsync(long id, ChatMessage message, CancellationToken ct) =>
            UpdateAsync(["conversation", id, "messages"], recent => recent.Prepend(message).Take(50).ToList(), persist: () => db.InsertAsync(message, ct), ct);
    }
#pragma warning restore CA1725
}
