using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Tests.Simulation;
using Wappa.Testing;
using State = System.Collections.Immutable.ImmutableSortedDictionary<int, Wappa.Caching.Json.Tests.Entries.ModelEntry>;

namespace Wappa.Caching.Json.Tests.Entries;

/// <summary>The disk at one moment, and what may be found after the machine, or the process, has stopped there.</summary>
internal sealed record EntrySnapshot(SimDisk Disk, DateTimeOffset Now, IReadOnlyList<State> AfterPowerCut, IReadOnlyList<State> AfterKill);

/// <summary>How a workload is run.</summary>
internal sealed record EntryWorkload(
    IReadOnlyList<EntryStep> Steps, Durability Durability = Durability.Always, bool Evicts = false, ProtocolFault Fault = ProtocolFault.None);

/// <summary>A store of entries on a simulated disk and all it has promised meanwhile.</summary>
internal sealed class EntryLife(EntryWorkload workload, SimDisk disk, DateTimeOffset now) : IDiskScript
{
    private readonly ManualTimeProvider _time = new(now);
    private List<State> _possible = [State.Empty];  // what memory or the disk may hold: one, unless the disk has failed
    private List<State> _undurable = [];            // with Interval: what a loss of power may go back to
    private List<State> _inFlight = [];
    private JsonCacheStore? _store;

    internal List<EntrySnapshot>? Snapshots { get; set; }

    internal Func<DiskCall, DiskVerdict>? Faults { get; set; }

    internal int Failed { get; private set; }

    internal JsonCacheStore Store => _store!;

    internal EntrySnapshot Now => new(disk.AfterKill(), _time.GetUtcNow(), [.. _undurable, .. _possible, .. _inFlight], [.. _possible, .. _inFlight]);

    DiskVerdict IDiskScript.Before(in DiskCall call)
    {
        if (call.Changes) Snapshots?.Add(Now);
        return Faults?.Invoke(call) ?? DiskVerdict.Obey;
    }

    /// <summary>Opens the store, which must hold one of some states.</summary>
    internal void Open(IReadOnlyList<State> allowed)
    {
        disk.Script = this;
        _possible = [.. allowed];
        _undurable = _inFlight = [];
        OpenStore();
        Settle(allowed);
        if (_store!.Status is { State: not JsonStoreState.Healthy } status) throw new Violation(status.Problem);
    }

    internal void Do(EntryStep step)
    {
        var before = _possible;
        _inFlight = [.. before.SelectMany(state => EntryModel.Apply(step, state, _time.GetUtcNow()))];
        var failed = false;
        try
        {
            Act(step);
        }
        catch (Exception error) when (Faults is not null && error is CacheStoreException or FileSystemException)
        {
            failed = true;
            Failed++;
        }

        if (workload.Durability == Durability.Interval && step.Kind < EntryStepKind.Advance) _undurable.AddRange(before);
        if (!failed && step.Kind is EntryStepKind.Flush or EntryStepKind.Compact or EntryStepKind.Reopen) _undurable = [];
        var after = before.Select(state => EntryModel.Apply(step, state, _time.GetUtcNow()).Last());
        var candidates = failed ? [.. before, .. _inFlight] : after.ToList();
        _inFlight = [];
        _possible = candidates;
        if (_store!.Engine.Journal.State == Json.Journal.JournalState.Closed) OpenStore();
        Settle(candidates);
    }

    internal void Abandon() => _store?.Abandon();

    // What is in memory counts from now on, unless the disk does not work and may still have something else.
    private void Settle(IReadOnlyList<State> allowed)
    {
        var now = _time.GetUtcNow();
        var seen = EntryModel.Show(_store!, now);
        var matching = allowed.Where(state => workload.Evicts ? IsPart(seen, EntryModel.Show(state, now)) : EntryModel.Show(state, now) == seen).ToList();
        if (matching.Count == 0)
        {
            throw new Violation($"The store holds [{seen}] and may hold " +
                string.Join(" or ", allowed.Select(state => $"[{EntryModel.Show(state, now)}]").Distinct()));
        }

        if (_store!.Status.State != JsonStoreState.Failed) _possible = matching;
    }

    // An eviction is nothing the model knows; what was evicted may come back as it was, and nothing else may.
    private static bool IsPart(string seen, string state) =>
        seen.Length == 0 || seen.Split(", ").All(entry => state.Split(", ").Contains(entry));

    private void Act(EntryStep step)
    {
        switch (step.Kind)
        {
            case EntryStepKind.Set: Done(Store.SetAsync(EntryModel.KeyOf(step.Key), EntryModel.EntryOf(step)).AsTask()); break;
            case EntryStepKind.SetMany:
                Done(Store.SetManyAsync([.. Enumerable.Range(0, step.Key + 1).Select(key =>
                    KeyValuePair.Create(EntryModel.KeyOf(key), EntryModel.EntryOf(step)))]).AsTask());
                break;
            case EntryStepKind.Add: Done(Store.AddAsync(EntryModel.KeyOf(step.Key), EntryModel.EntryOf(step)).AsTask()); break;
            case EntryStepKind.Load:
                var fence = Store.BeginLoadAsync(EntryModel.KeyOf(step.Key)).AsTask().Result;
                Done(Store.CompleteLoadAsync(EntryModel.KeyOf(step.Key), EntryModel.EntryOf(step), fence).AsTask());
                break;
            case EntryStepKind.Remove: Done(Store.RemoveAsync(EntryModel.KeyOf(step.Key)).AsTask()); break;
            case EntryStepKind.RemoveTag: Done(Store.RemoveByTagAsync(EntryModel.TagOf(step.Key)).AsTask()); break;
            case EntryStepKind.RemovePrefix: Done(Store.RemoveByPrefixAsync(EntryModel.PrefixOf(step.Key)).AsTask()); break;
            case EntryStepKind.Renew: Done(Store.RenewAsync(EntryModel.KeyOf(step.Key), TimeSpan.FromSeconds(20)).AsTask()); break;
            case EntryStepKind.Advance: _time.Advance(TimeSpan.FromSeconds(step.Number % 7)); break;
            case EntryStepKind.Flush: Done(Store.FlushAsync().AsTask()); break;
            case EntryStepKind.Compact: Store.Compact(); break;
            case EntryStepKind.Reopen:
                Store.Dispose();
                OpenStore();
                break;
        }
    }

    private void OpenStore()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                _store = JsonCacheStore.Open(
                    new JsonStoreOptions { Path = "/cache", Durability = workload.Durability, MaxEntryBytes = workload.Evicts ? 900 : 1 << 20 },
                    new JsonStoreSeams
                    {
                        Files = disk, Time = _time, Inline = true, SegmentBytes = (1 << 10, 4 << 10), Fault = workload.Fault,
                    });
                return;
            }
            catch (CacheStoreUnavailableException) when (Faults is not null && attempt == 0)
            {
                Failed++; // one call fails in these runs; the next attempt meets a disk that works
            }
        }
    }

    private static void Done(Task task)
    {
        if (!task.IsCompleted) throw new Violation("A call still waits although nobody else is there to end it.");
        task.GetAwaiter().GetResult();
    }
}
