using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Telemetry;

namespace Wappa.Timers;

/// <summary>What a process knows of the timers of its users: the next ones in memory, all of them as hints in the store.</summary>
internal sealed class TimerBook
{
    // Hints that are left are stale, and stale hints are harmless.
    private const int MaxForgotten = 100_000;

    // What reads as stale may belong to a turn of another process that is just being committed.
    private static readonly TimeSpan CommitTime = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private readonly string _process = Guid.CreateVersion7().ToString("N", null);
    private readonly Lock _gate = new();
    private HashSet<RecordKey> _forgotten = [];

    internal TimerBook(IDocumentStore store, TimeProvider time, PipelineIdle idle, bool isShared)
    {
        _time = time;
        Hints = new(store, time);
        Alarm = new(idle, time);
        IsShared = isShared;
    }

    internal TimerHints Hints { get; }

    internal TimerQueue Queue { get; } = new();

    /// <summary>Whether other processes use the store.</summary>
    internal bool IsShared { get; }

    /// <summary>Rings when there is something new to look at.</summary>
    internal TimerAlarm Alarm { get; }

    /// <summary>How long the timer of another process is left to it after it is due.</summary>
    internal TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Writes down that a turn is about to make these timers.</summary>
    internal ValueTask AnnounceAsync(LaneKey key, IReadOnlyList<TimerChange> changes)
    {
        var hints = HintsOf(key, changes);
        return hints.Count == 0 ? default : Hints.WriteAsync(hints);
    }

    /// <summary>The turn is committed.</summary>
    internal void Settle(LaneKey key, IReadOnlyList<TimerChange> changes, List<TimerEntry> gone)
    {
        if (changes.Count == 0 && gone.Count == 0) return;
        foreach (var timer in gone) Forget(HintOf(key, timer));
        foreach (var hint in HintsOf(key, changes)) Queue.Add(hint, hint.Due);
        Alarm.Wake();
    }

    /// <summary>The turn is not committed.</summary>
    internal void Withdraw(LaneKey key, IReadOnlyList<TimerChange> changes)
    {
        var hints = HintsOf(key, changes);
        foreach (var hint in hints) Forget(hint);
        if (hints.Count > 0) Alarm.Wake();
    }

    /// <summary>Timers that were found in a mailbox. Some may never have been heard of here: another process made them, or this one
    /// could not know how a commit ended.</summary>
    internal void Adopt(LaneKey key, List<TimerEntry> timers)
    {
        if (timers.Count == 0) return;
        foreach (var timer in timers) Queue.Add(HintOf(key, timer), timer.Due);
        Alarm.Wake();
    }

    /// <summary>A hint that was read. One of another process is looked at later, unless that process cannot be alive.</summary>
    /// <param name="hint">The hint.</param>
    internal void Learn(in TimerHint hint) => Queue.Add(hint, IsShared && IsForeign(hint) ? hint.Due + Grace : hint.Due);

    internal bool IsForeign(in TimerHint hint) => hint.Process != _process;

    /// <summary>A hint whose mailbox has no such timer.</summary>
    internal void Miss(in TimerHint hint)
    {
        if (!IsShared || hint.Due + CommitTime < _time.GetUtcNow()) Forget(hint);
    }

    /// <summary>The hints to be deleted; they are the caller's now.</summary>
    internal HashSet<RecordKey> TakeForgotten()
    {
        lock (_gate)
        {
            var forgotten = _forgotten;
            _forgotten = [];
            return forgotten;
        }
    }

    /// <summary>They could not be deleted now.</summary>
    internal void GiveBack(HashSet<RecordKey> hints)
    {
        lock (_gate)
        {
            if (_forgotten.Count < MaxForgotten) _forgotten.UnionWith(hints);
        }
    }

    private void Forget(in TimerHint hint)
    {
        Queue.Remove(hint.Id);
        lock (_gate)
        {
            if (_forgotten.Count < MaxForgotten) _forgotten.Add(hint.Record);
        }
    }

    private TimerHint HintOf(LaneKey key, TimerEntry timer) => new(key, timer.Id, timer.Due, _process);

    private List<TimerHint> HintsOf(LaneKey key, IReadOnlyList<TimerChange> changes)
    {
        var hints = new List<TimerHint>();
        foreach (var change in changes)
        {
            if (change.Entry is { } timer) hints.Add(HintOf(key, timer));
        }

        return hints;
    }
}
