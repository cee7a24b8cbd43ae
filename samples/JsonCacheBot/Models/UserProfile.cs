namespace JsonCacheBot.Models;

/// <summary>Who writes: the user record <c>profile</c>, in <c>user_cache/user_profile_{id}.json</c>.</summary>
public sealed record UserProfile(
    string PhoneNumber, string UserName, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long MessageCount);
