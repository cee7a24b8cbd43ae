using System.Collections.Concurrent;

namespace Wappa.Testing;

/// <summary>By which name the caches know whom, as the app itself has decided it with each message.</summary>
internal sealed class People
{
    private readonly ConcurrentDictionary<string, string> _users = new(StringComparer.Ordinal);

    internal void Learn(WebhookUser user)
    {
        if (user.PhoneNumber is { } phone) _users[phone] = user.UserId;
        if (user.Bsuid is { } bsuid) _users[bsuid] = user.UserId;
    }

    /// <summary>The name of somebody; before they have written it is what WhatsApp calls them.</summary>
    /// <param name="phone">Null: WhatsApp does not tell it.</param>
    /// <param name="bsuid">The business-scoped id.</param>
    internal string UserIdOf(string? phone, string bsuid) =>
        _users.TryGetValue(bsuid, out var user) || (phone is not null && _users.TryGetValue(phone, out user)) ? user : phone ?? bsuid;
}
