using Wappa.Testing;

namespace Wappa.Caching.Tests.Histories;

/// <summary>The checker is only worth something if it refuses what is wrong. A number that can be set, read and
/// incremented is the thing under check here.</summary>
public sealed class LinearizabilityCheckerTests
{
    private static readonly LinearizabilityChecker<long, string, long> Checker = new(0, Step);

    [Fact]
    public void History_OfNothingOrOneCall_IsLinearizable()
    {
        Checker.FindViolation([]).ShouldBeNull();
        Checker.FindViolation([Call("read", 0, 1, 2)]).ShouldBeNull();
        Checker.FindViolation([Call("read", 1, 1, 2)]).ShouldNotBeNull();
    }

    [Fact]
    public void History_OneAfterTheOther_MustBeInThatOrder()
    {
        Checker.FindViolation([Call("set 5", 5, 1, 2), Call("read", 5, 3, 4), Call("add", 6, 5, 6)]).ShouldBeNull();
        Checker.FindViolation([Call("add", 6, 5, 6), Call("read", 5, 3, 4), Call("set 5", 5, 1, 2)]).ShouldBeNull();
        Checker.FindViolation([Call("read", 5, 1, 2), Call("set 5", 5, 3, 4)]).ShouldNotBeNull();
    }

    [Fact]
    public void StaleRead_AfterASetWasOver_IsRefused()
    {
        var history = new[] { Call("set 1", 1, 1, 2), Call("set 2", 2, 3, 4), Call("read", 1, 5, 6) };

        Checker.FindViolation(history).ShouldNotBeNull().ShouldContain("read");
    }

    [Fact]
    public void StaleRead_WhileTheSetRuns_IsAllowed()
    {
        Checker.FindViolation([Call("set 1", 1, 1, 2), Call("set 2", 2, 3, 6), Call("read", 1, 4, 5)]).ShouldBeNull();
        Checker.FindViolation([Call("set 1", 1, 1, 2), Call("set 2", 2, 3, 6), Call("read", 2, 4, 5)]).ShouldBeNull();
    }

    [Fact]
    public void LostUpdate_OfTwoIncrements_IsRefused()
    {
        Checker.FindViolation([Call("add", 1, 1, 3), Call("add", 1, 2, 4)]).ShouldNotBeNull();
        Checker.FindViolation([Call("add", 1, 1, 3), Call("add", 2, 2, 4), Call("read", 1, 5, 6)]).ShouldNotBeNull();
        Checker.FindViolation([Call("add", 1, 1, 3), Call("add", 2, 2, 4), Call("read", 2, 5, 6)]).ShouldBeNull();
        Checker.FindViolation([Call("add", 2, 1, 3), Call("add", 1, 2, 4)]).ShouldBeNull();
    }

    [Fact]
    public void ReadsThatGoBack_AreRefused()
    {
        // Both reads overlap the set, but once one has seen it, a later one must too.
        Checker.FindViolation([Call("set 1", 1, 1, 10), Call("read", 1, 2, 3), Call("read", 0, 4, 5)])
            .ShouldNotBeNull();
        Checker.FindViolation([Call("set 1", 1, 1, 10), Call("read", 0, 2, 3), Call("read", 1, 4, 5)]).ShouldBeNull();
    }

    [Fact]
    public void ReadersWhoDisagreeOnTheOrder_AreRefused()
    {
        var writes = new[] { Call("set 1", 1, 1, 20), Call("set 2", 2, 2, 21) };

        Checker.FindViolation(
            [.. writes, Call("read", 1, 3, 4), Call("read", 2, 5, 6), Call("read", 1, 7, 8)]).ShouldNotBeNull();
        Checker.FindViolation([.. writes, Call("read", 1, 3, 4), Call("read", 2, 5, 6), Call("read", 2, 7, 8)])
            .ShouldBeNull();
    }

    [Fact]
    public void CallWithoutAnAnswer_MayHaveHappenedOrNot()
    {
        var lost = new HistoryCall<string, long>(0, "set 7", 0, 3, long.MaxValue);

        Checker.FindViolation([Call("set 1", 1, 1, 2), lost, Call("read", 1, 4, 5)]).ShouldBeNull();
        Checker.FindViolation([Call("set 1", 1, 1, 2), lost, Call("read", 7, 4, 5)]).ShouldBeNull();
        Checker.FindViolation([Call("set 1", 1, 1, 2), lost, Call("read", 1, 4, 5), Call("read", 7, 6, 7)])
            .ShouldBeNull();
        Checker.FindViolation([Call("set 1", 1, 1, 2), lost, Call("read", 7, 4, 5), Call("read", 1, 6, 7)])
            .ShouldNotBeNull();
        Checker.FindViolation([Call("read", 7, 1, 2), lost]).ShouldNotBeNull();
    }

    [Fact]
    public void ManyOverlappingCalls_AreDecidedQuickly()
    {
        // Thirty at once have 30! orders; without the memory of what was tried this would never end.
        var history = Enumerable.Range(0, 30).Select(i => Call("add", 30 - i, i, 100 + i)).ToArray();

        Checker.FindViolation(history).ShouldBeNull();
        var rounds = Enumerable.Range(0, 200).SelectMany(round => Enumerable.Range(0, 5).Select(
            i => Call("add", (round * 5) + 5 - i, (round * 100) + i, (round * 100) + 50 + i)));
        Checker.FindViolation(rounds).ShouldBeNull();
    }

    [Fact]
    public void OneLieAmongMany_IsFoundAndShown()
    {
        var history = Enumerable.Range(1, 300).Select(i => Call("add", i, i * 2, (i * 2) + 1)).ToArray();
        history[250] = history[250] with { Answer = 250 };

        var violation = Checker.FindViolation(history).ShouldNotBeNull();
        violation.ShouldContain("After 250 of 300 calls");
        violation.ShouldContain("The state then: 250");
    }

    [Fact]
    public void RandomHistories_OfARealRegister_AreAllowedAndTamperedOnesAreNot()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var history = Sequential(new Random(seed)).ToArray();
            Checker.FindViolation(history).ShouldBeNull($"seed {seed}");

            var reads = history.Where(call => call.Operation == "add").ToArray();
            if (reads.Length == 0) continue;
            var lie = reads[seed % reads.Length];
            history[Array.IndexOf(history, lie)] = lie with { Answer = lie.Answer + 1_000_000 };
            Checker.FindViolation(history).ShouldNotBeNull($"seed {seed}");
        }
    }

    [Fact]
    public async Task Recorder_KeepsTheOrderOfEventsAndTheCallsThatFailed()
    {
        var recorder = new HistoryRecorder<string, long>();
        var gate = new TaskCompletionSource();
        var first = recorder.RecordAsync(0, "slow", async _ =>
        {
            await gate.Task;
            return 1;
        });
        await recorder.RecordAsync(1, "fast", _ => new(2));
        await Should.ThrowAsync<TimeoutException>(() =>
            recorder.RecordAsync(1, "failed", _ => throw new TimeoutException()));
        gate.SetResult();
        await first;

        recorder.Calls.Select(call => call.Operation).ShouldBe(["slow", "fast", "failed"]);
        var (slow, fast, failed) = (recorder.Calls[0], recorder.Calls[1], recorder.Calls[2]);
        (slow.Started < fast.Started && fast.Ended < failed.Started && fast.Ended < slow.Ended).ShouldBeTrue();
        failed.IsAnswered.ShouldBeFalse();
        slow.IsAnswered.ShouldBeTrue();
    }

    private static (bool Possible, long Next) Step(long state, HistoryCall<string, long> call)
    {
        var next = call.Operation switch
        {
            "read" => state,
            "add" => state + 1,
            _ => long.Parse(call.Operation.AsSpan(4), null),
        };
        return (!call.IsAnswered || call.Answer == next, next);
    }

    // Calls of three workers that took effect at one instant each, with the asking before and the answer after it.
    private static IEnumerable<HistoryCall<string, long>> Sequential(Random random)
    {
        long state = 0;
        for (var i = 1; i <= 40; i++)
        {
            var operation = random.Next(3) switch { 0 => "read", 1 => "add", _ => $"set {random.Next(100)}" };
            state = Step(state, new(0, operation, 0, 0, long.MaxValue)).Next;
            yield return new(i % 3, operation, state, (i * 10) - random.Next(25), (i * 10) + 1 + random.Next(25));
        }
    }

    private static HistoryCall<string, long> Call(string operation, long answer, long started, long ended) =>
        new(0, operation, answer, started, ended);
}
