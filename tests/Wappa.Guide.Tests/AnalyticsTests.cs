using System.Globalization;

namespace Wappa.Guide.Tests;

public class AnalyticsTests : HandlerView
{
    // snippet: analytics-handler
    public sealed class AnalyticsHandler(TimeProvider clock) : WappaEventHandler
    {
        private static readonly TableKey Stats = TableKey.Table("stats");
        private static readonly TimeSpan Week = TimeSpan.FromDays(7);

        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var today = clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

            // Messages a day
            await TableCache.IncrementFieldAsync(Stats, $"messages_{today}", ttl: Week, cancellationToken: ct);

            // Popular commands
            if (webhook.GetMessageText().Split(' ') is [['/', ..] command, ..])
                await TableCache.IncrementFieldAsync(Stats, $"command_{command}", ttl: Week, cancellationToken: ct);

            // Active users today: each once, the newest thousand
            var messages = await UserCache.IncrementFieldAsync("activity", today, ttl: Week, cancellationToken: ct);
            if (messages > 1) return;
            await TableCache.AppendToListAsync(
                Stats, $"active_users_{today}", webhook.User.UserId, maxLength: 1000, ttl: Week, ct);
        }
    }
    // end

    [Fact]
    public async Task AnalyticsHandler_Messages_AreCounted()
    {
        await using var conversation = await Conversation.StartAsync<AnalyticsHandler>();
        foreach (var text in new[] { "hello", "/menu", "/menu pizza", "/help" }) await conversation.SayAsync(text);
        var (table, stats) = (conversation.Caches.Table, TableKey.Table("stats"));

        (await table.GetFieldAsync<long>(stats, "messages_2025-01-15")).ShouldBe(4);
        (await table.GetFieldAsync<long>(stats, "command_/menu")).ShouldBe(2);
        (await table.GetFieldAsync<long>(stats, "command_/help")).ShouldBe(1);
        (await table.GetFieldAsync<string[]>(stats, "active_users_2025-01-15")).ShouldBe([UserPhone.UserId]);
        (await table.GetTtlAsync(stats)).Remaining.ShouldBe(TimeSpan.FromDays(7));
    }

    [Fact]
    public async Task RowPerDay_EachDay_ExpiresByItself()
    {
        var today = "2025-01-15";

        // snippet: analytics-rows
        await TableCache.IncrementFieldAsync("stats", today, "messages", ttl: TimeSpan.FromDays(7));

        var week = new SortedDictionary<string, long>();
        await foreach (var day in TableCache.ListAsync<CacheDocument>("stats", prefix: "2025-"))
        {
            week[day.Name] = day.Value.GetField<long>("messages");
        }
        // end

        week.ShouldBe([KeyValuePair.Create("2025-01-15", 1L)]);
        Clock.Advance(TimeSpan.FromDays(7));
        (await TableCache.ListAsync<CacheDocument>("stats").CountAsync()).ShouldBe(0);
    }
}
