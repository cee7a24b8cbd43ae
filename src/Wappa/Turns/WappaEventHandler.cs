using Microsoft.Extensions.Logging;
using Wappa.Caching;

namespace Wappa;

/// <summary>
/// What the app does with what WhatsApp tells it. One instance per turn, made by dependency injection in a scope of its
/// own: a field set in one turn is never seen in another; what must last goes into the caches.
/// </summary>
/// <remarks>
/// <para>Turns of one user run one after the other in the order their items were accepted, so a handler needs no lock
/// around what it remembers of its user. Turns of different users run side by side.</para>
/// <para>An exception ends its turn: it is logged, and the user's next item is handled as usual.</para>
/// </remarks>
public abstract class WappaEventHandler
{
    private Turn? _turn;
    private ILogger? _logger;

    /// <summary>Where this user's conversations stand.</summary>
    /// <exception cref="InvalidOperationException">Used in the constructor, or in a turn about no user.</exception>
    protected IStateCache StateCache => Turn.Caches.State;

    /// <summary>Who this user is.</summary>
    /// <exception cref="InvalidOperationException">Used in the constructor, or in a turn about no user.</exception>
    protected IUserCache UserCache => Turn.Caches.User;

    /// <summary>What the business knows; shared by all users of the tenant.</summary>
    /// <exception cref="InvalidOperationException">Used in the constructor.</exception>
    protected ITableCache TableCache => Turn.Table;

    /// <summary>Sends from the number the webhook came in on.</summary>
    /// <exception cref="InvalidOperationException">Used in the constructor, or in a turn about no number.</exception>
    protected IMessenger Messenger => Turn.Messenger;

    /// <summary>The caches of other users and tenants.</summary>
    /// <exception cref="InvalidOperationException">Used in the constructor.</exception>
    protected ICacheFactory CacheFactory => Turn.CacheFactory;

    /// <summary>Whose turn it is.</summary>
    /// <exception cref="InvalidOperationException">Used in the constructor.</exception>
    protected Turn Turn => _turn ?? throw NotAttached();

    /// <summary>A logger named like the handler's class.</summary>
    /// <exception cref="InvalidOperationException">Used in the constructor.</exception>
    protected ILogger Logger => _logger ?? throw NotAttached();

    /// <summary>The states, for the routes of the class.</summary>
    internal IStateCache States => StateCache;

    /// <summary>A user wrote something that no method with a <see cref="CommandAttribute"/> or
    /// <see cref="StateAttribute"/> handles.</summary>
    /// <param name="webhook">Who, what, when.</param>
    /// <param name="ct">Cancelled when the app shuts down and its deadline has passed.</param>
    public abstract Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct);

    /// <summary>Something became of a message the business sent. Does nothing unless overridden.</summary>
    /// <param name="webhook">Which message, what, when.</param>
    /// <param name="ct">Cancelled when the app shuts down and its deadline has passed.</param>
    public virtual Task HandleStatusAsync(StatusWebhook webhook, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Anything that is neither message, status nor error. Does nothing unless overridden.</summary>
    /// <param name="webhook">The field's name and its JSON.</param>
    /// <param name="ct">Cancelled when the app shuts down and its deadline has passed.</param>
    public virtual Task HandleEventAsync(EventWebhook webhook, CancellationToken ct) => Task.CompletedTask;

    /// <summary>WhatsApp reports a problem of the number or the account. Does nothing unless overridden; it is logged
    /// by its codes in any case.</summary>
    /// <param name="webhook">What went wrong.</param>
    /// <param name="ct">Cancelled when the app shuts down and its deadline has passed.</param>
    public virtual Task HandleErrorAsync(ErrorWebhook webhook, CancellationToken ct) => Task.CompletedTask;

    /// <summary>A timer is due that no method with a <see cref="TimerAttribute"/> handles.</summary>
    /// <param name="timer">Which, and what it was given.</param>
    /// <param name="ct">Cancelled when the app shuts down and its deadline has passed.</param>
    /// <exception cref="InvalidOperationException">Not overridden: a timer that nobody handles is not lost, it ends among the
    /// dead letters.</exception>
    public virtual Task HandleTimerAsync(TimerWebhook timer, CancellationToken ct) => throw new InvalidOperationException(
        $"A timer is due, and {GetType().Name} has no method for it. Give one the attribute [Timer(name)], or override " +
        $"{nameof(HandleTimerAsync)}.");

    /// <summary>A state has expired that no method with a <see cref="StateExpiredAttribute"/> handles. Overridden, it makes every
    /// state with a time to live cost a timer; otherwise it is never called.</summary>
    /// <param name="expired">Which.</param>
    /// <param name="ct">Cancelled when the app shuts down and its deadline has passed.</param>
    public virtual Task HandleStateExpiredAsync(StateExpiredWebhook expired, CancellationToken ct) => Task.CompletedTask;

    internal void Attach(Turn turn, ILogger logger)
    {
        _turn = turn;
        _logger = logger;
    }

    private InvalidOperationException NotAttached() => new(
        $"{GetType().Name} uses its caches, messenger, logger or turn before the turn began. They are attached after " +
        "the constructor has run: use them in the Handle methods, and inject what the constructor needs.");
}
