using System.Diagnostics;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>Callers that count, append, replace, commit and read through one store without pause, while something happens to the server or the way to
/// it: each gets an answer or hears that nobody knows, nothing is made twice, nothing acknowledged is lost.</summary>
/// <param name="store">The store.</param>
/// <param name="mayLose">A failover may undo what was acknowledged and not replicated.</param>
/// <param name="counters">How many counters the callers share; with <see cref="Callers"/> of them each has one.</param>
internal sealed class Workload(IDocumentStore store, bool mayLose = false, int counters = 4)
{
    internal const int Callers = 16;

    // The promise is two seconds; a machine that is busy with other things must not fail a test.
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(10);

    private const string Tenant = "hotel123";
    private const int WarmUp = 5;

    private readonly SharedCounter[] _counters =
        [.. Enumerable.Range(0, counters).Select(i => new SharedCounter(store, RecordKey.User(Tenant, "1", $"counter{i}")))];

    private readonly OwnRecords[] _own = [.. Enumerable.Range(0, Callers).Select(i => new OwnRecords(store, Tenant, $"{i}"))];
    private readonly long[] _successes = new long[Callers];
    private readonly long[] _firstSuccess = new long[Callers];
    private readonly List<TimeSpan> _recoveries = [];

    internal Tally Tally { get; } = new();

    /// <summary>Lets the callers work while it happens, a while before and until each of them has succeeded again.</summary>
    /// <param name="happenings">One after the other; when one's task ends, the server is back.</param>
    internal async Task RunAsync(params IEnumerable<Func<Task>> happenings)
    {
        using var end = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => WorkAsync(caller, end.Token))).ToArray();
        try
        {
            foreach (var happening in happenings)
            {
                await ProgressAsync(callers);
                await happening();
                _recoveries.Add(await RecoveryAsync(callers));
            }
        }
        finally
        {
            await end.CancelAsync();
        }

        await Task.WhenAll(callers).WaitAsync(Eventually.Patience);
        _recoveries.Max().ShouldBeLessThan(LongestRecovery);
        Report();
    }

    internal async Task VerifyAsync()
    {
        foreach (var counter in _counters) await counter.VerifyAsync(mayLose);
        foreach (var own in _own) await own.VerifyAsync(mayLose);
    }

    /// <summary>How many acknowledged appends are gone.</summary>
    internal async Task<int> LostAsync()
    {
        var lost = 0;
        foreach (var own in _own) lost += (await own.LostAsync()).Length;
        return lost;
    }

    private async Task WorkAsync(int caller, CancellationToken end)
    {
        for (var number = 1; !end.IsCancellationRequested; number++)
        {
            var counter = _counters[caller % counters];
            var told = await (((caller + number) % 5) switch
            {
                0 => counter.CountAsync(Tally),
                1 => _own[caller].AppendAsync(Tally, number),
                2 => _own[caller].SetAsync(Tally, number),
                3 => _own[caller].CommitAsync(Tally, number),
                _ => counter.ReadAsync(Tally, mayLose),
            });
            if (told != Told.Made) continue;
            Interlocked.Increment(ref _successes[caller]);
            if (Tally.Back > 0 && _firstSuccess[caller] == 0) Volatile.Write(ref _firstSuccess[caller], Stopwatch.GetTimestamp());
        }
    }

    private async Task ProgressAsync(Task[] callers)
    {
        var before = _successes.ToArray();
        await UntilAsync("callers at work", callers, caller => Volatile.Read(ref _successes[caller]) >= before[caller] + WarmUp);
    }

    private async Task<TimeSpan> RecoveryAsync(Task[] callers)
    {
        Tally.NoteBack(true);
        await UntilAsync("callers that succeed again", callers, caller => Volatile.Read(ref _firstSuccess[caller]) > 0);
        var recovery = Stopwatch.GetElapsedTime(Tally.Back, _firstSuccess.Max());
        Tally.NoteBack(false);
        Array.Clear(_firstSuccess);
        return recovery;
    }

    // A caller that ended early has failed; its failure is thrown when all are awaited.
    private static Task UntilAsync(string what, Task[] callers, Func<int, bool> isDone) => Eventually.BeTrueAsync(what, () => Task.FromResult(
        callers.Any(caller => caller.IsCompleted) || Enumerable.Range(0, Callers).All(isDone)));

    private void Report()
    {
        var sorted = _recoveries.Order().ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"back after median {sorted[sorted.Length / 2].TotalMilliseconds:0} ms, longest {sorted[^1].TotalMilliseconds:0} ms of {sorted.Length}; " +
            $"made {Tally.Made}, unknown {Tally.Unknown}, not made {Tally.NotMade}, slowest answer {Tally.Slowest.TotalMilliseconds:0} ms");
    }
}
