using JsonCacheBot.Models;
using Wappa.Caching;

namespace JsonCacheBot.Scores;

/// <summary>Keeps the user's profile and welcomes who is new.</summary>
public sealed class UserManagementScore(TimeProvider time) : IScore
{
    private static readonly TimeSpan Ttl = TimeSpan.FromHours(1);

    public bool CanHandle(IncomingMessage message) => true;

    public async Task<string?> ProcessAsync(IncomingMessage message, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var profile = await message.User.UpdateAsync<UserProfile>(
            "profile", known => Next(known, message, now), Ttl, ct);
        if (message.Command.Length > 0) return null;
        return profile.MessageCount == 1 ? Welcome(profile.UserName) : Received(profile);
    }

    private static UserProfile Next(UserProfile? known, IncomingMessage message, DateTimeOffset now)
    {
        known ??= new(message.UserId, "friend", now, now, 0);
        return known with
        {
            UserName = message.Webhook.User.Name ?? known.UserName,
            LastSeen = now,
            MessageCount = known.MessageCount + 1,
        };
    }

    private static string Welcome(string name) =>
        $"""
        👋 Welcome, {name}!

        • /WAPPA - enter the special state
        • /EXIT - leave it
        • /HISTORY - see what you wrote
        • /STATS - see how the cache is doing

        💾 Your profile is cached in JSON files.
        """;

    private static string Received(UserProfile profile) =>
        $"""
        ✅ Message received, {profile.UserName}!

        📝 Total messages: {profile.MessageCount}
        💾 Profile cached in JSON files
        """;
}
