namespace JsonCacheBot.Models;

/// <summary>That a user is in the special mode: the state <c>wappa_state</c>, in <c>state_cache/wappa_state_{id}.json</c>. No record:
/// he is not.</summary>
/// <param name="CommandCount">Messages since <paramref name="ActivatedAt"/>.</param>
public sealed record WappaState(bool IsWappa, DateTimeOffset ActivatedAt, long CommandCount);
