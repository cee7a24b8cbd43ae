using Wappa.Caching;
using Wappa.Turns;

namespace Wappa;

/// <summary>One call of a handler: whose data it sees and which number it answers from.</summary>
public sealed class Turn
{
    private readonly TurnServices _services;
    private readonly Webhook _webhook;
    private UserCaches? _caches;
    private ITableCache? _table;
    private IMessenger? _messenger;

    internal Turn(Webhook webhook, TurnServices services)
    {
        _webhook = webhook;
        _services = services;
    }

    /// <summary>The tenant; see <see cref="Webhook.Tenant"/>.</summary>
    public string Tenant => _webhook.Tenant;

    /// <summary>The user whose states and records the turn sees; <see langword="null"/> for items about no user, such
    /// as account events.</summary>
    public string? UserId => _webhook.UserId;

    /// <summary>The phone number id answers are sent from; see <see cref="Webhook.PhoneNumberId"/>.</summary>
    public string PhoneNumberId => _webhook.PhoneNumberId;

    internal ICacheFactory CacheFactory => _services.Caches;

    // The turn runs alone, so nothing here is guarded. A turn of no user still has its tenant's tables.
    internal UserCaches Caches => _caches ??= _services.Caches.ForUser(Tenant, UserId ?? throw NoUser());

    internal ITableCache Table =>
        _table ??= UserId is null ? _services.Caches.ForTenant(Tenant).Table : Caches.Table;

    internal IMessenger Messenger => _messenger ??= _services.Graph.MessengerOf(PhoneNumberId);

    private InvalidOperationException NoUser() => new(
        $"This turn is about no user ({_webhook.Kind}), so it has no state and no user cache. " +
        $"Use the table cache, or {nameof(ICacheFactory)}.{nameof(ICacheFactory.ForUser)} for a user you know.");
}
