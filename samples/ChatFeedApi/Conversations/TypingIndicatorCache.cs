using Wappa.Caching;

namespace ChatFeedApi.Conversations;

/// <summary>Who is typing: whoever has said so within the last 10 seconds.</summary>
public sealed class TypingIndicatorCache(CacheStrategyContext context)
    : CacheStrategy<bool>(context, ns: "chat", defaultTtl: TimeSpan.FromSeconds(10))
{
    public ValueTask MarkTypingAsync(long conversation, long userId, CancellationToken ct) =>
        SetAsync(["conversation", conversation, "typing", userId], true, cancellationToken: ct);

    /// <summary>Those of some users who are typing; one round trip for all.</summary>
    public async Task<long[]> WhoIsTypingAsync(long conversation, IReadOnlyList<long> users, CancellationToken ct)
    {
        var found = await GetManyAsync([.. users.Select(CacheKeyParts (user) => ["conversation", conversation, "typing", user])], ct);
        return [.. users.Where((_, index) => found[index].IsHit)];
    }
}
