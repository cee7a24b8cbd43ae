namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>A counter that several callers increment by one, and the numbers they were given.</summary>
internal sealed class SharedCounter(IDocumentStore store, RecordKey key)
{
    private readonly Lock _gate = new();
    private readonly List<long> _given = [];
    private long _highest;
    private int _unknown;

    internal long Highest => Volatile.Read(ref _highest);

    internal async Task<Told> CountAsync(Tally tally)
    {
        var number = 0L;
        var told = await tally.AskAsync(async () =>
            number = (await store.ApplyAsync(key, new RecordChange.Increment("n", CacheNumber.From(1)))).Number.ToInt64());
        lock (_gate)
        {
            if (told == Told.Unknown) _unknown++;
            if (told != Told.Made) return told;
            _given.Add(number);
            _highest = Math.Max(_highest, number);
        }

        return told;
    }

    /// <summary>Reads it: never less than what anybody was given before the reading began.</summary>
    /// <param name="tally">Where it is counted.</param>
    /// <param name="mayLose">Acknowledged increments may be gone.</param>
    internal Task<Told> ReadAsync(Tally tally, bool mayLose)
    {
        var least = Highest;
        return tally.AskAsync(async () =>
        {
            var now = await NowAsync();
            if (!mayLose) now.ShouldBeGreaterThanOrEqualTo(least, "a read that began after an increment was acknowledged");
        });
    }

    /// <summary>Each number was given once, and the sum is that of the increments made, those of unknown outcome made or not.</summary>
    internal async Task VerifyAsync(bool mayLose)
    {
        var now = await NowAsync();
        now.ShouldBeLessThanOrEqualTo(_given.Count + _unknown, $"increments made twice; {_given.Count} acknowledged, {_unknown} unknown");
        if (mayLose) return;
        _given.ShouldBeUnique();
        now.ShouldBeGreaterThanOrEqualTo(_given.Count, "acknowledged increments are gone");
        now.ShouldBeGreaterThanOrEqualTo(Highest);
    }

    private async Task<long> NowAsync() => (await store.GetAsync(key)).Document?.GetField<long>("n") ?? 0;
}
