using System.Runtime.CompilerServices;

namespace Wappa.Caching.WriteBehind;

/// <summary>Which write-behind cache of an app has a namespace. Two queues of one would each keep the order of a key and together
/// none.</summary>
internal static class WriteBehindClaims
{
    private static readonly ConditionalWeakTable<CacheStrategyContext, Dictionary<string, object>> Owners = [];

    internal static void Claim(CacheStrategyContext context, string ns, object cache)
    {
        var owners = Owners.GetOrCreateValue(context);
        lock (owners)
        {
            if (owners.TryAdd(ns, cache)) return;
            throw new InvalidOperationException(
                $"There is a write-behind cache of namespace {ns} already, a {owners[ns].GetType().Name}. Register one class " +
                "once for each namespace, or stop the first.");
        }
    }

    internal static void Release(CacheStrategyContext context, string ns, object cache)
    {
        if (!Owners.TryGetValue(context, out var owners)) return;
        lock (owners)
        {
            if (owners.TryGetValue(ns, out var owner) && ReferenceEquals(owner, cache)) owners.Remove(ns);
        }
    }
}
