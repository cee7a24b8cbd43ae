using Wappa.Caching;

namespace Wappa.Webhooks;

/// <summary>The ids a webhook names a person by.</summary>
internal readonly record struct Identity
{
    internal Identity(string tenant, string? waId, string? bsuid)
    {
        Tenant = tenant;
        WaId = Usable(waId);
        Bsuid = Usable(bsuid);
    }

    internal string Tenant { get; }

    /// <summary>The phone number; null if it is hidden.</summary>
    internal string? WaId { get; }

    /// <summary>The business-scoped user id; null if it is not given.</summary>
    internal string? Bsuid { get; }

    // What cannot name a record cannot name a user.
    private static string? Usable(string? id) => CacheName.IsValid(id) && !CacheName.IsReserved(id!) ? id : null;
}

/// <summary>What WhatsApp says of a person whose ids change.</summary>
/// <param name="Before">The ids so far.</param>
/// <param name="NewWaId">The number from now on; null if it stays.</param>
/// <param name="NewBsuid">The business-scoped id from now on; null if it stays.</param>
internal readonly record struct IdentityChange(Identity Before, string? NewWaId, string? NewBsuid);

/// <summary>What is known of the people in one body, and what has to be found out before its items can be accepted.</summary>
internal sealed class Identities
{
    private Dictionary<Identity, string>? _decided;
    private HashSet<Identity>? _unknown;
    private List<IdentityChange>? _changes;

    internal bool HasUnknown => _unknown is not null;

    internal string? Find(in Identity who, UserAliases aliases)
    {
        if (_decided is not null && _decided.TryGetValue(who, out var user)) return user;
        if (!aliases.TryFind(who, out user)) (_unknown ??= []).Add(who);
        return user;
    }

    internal void Add(in IdentityChange change) => (_changes ??= []).Add(change);

    /// <summary>Asks the store about everybody who is not known.</summary>
    /// <exception cref="CacheStoreException">The store failed.</exception>
    internal async ValueTask DecideAsync(UserAliases aliases)
    {
        _decided ??= [];
        var asked = _unknown!.Select(async who => (who, User: await aliases.DecideAsync(who).ConfigureAwait(false))).ToArray();
        foreach (var (who, user) in await Task.WhenAll(asked).ConfigureAwait(false)) _decided[who] = user;
        _unknown = null;
        _changes = null; // the body is read again
    }

    /// <summary>Stores the changes, one after the other: they may be about the same person.</summary>
    /// <exception cref="CacheStoreException">The store failed.</exception>
    internal async ValueTask ChangeAsync(UserAliases aliases)
    {
        foreach (var change in _changes ?? []) await aliases.ChangeAsync(change).ConfigureAwait(false);
    }
}
