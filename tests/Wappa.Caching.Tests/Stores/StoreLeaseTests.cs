using Wappa.Testing;

namespace Wappa.Caching.Tests.Stores;

/// <summary>Two processes and the right that one of them has.</summary>
public class StoreLeaseTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
    private static readonly RecordKey Key = RecordKey.State("jobs", "nightly", "lease");

    private readonly ManualTimeProvider _time = new();
    private readonly InterceptedDocumentStore _store;

    public StoreLeaseTests() => _store = new(new MemoryDocumentStore(time: _time));

    [Fact]
    public async Task TryHold_Held_IsRefusedToOthersUntilItsEnd()
    {
        var (mine, theirs) = (NewLease(), NewLease());

        (await mine.TryHoldAsync(Length)).ShouldBeTrue();
        (await theirs.TryHoldAsync(Length)).ShouldBeFalse();
        _time.Advance(Length);

        (mine.Left, theirs.Left).ShouldBe((TimeSpan.Zero, TimeSpan.Zero));
        (await theirs.TryHoldAsync(Length)).ShouldBeTrue();
        (await mine.TryHoldAsync(Length)).ShouldBeFalse();
        (mine.Terms, theirs.Terms).ShouldBe((1, 1));
    }

    [Fact]
    public async Task TryHold_RenewedInTime_IsKeptInOneTerm()
    {
        var (mine, theirs) = (NewLease(), NewLease());
        for (var i = 0; i < 10; i++)
        {
            (await mine.TryHoldAsync(Length)).ShouldBeTrue();
            mine.Left.ShouldBe(Length);
            _time.Advance(Length / 2);
            (await theirs.TryHoldAsync(Length)).ShouldBeFalse();
        }

        mine.Terms.ShouldBe(1);
    }

    [Fact]
    public async Task TryHold_EnoughLeft_AsksNothing()
    {
        var lease = NewLease();
        await lease.TryHoldAsync(Length);
        _time.Advance(Length / 2);
        _store.Before = _ => throw new InvalidOperationException("The store was asked.");

        (await lease.TryHoldAsync(Length / 2)).ShouldBeTrue();
    }

    [Fact]
    public async Task TryHold_AnswerOfARenewalLost_GoesOn()
    {
        var lease = NewLease();
        await lease.TryHoldAsync(Length);
        await LoseAnswerAsync(lease);

        (await lease.TryHoldAsync(Length)).ShouldBeTrue();

        (lease.Terms, lease.Left).ShouldBe((1, Length));
    }

    [Fact]
    public async Task TryHold_AnswerOfTheTakingLost_IsTaken()
    {
        var lease = NewLease();
        await LoseAnswerAsync(lease);
        lease.Left.ShouldBe(TimeSpan.Zero);

        (await lease.TryHoldAsync(Length)).ShouldBeTrue();

        (lease.Terms, lease.Left).ShouldBe((1, Length));
    }

    [Fact]
    public async Task Release_Held_IsFreeAtOnce()
    {
        var (mine, theirs) = (NewLease(), NewLease());
        await mine.TryHoldAsync(Length);

        await theirs.ReleaseAsync();
        (await theirs.TryHoldAsync(Length)).ShouldBeFalse();
        await mine.ReleaseAsync();

        mine.Left.ShouldBe(TimeSpan.Zero);
        (await theirs.TryHoldAsync(Length)).ShouldBeTrue();
    }

    [Fact]
    public async Task Release_TakenOverByAnother_LeavesItToThem()
    {
        var (mine, theirs) = (NewLease(), NewLease());
        await mine.TryHoldAsync(Length);
        _time.Advance(Length);
        await theirs.TryHoldAsync(Length);

        await mine.ReleaseAsync();

        (await theirs.TryHoldAsync(Length)).ShouldBeTrue();
        theirs.Terms.ShouldBe(1);
    }

    [Fact]
    public void Find_Layers_LooksThroughThem()
    {
        _store.Find<MemoryDocumentStore>().ShouldNotBeNull();
        _store.Find<InterceptedDocumentStore>().ShouldBe(_store);
        _store.Find<IStoreSignals>().ShouldBeNull();
    }

    private StoreLease NewLease() => new(_store, Key, Length, _time);

    private async Task LoseAnswerAsync(StoreLease lease)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        _store.After = _ => throw new CacheStoreTimeoutException("The answer is lost.", outcomeUnknown: true);
        await Should.ThrowAsync<CacheStoreTimeoutException>(lease.TryHoldAsync(Length).AsTask());
        _store.After = _ => ValueTask.CompletedTask;
    }
}
