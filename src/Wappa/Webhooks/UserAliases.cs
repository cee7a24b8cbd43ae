namespace Wappa.Webhooks;

/// <summary>
/// Which phone number a business-scoped user id was last seen with. WhatsApp leaves the number out for users who hide
/// behind a username; without this memory such a user would turn into a stranger in mid-conversation.
/// </summary>
/// <remarks>
/// Two generations bound it: what is used moves to the young one, and when that is full the old one is forgotten. So
/// the last <see cref="GenerationSize"/> users at least are known, and at most twice as many are kept. It lives in
/// memory; after a restart a user is known again with the first message that carries both ids.
/// </remarks>
internal sealed class UserAliases
{
    internal const int GenerationSize = 50_000;

    private readonly Lock _gate = new();
    private readonly int _generationSize;
    private Dictionary<Key, string> _young = [];
    private Dictionary<Key, string> _old = [];

    public UserAliases()
        : this(GenerationSize)
    {
    }

    internal UserAliases(int generationSize) => _generationSize = generationSize;

    /// <summary>The caches' name for a user: the number if given, else the number the other id was last seen with, else
    /// that id.</summary>
    /// <returns>Null if both are missing.</returns>
    internal string? Resolve(string tenant, string? waId, string? bsuid)
    {
        if (string.IsNullOrEmpty(bsuid)) return string.IsNullOrEmpty(waId) ? null : waId;
        var key = new Key(tenant, bsuid);
        lock (_gate)
        {
            if (string.IsNullOrEmpty(waId)) return Find(key) ?? bsuid;
            Learn(key, waId);
            return waId;
        }
    }

    /// <summary>Learns what a user changed to. A number belongs to whoever has the business-scoped id, so a new number
    /// goes under the old id, and a new id gets the old one's number.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="waId">The number as known so far; null for none.</param>
    /// <param name="bsuid">The id as known so far; null for none.</param>
    /// <param name="newWaId">The number from now on; null if it stays.</param>
    /// <param name="newBsuid">The id from now on; null if it stays.</param>
    /// <remarks>A user whose number is not known is whoever the new id says: messages can only be sent to that
    /// one.</remarks>
    internal void Change(string tenant, string? waId, string? bsuid, string? newWaId, string? newBsuid)
    {
        lock (_gate)
        {
            var number = newWaId ?? waId ?? (string.IsNullOrEmpty(bsuid) ? null : Find(new(tenant, bsuid)));
            if (string.IsNullOrEmpty(number)) return;
            if (!string.IsNullOrEmpty(bsuid)) Learn(new(tenant, bsuid), number);
            if (!string.IsNullOrEmpty(newBsuid)) Learn(new(tenant, newBsuid), number);
        }
    }

    /// <summary>The business-scoped ids a user is known by.</summary>
    internal List<string> Of(string tenant, string userId)
    {
        lock (_gate)
        {
            return [.. _young.Concat(_old).Where(pair => pair.Value == userId && pair.Key.Tenant == tenant)
                .Select(static pair => pair.Key.Bsuid).Distinct()];
        }
    }

    /// <summary>Forgets what a user is known by. O(users known): an erasure is rare.</summary>
    internal void Forget(string tenant, string userId)
    {
        lock (_gate)
        {
            foreach (var id in Of(tenant, userId).Append(userId))
            {
                _young.Remove(new(tenant, id));
                _old.Remove(new(tenant, id));
            }
        }
    }

    private string? Find(Key key)
    {
        if (_young.TryGetValue(key, out var waId)) return waId;
        if (!_old.TryGetValue(key, out waId)) return null;
        Learn(key, waId);
        return waId;
    }

    private void Learn(Key key, string waId)
    {
        if (_young.TryGetValue(key, out var known) && known == waId) return;
        if (_young.Count >= _generationSize)
        {
            _old = _young;
            _young = [];
        }

        _young[key] = waId;
    }

    private readonly record struct Key(string Tenant, string Bsuid);
}
