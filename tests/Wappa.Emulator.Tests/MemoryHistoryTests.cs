using Wappa.Caching;
using Wappa.Testing;

namespace Wappa.Emulator.Tests;

/// <summary>What the history keeps, and what it still knows of what it forgot.</summary>
public class MemoryHistoryTests
{
    private static readonly RecordKey Key = RecordKey.State("t", "u", "s");

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void AsOf_AMomentWhoseChangeIsForgotten_FollowsFromTheNextChange()
    {
        var history = new MemoryHistory(_clock);
        history.Add(Key, default, Version(1), MemoryWriter.App);
        var other = RecordKey.State("t", "other", "s");
        history.Add(other, default, Version(1), MemoryWriter.App);
        for (var i = 2; i <= MemoryHistory.MaxChanges - 1; i++) history.Add(other, Version(i - 1), Version(i), MemoryWriter.App);
        var turn = Turn("a");
        history.EndTurn(turn);
        history.Add(Key, Version(1), Version(2), MemoryWriter.App); // the first change of Key is the oldest of all: forgotten

        history.ChangesOf(Key).Count.ShouldBe(1);
        history.AsOf(Key, turn)!.Value.Revision.ShouldBe(1);
        history.FindTurn("a").ShouldBe(turn);
    }

    [Fact]
    public void FindTurn_OlderThanWhatIsKept_IsNull()
    {
        var history = new MemoryHistory(_clock);
        history.Add(Key, default, Version(1), MemoryWriter.App);
        history.EndTurn(Turn("a"));
        for (var i = 2; i < MemoryHistory.MaxChanges + 10; i++) history.Add(Key, Version(i - 1), Version(i), MemoryWriter.App);

        history.FindTurn("a").ShouldBeNull();
        history.TurnsOf("t", "u").ShouldBeEmpty();
    }

    [Fact]
    public void AsOf_AVersionThatHadExpiredByThen_IsNothing()
    {
        var history = new MemoryHistory(_clock);
        var ends = _clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        history.Add(Key, default, Version(1) with { ExpiresAt = ends }, MemoryWriter.App);
        _clock.Advance(TimeSpan.FromMinutes(2));
        var turn = Turn("a");
        history.EndTurn(turn);

        history.AsOf(Key, turn)!.Value.Document.ShouldBeNull();
    }

    [Fact]
    public void EndTurn_MoreThanAreKept_ForgetsTheOldest()
    {
        var history = new MemoryHistory(_clock);
        for (var i = 0; i <= MemoryHistory.MaxTurns; i++) history.EndTurn(Turn($"{i}"));

        history.FindTurn("0").ShouldBeNull();
        history.FindTurn("1").ShouldNotBeNull();
    }

    private static RecordVersion Version(int revision) => new(CacheDocument.Parse($"{{\"n\":{revision}}}"), revision, null);

    private TurnMark Turn(string id) => new(id, "t", "u", _clock.GetUtcNow(), 1, "message", "1", []);
}
