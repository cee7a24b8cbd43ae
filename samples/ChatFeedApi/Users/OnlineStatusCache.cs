using Wappa.Caching;

namespace ChatFeedApi.Users;

/// <summary>Who is online: whoever has said so within the last minute. Nowhere else than in the cache.</summary>
public sealed class OnlineStatusCache(CacheStrategyContext context)
    : CacheStrategy<bool>(context, ns: "chat", defaultTtl: TimeSpan.FromSeconds(60))
{
    public ValueTask MarkOnlineAsync(long userId, CancellationToken ct) =>
        SetAsync(["user", userId, "online"], true, cancellationToken: ct);

    public ValueTask<bool> IsOnlineAsync(long userId, CancellationToken ct) => GetAsync(["user", userId, "online"], ct);
}
