using Wappa.Caching.Json.Files;
using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>The disk and the promises at one moment: the machine may stop here.</summary>
internal sealed record Snapshot(SimDisk Disk, Expectation Expected);

/// <summary>
/// A store on a simulated disk, from its opening to its end, and everything it has promised meanwhile. It compares every answer
/// with the model, and remembers what could be found after a crash before each call that changes the disk.
/// </summary>
internal sealed class Life : IDiskScript
{
    internal const string Root = "/cache";

    private readonly Workload _workload;
    private readonly Expectation _start;
    private readonly ManualTimeProvider _time;
    private readonly List<Moment> _history = [];
    private JsonDocumentStore? _store;
    private IReadOnlyList<Unit> _inFlight = [];
    private IReadOnlyList<Unit> _unknown = []; // reported as such, and not healed yet
    private long _highest;
    private IReadOnlyList<Unit> _unsettled = []; // of several changes, each on its own, some may have been made
    private int _durable;
    private bool _looking;
    private bool _isMeanwhile;
    private int _overlaps;

    internal Life(Workload workload, SimDisk disk, Expectation start, TimeSpan later = default)
    {
        (_workload, _start, Disk) = (workload, start, disk);
        _time = new ManualTimeProvider(start.Now + later);
        _highest = start.HighestRevision;
        disk.Script = this;
    }

    internal SimDisk Disk { get; }

    internal JsonDocumentStore Store => _store!;

    internal bool HasFailed => Store.Status.State == JsonStoreState.Failed;

    private StoreReads Reads => new(Store, () => Now);

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>What is acknowledged.</summary>
    internal KeyState[] States => _history[^1].States;

    /// <summary>Where the machine may stop; null: nobody wants to know.</summary>
    internal List<Snapshot>? Snapshots { get; set; }

    /// <summary>Told about everything that happens.</summary>
    internal Action<string>? Trace { get; init; }

    /// <summary>What the disk does instead of obeying.</summary>
    internal Func<DiskCall, DiskVerdict>? Faults { get; set; }

    /// <summary>Whether a step may fail, if the store says so.</summary>
    internal bool MayFail { get; init; }

    /// <summary>How many steps failed, and were told so.</summary>
    internal int FailedSteps { get; private set; }

    /// <summary>An empty folder and nothing promised.</summary>
    internal static Expectation Nothing { get; } = Expectation.Exactly(
        [.. SimKeys.All.Select(_ => KeyState.Missing)], 0, new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.Zero));

    /// <summary>What must be found if the machine stops now.</summary>
    internal Expectation Expected => _history.Count == 0 ? _start.WhileOpening : new(
        _history, _history.Count, _workload.Durability == Durability.Always ? _history.Count - 1 : _durable,
        _unknown.Count == 0 ? [_inFlight] : [_unknown, _inFlight], _highest, Now);

    DiskVerdict IDiskScript.Before(in DiskCall call)
    {
        if (call.Changes && !_looking)
        {
            if (call.Act == DiskAct.Sync && call.IsJournal && _inFlight.Count > 0 && _store is not null) Meanwhile();
            Trace?.Invoke($"    {Snapshots?.Count.ToString() ?? "-",4}  {call}");
            Snapshots?.Add(new(Disk.AfterKill(), Expected));
        }

        return Faults?.Invoke(call) ?? DiskVerdict.Obey;
    }

    /// <summary>Opens the store and finds what may be there; from now on that is what must stay.</summary>
    internal void Open()
    {
        OpenStore();
        var found = Reads.ReadAll();
        if (!_start.Allows(found, Now))
            throw new Violation("The store holds what it must not. " + (_start with { Now = Now }).Explain(found));
        Reads.CheckLists(found);
        if (Store.Status.Quarantined > 0) CheckReasons();
        foreach (var state in found) _highest = Math.Max(_highest, state.Revision);
        _history.Add(new(found, []));
    }

    /// <summary>Opens the store if the last attempt has failed, and finds out what a failed write of many has done.</summary>
    internal void Reopen()
    {
        var isNew = _store is null;
        if (isNew) OpenStore();

        // A store that was closed before it had healed may have come back with what failed.
        if (_unsettled.Count > 0 || (isNew && _unknown.Count > 0)) Settle(isNew ? _unknown : []);
    }

    /// <summary>Ends without a trace, as <c>kill -9</c> does.</summary>
    internal void Abandon() => _store?.Abandon();

    internal void Do(Step step)
    {
        Trace?.Invoke($"{step}");
        try
        {
            Reopen();
            DoOrThrow(step);
            _inFlight = [];
        }
        catch (Exception error) when (MayFail && error is CacheStoreException or FileSystemException)
        {
            Trace?.Invoke($"    failed: {error.GetType().Name}: {error.Message}");
            FailedSteps++;
            Fail(step.Kind, error is CacheStoreException { OutcomeUnknown: true });
        }

        // A store that works again has voided what failed; until then a crash may bring it back.
        if (_unknown.Count > 0 && _store is not null && !HasFailed) _unknown = [];
    }

    /// <summary>Reads all records, one by one and together, and compares them with the model.</summary>
    internal void CheckReads()
    {
        var expected = Expectation.Exactly(States, _highest, Now);
        var found = Reads.ReadAll();
        if (!expected.Allows(found, Now)) throw new Violation("A read answers wrongly. " + expected.Explain(found));
        var same = Reads.ReadTogether();
        if (!expected.Allows(same, Now)) throw new Violation("A read of many answers wrongly. " + expected.Explain(same));
        Reads.CheckLists(found);
    }

    /// <summary>Opens the store on a damaged disk; nothing is expected of it.</summary>
    internal StoreReads OpenDamaged()
    {
        OpenStore();
        return Reads;
    }

    /// <summary>Everything each record has ever been.</summary>
    internal IReadOnlyList<Moment> History => _history;

    /// <summary>Moves the clock on, without a step of a workload.</summary>
    internal void Advance(TimeSpan by) => _time.Advance(by);

    private void Fail(StepKind kind, bool isUnknown)
    {
        if (isUnknown && _inFlight.Count > 0) _unknown = _inFlight;
        if (kind is StepKind.WriteMany or StepKind.DeleteAll && _inFlight.Count > 0) _unsettled = _inFlight;
        _inFlight = [];
    }

    // After a write of many that failed, the store itself says which of them it has made.
    private void Settle(IReadOnlyList<Unit> unknown)
    {
        var found = Reads.ReadAll();
        var expected = Expected with { InFlight = [_unsettled, unknown] };
        if (!expected.Allows(found, Now))
            throw new Violation("A write of many that failed has done something else. " + expected.Explain(found));
        foreach (var state in found) _highest = Math.Max(_highest, state.Revision);
        _history.Add(new(found, unknown.Count == 0 ? _unsettled : []));
        _unsettled = [];
        if (unknown.Count > 0) _unknown = [];
    }

    private void DoOrThrow(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Apply: Apply(step.Writes[0]); break;
            case StepKind.Commit: Commit(step.Writes); break;
            case StepKind.WriteMany: WriteMany(step.Writes); break;
            case StepKind.DeleteAll: DeleteAll(SimKeys.Sets[step.Amount]); break;
            case StepKind.Sweep: Store.Sweep(); break;
            case StepKind.Advance: Advance(TimeSpan.FromMilliseconds(step.Amount)); break;
            case StepKind.ReadAll: CheckReads(); break;
            case StepKind.Checkpoint:
                Store.Checkpoint();
                if (!HasFailed) _durable = _history.Count - 1;
                break;
            case StepKind.Flush:
                StoreReads.Done(Flush(Store));
                _durable = _history.Count - 1;
                break;
            case StepKind.Reopen:
                Store.Dispose();
                if (!MayFail) _durable = _history.Count - 1;
                _store = null;
                Reopen();
                CheckReads();
                break;
            default: throw new ArgumentOutOfRangeException(nameof(step), step.Kind, "No such step.");
        }
    }

    private void Apply(RecordWrite write)
    {
        var key = SimKeys.IndexOf(write.Key);
        var change = StoreModel.Resolve(write.Change, States[key], Now);
        var (outcome, next) = StoreModel.Apply(change, States[key], Now);
        if (next is not null) _inFlight = [new([(key, next.Value)])];
        var result = StoreReads.Done(Store.ApplyAsync(write.Key, change));
        if (result.Outcome != outcome) throw new Violation($"{change} was answered with {result.Outcome} instead of {outcome}.");
        Acknowledge([result.Record]);
    }

    private void Commit(IReadOnlyList<RecordWrite> writes)
    {
        var resolved = writes.Select(write =>
            write with { Change = StoreModel.Resolve(write.Change, States[SimKeys.IndexOf(write.Key)], Now) }).ToList();
        var unit = StoreModel.Commit(resolved, States, Now);
        if (unit is { Changes.Count: > 0 }) _inFlight = [unit];
        var result = StoreReads.Done(Store.CommitAsync(resolved));
        if (result.Committed != unit is not null) throw new Violation($"The commit was {(result.Committed ? "made" : "refused")}.");
        if (unit is null) return;
        Acknowledge([.. unit.Changes.Select(change =>
            result.Results[resolved.FindLastIndex(write => write.Key == SimKeys.All[change.Key])].Record)]);
    }

    private void WriteMany(IReadOnlyList<RecordWrite> writes)
    {
        List<(Unit Unit, int At)> units = [];
        for (var i = 0; i < writes.Count; i++)
        {
            var key = SimKeys.IndexOf(writes[i].Key);
            if (StoreModel.Apply(writes[i].Change, States[key], Now).Next is { } next) units.Add((new([(key, next)]), i));
        }

        _inFlight = units.ConvertAll(unit => unit.Unit);
        var results = StoreReads.Done(Store.WriteManyAsync(writes));
        Acknowledge([.. units.Select(unit => results[unit.At].Record)]);
    }

    private void DeleteAll(RecordSet set)
    {
        var keys = Enumerable.Range(0, States.Length).Where(key => set.Contains(SimKeys.All[key]) && States[key].IsLive(Now));
        _inFlight = [.. keys.Select(key => new Unit([(key, KeyState.Missing)]))];
        var count = StoreReads.Done(Store.DeleteAllAsync(set));
        if (count != _inFlight.Count) throw new Violation($"{count} records were deleted instead of {_inFlight.Count}.");
        Acknowledge([.. _inFlight.Select(_ => DocumentRecord.Miss)]);
    }

    // What was in flight has happened; the answers, one per change, say under which revisions.
    private void Acknowledge(List<DocumentRecord> answers)
    {
        if (_inFlight.Count == 0) return;
        var states = (KeyState[])States.Clone();
        var answer = 0;
        List<Unit> units = [];
        foreach (var unit in _inFlight)
        {
            List<(int Key, KeyState Next)> changes = [];
            foreach (var (key, next) in unit.Changes)
            {
                var said = Reads.ToState(answers[answer++]);
                if (!SaysWhat(next, said))
                    throw new Violation($"The answer was {said} instead of {next}; revisions were up to {_highest}.");
                states[key] = said;
                changes.Add((key, said));
            }

            units.Add(new(changes));
        }

        foreach (var state in states) _highest = Math.Max(_highest, state.Revision);
        (_inFlight, _unknown) = ([], []);
        _history.Add(new(states, units));
    }

    private bool SaysWhat(in KeyState expected, in KeyState said) => expected.Document is null
        ? said.Document is null
        : expected.Document.Equals(said.Document) && expected.ExpiresAt == said.ExpiresAt && said.Revision > _highest;

    // What other threads may do while a batch is being synced.
    private void Meanwhile()
    {
        if (_isMeanwhile) return;
        _isMeanwhile = true;
        try
        {
            // With Interval a checkpoint begins with a sync of its own, and a reader sees what is not durable yet.
            if (_workload.Durability != Durability.Always) return;
            LookAtInFlight();
            if (_workload.OverlapsCheckpoints && ++_overlaps % 3 == 0)
            {
                var checkpointer = Store.Engine.Checkpointer;
                lock (checkpointer.Gate) checkpointer.WriteFiles(static () => true);
            }
        }
        catch (Exception error) when (MayFail && error is CacheStoreException or FileSystemException)
        {
            // It would have failed on a thread of its own.
        }
        finally
        {
            _isMeanwhile = _looking = false;
        }
    }

    // A reader who looks while a change is being made durable sees the old version, or else the new one is not lost any more.
    private void LookAtInFlight()
    {
        _looking = true;
        var seen = _inFlight.Select(unit =>
        {
            var (key, next) = unit.Changes[0];
            var found = Reads.Read(key);
            var isOld = States[key].IsLive(Now) ? found.Revision == States[key].Revision : found.Document is null;
            return isOld || !(next.Document is null ? found.Document is null : SaysWhat(next, found))
                ? unit
                : new Unit(unit.Changes) { IsObserved = true };
        }).ToList();
        _looking = false;
        _inFlight = seen;
    }

    private void OpenStore()
    {
        var options = new JsonStoreOptions
        {
            Path = Root, Durability = _workload.Durability, MaxCachedBytes = _workload.HasCache ? 1 << 20 : 0,
        };
        _store = JsonDocumentStore.Open(options, 1 << 20, new JsonStoreSeams
        {
            Files = Disk, Time = _time, Inline = true, SegmentBytes = (1 << 10, 4 << 10), FewFiles = 1,
            Fault = _workload.Fault,
        });
    }

    // A crash leaves the remains of a batch that was in flight, and nothing else that is not valid.
    private void CheckReasons()
    {
        foreach (var path in Disk.Paths)
        {
            if (!path.EndsWith(".reason.json", StringComparison.Ordinal)) continue;
            if (Disk.BytesOf(path).AsSpan().IndexOf("Damage in segment"u8) >= 0)
                throw new Violation("A crash was taken for damage: " + Store.Status.Problem);
        }
    }

    private static async ValueTask<bool> Flush(JsonDocumentStore store)
    {
        await store.FlushAsync();
        return true;
    }
}
