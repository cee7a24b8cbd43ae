using Wappa.Caching;
using Wappa.Outbox;
using Wappa.Timers;
using Wappa.Turns;
using Wappa.Turns.Routing;

namespace Wappa;

/// <summary>One run of a handler: whose data it sees, which number it answers from, and what it has done so far.</summary>
/// <remarks>States, user records and messages of a turn take effect together when the handler has returned, or not at all. A
/// turn may run more than once; <see cref="Id"/> stays the same.</remarks>
public sealed class Turn
{
    private readonly TurnServices _services;
    private readonly Webhook _webhook;
    private readonly TurnStore _store;
    private readonly TurnTimers _timers;
    private ICacheFactory? _factory;
    private UserCaches? _caches;
    private ITableCache? _table;
    private TurnMessenger? _messenger;

    internal Turn(Webhook webhook, TurnServices services, TurnStore store, TurnTimers timers)
    {
        _webhook = webhook;
        _services = services;
        _store = store;
        _timers = timers;
        if (webhook is TimerWebhook timer) timer.Serializer = services.Serializer;
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

    /// <summary>Lets the user have another turn after some time: <see cref="TimerAttribute"/> or
    /// <see cref="WappaEventHandler.HandleTimerAsync"/>. Part of this turn: if it fails, nothing is scheduled.</summary>
    /// <param name="name">1 to 256 characters. A timer of the user that has the name is replaced.</param>
    /// <param name="after">From now on; zero (right after this turn) to 366 days. It fires once, then or as soon as an app runs.</param>
    /// <param name="payload">What the turn is given; at most 4096 bytes of JSON.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ArgumentException">The name or the time cannot be.</exception>
    /// <exception cref="CacheLimitException">The payload is too large, or the user has 64 other timers.</exception>
    /// <exception cref="InvalidOperationException">The turn is over.</exception>
    public ValueTask ScheduleAsync<T>(string name, TimeSpan after, T payload, CancellationToken cancellationToken = default) =>
        _timers.ScheduleAsync(name, after, payload, cancellationToken);

    /// <summary>The same without a payload.</summary>
    /// <inheritdoc cref="ScheduleAsync{T}" path="//*[not(self::summary)]"/>
    public ValueTask ScheduleAsync(string name, TimeSpan after, CancellationToken cancellationToken = default) =>
        _timers.ScheduleAsync(name, after, json: [], cancellationToken);

    /// <summary>Takes a timer back. Part of this turn: if it fails, the timer fires.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether there was one. False in the turn of the timer itself: it has fired.</returns>
    /// <exception cref="InvalidOperationException">The turn is over.</exception>
    public ValueTask<bool> CancelScheduledAsync(string name, CancellationToken cancellationToken = default) =>
        _timers.CancelAsync(name, cancellationToken);

    /// <summary>The user's timers that wait, the next one first, with the changes of this turn.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="InvalidOperationException">The turn is over.</exception>
    public ValueTask<IReadOnlyList<ScheduledTimer>> ListScheduledAsync(CancellationToken cancellationToken = default) =>
        _timers.ListAsync(cancellationToken);

    internal ICacheFactory CacheFactory => _factory ??= _services.CachesOver(_store);

    // What is made here is made by the handler's own thread of work; what is guarded is the store below.
    internal UserCaches Caches => _caches ??= CacheFactory.ForUser(Tenant, UserId ?? throw NoUser());

    internal ITableCache Table =>
        _table ??= UserId is null ? CacheFactory.ForTenant(Tenant).Table : Caches.Table;

    internal IMessenger Messenger => _messenger ??= new(_services.Graph, PhoneNumberId);

    /// <summary>What the handler has sent, in order.</summary>
    internal IReadOnlyList<OutboxEntry> Outgoing => _messenger?.Entries ?? [];

    /// <summary>What the handler's class handles; null: it was not called.</summary>
    internal HandlerRoutes? Routes { get; set; }

    /// <summary>The handler has returned: nothing more can be sent.</summary>
    internal void End()
    {
        _messenger?.End();
        _timers.End();
    }

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
