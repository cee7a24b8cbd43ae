using Wappa.Caching;
using Wappa.Outbox;
using Wappa.Turns;

namespace Wappa;

/// <summary>One run of a handler: whose data it sees, which number it answers from, and what it has done so far.</summary>
/// <remarks>States, user records and messages of a turn take effect together when the handler has returned, or not at all. A
/// turn may run more than once; <see cref="Id"/> stays the same.</remarks>
public sealed class Turn
{
    private readonly TurnServices _services;
    private readonly Webhook _webhook;
    private readonly TurnStore _store;
    private ICacheFactory? _factory;
    private UserCaches? _caches;
    private ITableCache? _table;
    private TurnMessenger? _messenger;

    internal Turn(Webhook webhook, TurnServices services, TurnStore store)
    {
        _webhook = webhook;
        _services = services;
        _store = store;
    }

    /// <summary>32 characters that name the turn: the same each time it is run, in every process, and for every delivery of its
    /// item. The idempotency key of whatever acts at once: table rows, other users, calls of other services.</summary>
    public string Id => _webhook.OriginalTurnId ?? _webhook.Fingerprint.ToString();

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt => Math.Max(1, _webhook.Attempts);

    /// <summary>The tenant; see <see cref="Webhook.Tenant"/>.</summary>
    public string Tenant => _webhook.Tenant;

    /// <summary>The user whose states and records the turn sees; <see langword="null"/> for items about no user, such
    /// as account events.</summary>
    public string? UserId => _webhook.UserId;

    /// <summary>The phone number id answers are sent from; see <see cref="Webhook.PhoneNumberId"/>.</summary>
    public string PhoneNumberId => _webhook.PhoneNumberId;

    internal ICacheFactory CacheFactory => _factory ??= _services.CachesOver(_store);

    // What is made here is made by the handler's own thread of work; what is guarded is the store below.
    internal UserCaches Caches => _caches ??= CacheFactory.ForUser(Tenant, UserId ?? throw NoUser());

    internal ITableCache Table =>
        _table ??= UserId is null ? CacheFactory.ForTenant(Tenant).Table : Caches.Table;

    internal IMessenger Messenger => _messenger ??= new(_services.Graph, PhoneNumberId);

    /// <summary>What the handler has sent, in order.</summary>
    internal IReadOnlyList<OutboxEntry> Outgoing => _messenger?.Entries ?? [];

    /// <summary>The handler has returned: nothing more can be sent.</summary>
    internal void End() => _messenger?.End();

    internal void Committed()
    {
        foreach (var entry in Outgoing) entry.Handle?.SetCommitted();
    }

    internal void Dropped()
    {
        foreach (var entry in Outgoing) entry.Handle?.SetDropped();
    }

    private InvalidOperationException NoUser() => new(
        $"This turn is about no user ({_webhook.Kind}), so it has no state and no user cache. " +
        $"Use the table cache, or {nameof(ICacheFactory)}.{nameof(ICacheFactory.ForUser)} for a user you know.");
}
