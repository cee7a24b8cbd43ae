using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Turns;
using Wappa.Turns.Routing;

namespace Wappa.Timers;

/// <summary>The timers of a turn's user as the turn sees them: what the mailbox holds, and what the turn has made of it.</summary>
internal sealed class TurnTimers(Webhook item, LaneMailbox mailbox, CacheSerializer serializer, TimeProvider time)
{
    internal const int MaxTimers = 64;
    internal const int MaxPayloadBytes = 4096;
    internal static readonly TimeSpan MaxDelay = TimeSpan.FromDays(366);

    // The record's time begins at the commit, a little after it was added up here. Without this the timer would come first, look,
    // and have to come again.
    private static readonly TimeSpan CommitTime = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private List<TimerChange>? _changes;
    private bool _ended;

    /// <summary>What is to be committed.</summary>
    internal IReadOnlyList<TimerChange> Changes
    {
        get
        {
            lock (_gate) return _changes is null ? [] : [.. _changes];
        }
    }

    internal ValueTask ScheduleAsync<T>(string name, TimeSpan after, T payload, CancellationToken cancellationToken) =>
        ScheduleAsync(name, after, serializer.ToJson(payload), cancellationToken);

    /// <param name="name">The name.</param>
    /// <param name="after">From now on.</param>
    /// <param name="json">The payload; empty: none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    internal async ValueTask ScheduleAsync(string name, TimeSpan after, byte[] json, CancellationToken cancellationToken)
    {
        CacheName.ThrowIfInvalid(name, "timer's name");
        if (after < TimeSpan.Zero || after > MaxDelay)
        {
            throw new ArgumentOutOfRangeException(
                nameof(after), after,
                $"A timer waits between zero and {MaxDelay.TotalDays:0} days. For a later time, let a timer schedule the next one.");
        }

        if (json.Length > MaxPayloadBytes)
        {
            throw new CacheLimitException(
                $"A timer's payload has {json.Length} bytes of JSON; the limit is {MaxPayloadBytes}. Keep the rest in a record and " +
                "schedule its name.", MaxPayloadBytes, json.Length);
        }

        var known = await mailbox.TimersAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            ThrowIfEnded();
            var others = Visible(known).Count(timer => !timer.IsExpiry && timer.Name != name);
            if (others >= MaxTimers)
            {
                throw new CacheLimitException(
                    $"A user has at most {MaxTimers} timers at a time. Cancel some, or let one timer do the work of several.",
                    MaxTimers, others + 1);
            }

            Put(new(IsExpiry: false, name, Entry(name, isExpiry: false, after, json)));
        }
    }

    /// <returns>Whether there was one.</returns>
    internal async ValueTask<bool> CancelAsync(string name, CancellationToken cancellationToken)
    {
        CacheName.ThrowIfInvalid(name, "timer's name");
        var known = await mailbox.TimersAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            ThrowIfEnded();
            if (!Visible(known).Any(timer => !timer.IsExpiry && timer.Name == name)) return false;
            Put(new(IsExpiry: false, name, null));
            return true;
        }
    }

    internal async ValueTask<IReadOnlyList<ScheduledTimer>> ListAsync(CancellationToken cancellationToken)
    {
        var known = await mailbox.TimersAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            ThrowIfEnded();
            return [.. Visible(known).Where(static timer => !timer.IsExpiry)
                .OrderBy(static timer => timer.Due).Select(static timer => new ScheduledTimer(timer.Name, timer.Due))];
        }
    }

    internal void End()
    {
        lock (_gate) _ended = true;
    }

    /// <summary>Whether a state has ended whose time has come. If not, because it was renewed, it is watched until its new end; if it
    /// does not end any more, no longer.</summary>
    internal async ValueTask<bool> HasEndedAsync(StateExpiredWebhook expired, TurnStore store, CancellationToken cancellationToken)
    {
        var key = RecordKey.State(expired.Tenant, expired.UserId ?? InboxKeys.NoUser, expired.State);
        var record = await store.GetAsync(key, cancellationToken).ConfigureAwait(false);
        if (!record.IsHit)
        {
            store.Require(key); // somebody may be about to set it again
            return true;
        }

        if (record.Ttl.Remaining is { } left) Watch(expired.State, left);
        return false;
    }

    /// <summary>Watches the ends of the states that a turn has set, and no longer those of states it has deleted. A state that is
    /// watched already needs nothing more, unless its end is nearer now: whoever looks then sees that it was renewed.</summary>
    internal async ValueTask WatchAsync(TurnStore store, HandlerRoutes routes)
    {
        var states = store.ChangedStates();
        if (states.Count == 0) return;
        var known = await mailbox.TimersAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var (state, ttl) in states)
        {
            if (!routes.Watches(state)) continue;
            var watch = known.Find(timer => timer.IsExpiry && timer.Name == state && timer.Id != item.Fingerprint);
            if (ttl.Remaining is not { } left)
            {
                if (watch is not null) Put(new(IsExpiry: true, state, null));
            }
            else if (watch is null || watch.Due > time.GetUtcNow() + left + CommitTime)
            {
                Watch(state, left);
            }
        }
    }

    private void Watch(string state, TimeSpan left) =>
        Put(new(IsExpiry: true, state, Entry(state, isExpiry: true, left + CommitTime, [])));

    private void Put(TimerChange change)
    {
        lock (_gate)
        {
            _changes ??= [];
            _changes.RemoveAll(other => other.IsExpiry == change.IsExpiry && other.Name == change.Name);
            _changes.Add(change);
        }
    }

    private TimerEntry Entry(string name, bool isExpiry, TimeSpan after, byte[] payload)
    {
        // What the store keeps has milliseconds; upwards, so that nothing comes early.
        var due = (time.GetUtcNow() + after + TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond - 1)).ToUnixTimeMilliseconds();
        return new()
        {
            Id = Fingerprint.NewUnique(),
            Name = name,
            IsExpiry = isExpiry,
            Due = DateTimeOffset.FromUnixTimeMilliseconds(due),
            Payload = payload,
            PhoneNumberId = item.PhoneNumberId,
            DisplayPhoneNumber = item.DisplayPhoneNumber,
            BusinessAccountId = item.BusinessAccountId,
        };
    }

    // The timer whose turn this is has done its part.
    private IEnumerable<TimerEntry> Visible(List<TimerEntry> known)
    {
        var changes = _changes ?? [];
        return known
            .Where(timer => timer.Id != item.Fingerprint && !changes.Exists(change => change.IsFor(timer)))
            .Concat(changes.Where(static change => change.Entry is not null).Select(static change => change.Entry!));
    }

    private void ThrowIfEnded()
    {
        if (!_ended) return;
        throw new InvalidOperationException(
            "The turn is over: its timers were committed or dropped. Await everything before the handler returns.");
    }
}
