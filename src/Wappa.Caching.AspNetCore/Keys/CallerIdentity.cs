using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Wappa.Caching.AspNetCore.Policies;

namespace Wappa.Caching.AspNetCore.Keys;

/// <summary>Who asks: by which scheme, in whose name for an identifier, and the identifier. Empty: anybody.</summary>
internal readonly record struct CallerIdentity(string? Scheme, string? Issuer, string? Id)
{
    internal bool IsSomebody => Id is not null;

    /// <summary>The caller of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="plan">Of its endpoint.</param>
    /// <param name="caller">Who it is.</param>
    /// <returns>False: nobody can say who it is, though the response may depend on it; it must not be cached.</returns>
    internal static bool TryFind(HttpContext context, ResponsePlan plan, out CallerIdentity caller)
    {
        caller = default;
        if (plan.Policy.IsSharedByUsers) return true;
        var isAuthenticated = false;

        // Asking the context for its user makes one where nothing has authenticated anybody.
        if (context.Features.Get<IHttpAuthenticationFeature>()?.User is not { } user) return !plan.AsksForUser;
        foreach (var identity in user.Identities)
        {
            if (!identity.IsAuthenticated) continue;
            isAuthenticated = true;
            var id = identity.FindFirst(ClaimTypes.NameIdentifier) ?? identity.FindFirst("sub");
            if (id is null || id.Value.Length == 0) return false;
            if (caller.IsSomebody) return false; // several at once: which of them the response is for, only the handler knows
            caller = new(identity.AuthenticationType, id.Issuer, id.Value);
        }

        return isAuthenticated || !plan.AsksForUser;
    }

    internal void Write(ref KeyWriter key)
    {
        key.Optional(Id);
        if (Id is null) return;
        key.Optional(Scheme);
        key.Optional(Issuer);
    }
}
