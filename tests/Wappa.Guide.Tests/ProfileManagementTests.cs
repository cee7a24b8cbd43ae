namespace Wappa.Guide.Tests;

public class ProfileManagementTests
{
    // snippet: profile-handler
    public sealed record UserProfile(
        string Name, string Phone, string Language = "en", string Subscription = "free", long MessageCount = 0);

    public sealed record RecentMessage(string Text, DateTimeOffset Timestamp);

    public sealed class UserProfileHandler(TimeProvider clock) : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var (user, now) = (webhook.User, clock.GetUtcNow());

            // The first message creates the profile; every later one finds it and leaves it alone.
            var fresh = new UserProfile(user.Name ?? "Guest", user.UserId);
            await UserCache.CreateIfAbsentAsync("profile", fresh, cancellationToken: ct);

            // From here on only what changes is written: nothing read earlier is ever written back.
            var count = await UserCache.IncrementFieldAsync("profile", "message_count", cancellationToken: ct);
            await UserCache.SetFieldAsync("profile", "last_seen", now, ttl: TimeSpan.FromHours(24), ct);

            // Another time to live, so another record.
            var recent = new RecentMessage(webhook.GetMessageText(), now);
            await UserCache.AppendToListAsync(
                "activity", "recent_messages", recent, maxLength: 20, ttl: TimeSpan.FromDays(7), ct);

            if (count == 1) await Messenger.SendTextAsync($"Welcome, {user.Name ?? "guest"}!", user.UserId, ct);
        }
    }
    // end

    [Fact]
    public async Task UserProfileHandler_TwoMessages_CountsBothAndKeepsTheProfile()
    {
        await using var conversation = await Conversation.StartAsync<UserProfileHandler>();
        var user = conversation.Caches.User;

        (await conversation.SayAsync("hi")).ShouldBe(["Welcome, Sarah Johnson!"]);
        await user.SetFieldAsync("profile", "language", "es");
        conversation.Clock.Advance(TimeSpan.FromHours(1));
        (await conversation.SayAsync("again")).ShouldBeEmpty();

        (await user.GetAsync<UserProfile>("profile")).ShouldBe(
            new UserProfile("Sarah Johnson", UserPhone.UserId, "es", "free", MessageCount: 2));
        (await user.GetFieldAsync<DateTimeOffset>("profile", "last_seen")).ShouldBe(conversation.Clock.GetUtcNow());
        (await user.GetTtlAsync("profile")).Remaining.ShouldBe(TimeSpan.FromHours(24));
        (await user.GetTtlAsync("activity")).Remaining.ShouldBe(TimeSpan.FromDays(7));
        (await user.GetFieldAsync<RecentMessage[]>("activity", "recent_messages"))!
            .Select(one => one.Text).ShouldBe(["hi", "again"]);
    }

    // snippet: preference-handler
    public sealed class UserPreferenceHandler : WappaEventHandler
    {
        private static readonly Dictionary<string, string> Answers = new()
        {
            ["en"] = "Language updated to English! 🇺🇸",
            ["es"] = "¡Idioma cambiado a Español! 🇪🇸",
            ["fr"] = "Langue changée en Français! 🇫🇷",
        };

        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            if (webhook.GetMessageText().Split(' ') is ["/language", var language])
                await HandleLanguageChangeAsync(webhook, language, ct);
        }

        private async Task HandleLanguageChangeAsync(MessageWebhook webhook, string language, CancellationToken ct)
        {
            // An unknown language is not stored: what the profile says must be a language the bot speaks.
            var known = Answers.TryGetValue(language, out var answer);
            if (known) await UserCache.SetFieldAsync("profile", "language", language, cancellationToken: ct);
            answer ??= $"Languages: {string.Join(", ", Answers.Keys)}";
            await Messenger.SendTextAsync(answer, webhook.User.UserId, ct);
        }
    }
    // end

    [Fact]
    public async Task UserPreferenceHandler_Language_IsStoredAndAnsweredInIt()
    {
        await using var conversation = await Conversation.StartAsync<UserPreferenceHandler>();
        var user = conversation.Caches.User;

        (await conversation.SayAsync("/language en")).ShouldBe(["Language updated to English! 🇺🇸"]);
        (await conversation.SayAsync("/language es")).ShouldBe(["¡Idioma cambiado a Español! 🇪🇸"]);
        (await conversation.SayAsync("/language fr")).ShouldBe(["Langue changée en Français! 🇫🇷"]);
        (await user.GetFieldAsync<string>("profile", "language")).ShouldBe("fr");
        (await conversation.SayAsync("/language xx")).ShouldBe(["Languages: en, es, fr"]);
        (await user.GetFieldAsync<string>("profile", "language")).ShouldBe("fr");
    }
}
