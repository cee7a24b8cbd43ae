using Wappa.Caching.Layering;

namespace Wappa.Caching.Tests.Layering;

/// <summary>A read whose answer is on its way while something happens keeps nothing that is no longer so.</summary>
public sealed class ReadInFlightTests : LayeredFixture
{
    public static TheoryData<string, bool> Meanwhile => new()
    {
        { "nothing", true },
        { "another record's change", true },
        { "the record's change", false },
        { "everything's change", false },
        { "a gap", false },
        { "a gap and its end", false },
        { "a gap that ended twice", false },
        { "listening again", false },
        { "an own write", false },
        { "an own write that is refused", false },
        { "an own write that fails", false },
        { "an own write that goes on", false },
        { "an own commit", false },
        { "an own write of many", false },
        { "an own erasure of the user", false },
    };

    [Theory, MemberData(nameof(Meanwhile))]
    public async Task GetAsync_SomethingHappensMeanwhile_IsKeptOnlyIfItStillHolds(string what, bool isKept)
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        var answer = HoldAnswerOf("Get");
        var reading = Layered.GetAsync(Key);
        await answer.Came.Task;
        await HappenAsync(what);
        answer.Release.SetResult();

        (await reading).Document.ShouldNotBeNull().GetField<int>("n").ShouldBe(1); // the read began before, so this is right
        (await IsKeptAsync(Key)).ShouldBe(isKept);
    }

    [Theory, MemberData(nameof(Meanwhile))]
    public async Task GetManyAsync_SomethingHappensMeanwhile_IsKeptOnlyIfItStillHolds(string what, bool isKept)
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        var answer = HoldAnswerOf("GetMany");
        var reading = Layered.GetManyAsync([OtherKey, Key]);
        await answer.Came.Task;
        await HappenAsync(what);
        answer.Release.SetResult();

        (await reading)[1].IsHit.ShouldBeTrue();
        (await IsKeptAsync(Key)).ShouldBe(isKept);
    }

    [Fact]
    public async Task GetAsync_BegunInAGapThatEndsMeanwhile_IsNotKept()
    {
        await Layered.StartAsync();
        Feed.Tell(listener => listener.OnGap());
        var answer = HoldAnswerOf("Get");
        var reading = Layered.GetAsync(Key);
        await answer.Came.Task;
        await WriteElsewhereAsync(2); // untold
        Feed.Tell(listener => listener.OnListening());
        answer.Release.SetResult();

        (await reading).IsHit.ShouldBeFalse();
        (await ReadAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task GetAsync_BegunBeforeListening_IsNotKept()
    {
        var began = new TaskCompletionSource();
        Feed.Before = () => began.Task;
        var answer = HoldAnswerOf("Get");
        var reading = Layered.GetAsync(Key);
        await answer.Came.Task;
        began.SetResult();
        await Layered.StartAsync();
        answer.Release.SetResult();
        await reading;
        (await IsKeptAsync(Key)).ShouldBeFalse();
        (await IsKeptAsync(Key)).ShouldBeTrue();
    }

    [Fact]
    public async Task GetAsync_DuringAnOwnWrite_IsNotKept()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        var written = HoldAnswerOf("Apply");
        var writing = Layered.ApplyAsync(Key, Set(2));
        await written.Came.Task;
        (await ReadAsync()).ShouldBe(2);
        (await IsKeptAsync(Key)).ShouldBeFalse("the write is not over");
        written.Release.SetResult();
        await writing;
        (await IsKeptAsync(Key)).ShouldBeFalse();
        (await IsKeptAsync(Key)).ShouldBeTrue();
    }

    [Fact]
    public async Task GetAsync_BegunDuringAnOwnWriteAndAnsweredAfterIt_IsNotKept()
    {
        await Layered.StartAsync();
        var written = HoldAnswerOf("Apply");
        var writing = Layered.ApplyAsync(Key, Set(2));
        await written.Came.Task;
        var answer = HoldAnswerOf("Get");
        var reading = Layered.GetAsync(Key);
        await answer.Came.Task;
        written.Release.SetResult();
        await writing;
        answer.Release.SetResult();
        await reading;
        (await IsKeptAsync(Key)).ShouldBeFalse();
    }

    [Fact]
    public async Task GetManyAsync_OneRecordIsNotKept_ReadsAllFromTheSharedStore()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        await Elsewhere.ApplyAsync(OtherKey, Set(1));
        await Layered.GetManyAsync([Key, OtherKey]);
        await Elsewhere.CommitAsync([new(Key, Set(2)), new(OtherKey, Set(2))]);
        Tell(OtherKey); // the other's change is still on its way

        var both = await Layered.GetManyAsync([Key, OtherKey]);
        both.Select(record => record.Document!.GetField<int>("n")).ShouldBe([2, 2]);
    }

    private async Task HappenAsync(string what)
    {
        switch (what)
        {
            case "nothing": break;
            case "another record's change": Tell(RecordKey.State("hotel123", "1234567890", "another")); break;
            case "the record's change": Tell(Key); break;
            case "everything's change": Feed.Tell(listener => listener.OnEverythingChanged()); break;
            case "a gap": Feed.Tell(listener => listener.OnGap()); break;
            case "a gap and its end": GapAndEnd(); break;
            case "a gap that ended twice": GapAndEnd(); GapAndEnd(); break;
            case "listening again": Feed.Tell(listener => listener.OnListening()); break;
            case "an own write": await Layered.ApplyAsync(Key, Set(2)); break;
            case "an own write that is refused":
                (await Layered.ApplyAsync(Key, new RecordChange.ReplaceIf(CacheDocument.Empty, 1))).Applied.ShouldBeFalse();
                break;
            case "an own write that fails":
                Shared.Before = call => call.IsWrite ? throw new CacheStoreUnavailableException("down") : ValueTask.CompletedTask;
                await Should.ThrowAsync<CacheStoreException>(async () => await Layered.ApplyAsync(Key, Set(2)));
                break;
            case "an own write that goes on":
                Shared.Before = call => call.IsWrite ? new(new TaskCompletionSource().Task) : ValueTask.CompletedTask;
                _ = Layered.ApplyAsync(Key, Set(2)).AsTask();
                break;
            case "an own commit": await Layered.CommitAsync([new(OtherKey, Set(2)), new(Key, Set(2))]); break;
            case "an own write of many": await Layered.WriteManyAsync([new(Key, Set(2))]); break;
            case "an own erasure of the user": await Layered.DeleteAllAsync(RecordSet.OfUser("hotel123", "1234567890")); break;
            default: throw new ArgumentException($"'{what}' is nothing these tests know.", nameof(what));
        }
    }

    private void GapAndEnd()
    {
        Feed.Tell(listener => listener.OnGap());
        Feed.Tell(listener => listener.OnListening());
    }
}
