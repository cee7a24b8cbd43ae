using System.Text;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>Records only one caller writes: lists of numbers it never appends twice, one it replaces again and again, and two in different
/// databases that it replaces together.</summary>
internal sealed class OwnRecords(IDocumentStore store, string tenant, string caller)
{
    private const int ListLength = 100;

    private readonly Dictionary<int, (Told Told, long Length)> _appended = [];
    private readonly HashSet<int> _maybeSet = [];
    private readonly HashSet<int> _maybeCommitted = [];
    private int _lastSet;
    private int _lastCommitted;

    internal async Task<Told> AppendAsync(Tally tally, int number)
    {
        var length = 0L;
        var change = new RecordChange.Append("list", Encoding.ASCII.GetBytes($"{number}"));
        var told = await tally.AskAsync(async () => length = (await store.ApplyAsync(ListOf(number), change)).Number.ToInt64());
        _appended.Add(number, (told, length));
        return told;
    }

    internal async Task<Told> SetAsync(Tally tally, int number)
    {
        var told = await tally.AskAsync(async () => await store.ApplyAsync(Own, SetTo(number)));
        if (told == Told.Made) _lastSet = number;
        if (told == Told.Unknown) _maybeSet.Add(number);
        return told;
    }

    internal async Task<Told> CommitAsync(Tally tally, int number)
    {
        RecordWrite[] both = [new(Left, SetTo(number)), new(Right, SetTo(number))];
        var told = await tally.AskAsync(async () => (await store.CommitAsync(both)).Committed.ShouldBeTrue());
        if (told == Told.Made) _lastCommitted = number;
        if (told == Told.Unknown) _maybeCommitted.Add(number);
        return told;
    }

    internal async Task VerifyAsync(bool mayLose)
    {
        foreach (var list in _appended.GroupBy(item => ListOf(item.Key)))
        {
            var there = (await store.GetAsync(list.Key)).Document?.GetField<int[]>("list") ?? [];
            there.ShouldBeUnique();
            foreach (var (number, (told, length)) in list)
            {
                if (told == Told.NotMade) there.ShouldNotContain(number, "it was said not to have been made");
                if (told == Told.Made && !mayLose) there[(int)length - 1].ShouldBe(number, "an acknowledged item is not where it was said to be");
            }
        }

        var (left, right, own) = (await NumberAsync(Left), await NumberAsync(Right), await NumberAsync(Own));
        left.ShouldBe(right, "half of a commit is there");
        if (left != _lastCommitted && !mayLose) _maybeCommitted.ShouldContain(left, $"the last acknowledged was {_lastCommitted}");
        if (own != _lastSet && !mayLose) _maybeSet.ShouldContain(own, $"the last acknowledged was {_lastSet}");
    }

    /// <summary>The numbers acknowledged that are no longer there.</summary>
    internal async Task<int[]> LostAsync()
    {
        var lost = new List<int>();
        foreach (var list in _appended.Where(item => item.Value.Told == Told.Made).GroupBy(item => ListOf(item.Key)))
        {
            var there = (await store.GetAsync(list.Key)).Document?.GetField<int[]>("list") ?? [];
            lost.AddRange(list.Select(item => item.Key).Except(there));
        }

        return [.. lost];
    }

    private static RecordChange.Set SetTo(int number) => new(CacheDocument.Parse($$"""{"n":{{number}}}"""));

    private async Task<int> NumberAsync(RecordKey key) => (await store.GetAsync(key)).Document?.GetField<int>("n") ?? 0;

    private RecordKey Left => RecordKey.User(tenant, "1", $"left{caller}");

    private RecordKey Right => RecordKey.State(tenant, "1", $"right{caller}");

    private RecordKey Own => RecordKey.User(tenant, "1", $"own{caller}");

    private RecordKey ListOf(int number) => RecordKey.User(tenant, "1", $"log{caller}-{number / ListLength}");
}
