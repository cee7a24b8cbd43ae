namespace ChatFeedApi.Data;

internal static class DatabaseTime
{
    /// <summary>Now, as exactly as the database keeps it: what is cached after a write and what is loaded later are the same.</summary>
    internal static DateTimeOffset GetUtcMilliseconds(this TimeProvider time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
