using System.Runtime.InteropServices;

namespace Wappa.Graph;

/// <summary>
/// What WhatsApp allows: so many messages a second from a number, so many in a while to one recipient, and none for a time
/// after it has said "too fast". Known to this process only; where several send from one number, WhatsApp's own refusals do
/// the rest.
/// </summary>
/// <remarks>A pair that has been quiet long enough to have all its tokens back is forgotten, so memory is bounded by what was
/// sent lately, not by how many users there are.</remarks>
internal sealed class SendLimits(WhatsAppOptions options, TimeProvider time)
{
    private const int FirstSweep = 1024;

    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<string, Pace> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _accounts = new(StringComparer.Ordinal); // by number
    private readonly Dictionary<Pair, Pace> _pairs = [];
    private int _sweepAt = FirstSweep;

    /// <summary>How many pairs it remembers.</summary>
    internal int Pairs
    {
        get
        {
            lock (_gate) return _pairs.Count;
        }
    }

    private long Now => time.GetElapsedTime(_start).Ticks;

    private (long Interval, int Burst) OfNumber => options.MessagesPerSecond is > 0 and var rate
        ? (TimeSpan.TicksPerSecond / rate, Math.Max(1, rate / 10))
        : (0, 1);

    private (long Interval, int Burst) OfPair => (options.PairInterval.Ticks, options.PairBurst);

    /// <summary>Learns which account a number belongs to: a refusal may be about all of its numbers.</summary>
    internal void Learn(string number, string? account)
    {
        if (account is null || number.Length == 0) return;
        lock (_gate)
        {
            if (!_accounts.TryGetValue(number, out var known) || known != account) _accounts[number] = account;
        }
    }

    /// <summary>How long a message has to wait. Asked until the answer is zero: in the meantime a pause may have begun.</summary>
    /// <param name="permit">The message's own, from one question to the next.</param>
    internal TimeSpan Next(SendPermit permit)
    {
        lock (_gate)
        {
            var now = Now;
            if (Wait(PairOf(permit, OfPair.Interval > 0), OfPair, ref permit.Pair, now) is > 0 and var pair) return new(pair);
            return new(Wait(NumberOf(permit, OfNumber.Interval > 0), OfNumber, ref permit.Number, now));
        }
    }

    /// <summary>Counts a message that is sent without asking.</summary>
    internal void Count(SendPermit permit) => Next(permit);

    /// <summary>WhatsApp took the message.</summary>
    internal void Accepted(SendPermit permit)
    {
        lock (_gate)
        {
            if (PairOf(permit, create: false) is { } pair) pair.Failures = 0;
            if (NumberOf(permit, create: false) is { } number) number.Failures = 0;
        }
    }

    /// <summary>WhatsApp said "too fast", to whomever the rule is about.</summary>
    /// <param name="permit">The message's.</param>
    /// <param name="rule">What WhatsApp's code means.</param>
    /// <param name="failures">How often this message was refused.</param>
    /// <returns>How long the message has to wait; null: not again.</returns>
    internal TimeSpan? Refused(SendPermit permit, in RetryRule rule, int failures)
    {
        var chance = Random.Shared.NextDouble();
        if (rule.Scope == RetryScope.Message || !rule.IsRetryable) return rule.DelayAfter(failures, chance);
        lock (_gate)
        {
            var now = Now;
            if (rule.Scope == RetryScope.Pair)
                return Pause(PairOf(permit, create: true)!, OfPair, permit.Pair, rule, failures, now, chance);
            var wait = Pause(NumberOf(permit, create: true)!, OfNumber, permit.Number, rule, failures, now, chance);
            if (rule.Scope == RetryScope.Account && wait is { } pause) PauseAccount(permit.From, now + pause.Ticks);
            return wait;
        }
    }

    // Requests that were under way when the pause began have nothing to add to it: ten refusals at once are one.
    private static TimeSpan? Pause(
        Pace pace, (long Interval, int Burst) limit, in Slot slot, in RetryRule rule, int failures, long now, double chance)
    {
        var isFirst = slot.Pauses == pace.Pauses || slot.Pauses == 0;
        if (isFirst) pace.Failures++;
        if (rule.DelayAfter(isFirst ? Math.Max(failures, pace.Failures) : failures, chance) is not { } wait) return null;
        if (isFirst) pace.Pause(now + wait.Ticks, limit.Interval, limit.Burst);
        return wait;
    }

    private void PauseAccount(string number, long until)
    {
        if (!_accounts.TryGetValue(number, out var account)) return;
        foreach (var (other, pace) in _numbers)
        {
            if (other != number && _accounts.GetValueOrDefault(other) == account)
                pace.Pause(until, OfNumber.Interval, OfNumber.Burst);
        }
    }

    private static long Wait(Pace? pace, (long Interval, int Burst) limit, ref Slot slot, long now)
    {
        if (pace is null) return 0;
        if (slot.Pauses != pace.Pauses) slot = new(pace.Reserve(now, limit.Interval, limit.Burst), pace.Pauses);
        return slot.At - now;
    }

    private Pace? NumberOf(SendPermit permit, bool create)
    {
        if (!create) return _numbers.GetValueOrDefault(permit.From);
        return CollectionsMarshal.GetValueRefOrAddDefault(_numbers, permit.From, out _) ??= new();
    }

    private Pace? PairOf(SendPermit permit, bool create)
    {
        var key = new Pair(permit.From, permit.To);
        if (!create) return _pairs.GetValueOrDefault(key);
        if (_pairs.TryGetValue(key, out var pace)) return pace;
        if (_pairs.Count >= _sweepAt) Sweep();
        _pairs.Add(key, pace = new());
        return pace;
    }

    // When the number has doubled since the last time, so that a sweep costs each pair the same, however many there are.
    private void Sweep()
    {
        var now = Now;
        foreach (var (key, pace) in _pairs)
        {
            if (pace.IsIdle(now)) _pairs.Remove(key);
        }

        _sweepAt = Math.Max(FirstSweep, _pairs.Count * 2);
    }

    private readonly record struct Pair(string From, string To);
}

/// <summary>What one message has reserved.</summary>
internal sealed class SendPermit(string from, string to)
{
    internal Slot Pair;
    internal Slot Number;

    internal string From => from;

    internal string To => to;
}

/// <summary>An instant to send at, and how many pauses there had been; 0: nothing is reserved.</summary>
internal readonly record struct Slot(long At, int Pauses);
