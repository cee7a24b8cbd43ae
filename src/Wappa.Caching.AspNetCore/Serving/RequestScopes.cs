using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Keys;
using Wappa.Caching.AspNetCore.Policies;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>Finds out whose response a request is for.</summary>
internal static class RequestScopes
{
    /// <returns>False: it is not cached; the caller's identity is not known, or the endpoint's own key is null or not valid.</returns>
    internal static bool TryFind(
        HttpContext context, ResponsePlan plan, ResponseCacheOptions options, out RequestScope scope, out bool isBadKey)
    {
        scope = default;
        isBadKey = false;
        if (!CallerIdentity.TryFind(context, plan, out var caller)) return false;
        string? own = null;
        if (plan.Policy.Key is { } key)
        {
            own = key(context);
            if (own is null) return false;
            isBadKey = !OutsideKey.IsValid(own);
            if (isBadKey) return false;
        }

        scope = new(own, options.Tenant?.Invoke(context), caller);
        return true;
    }
}
