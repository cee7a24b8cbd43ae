using Wappa.Caching.Loading;
using Wappa.Caching.Stores;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Strategies;

public sealed class LoadPausesTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void IsPaused_UntilThePauseIsOver_AndNoLonger()
    {
        var pauses = new LoadPauses(new StoreClock(_time));
        pauses.IsPaused("a").ShouldBeFalse();
        pauses.Begin("a", Second);
        pauses.Begin("none", TimeSpan.Zero);
        _time.Advance(Second - TimeSpan.FromTicks(1));
        (pauses.IsPaused("a"), pauses.IsPaused("b"), pauses.IsPaused("none")).ShouldBe((true, false, false));
        _time.Advance(TimeSpan.FromTicks(1));
        pauses.IsPaused("a").ShouldBeFalse();
        pauses.Begin("a", Second);
        pauses.End("a");
        pauses.IsPaused("a").ShouldBeFalse();
    }

    [Fact]
    public void Begin_BeyondTheCapacity_ForgetsThoseThatAreOverFirst()
    {
        var pauses = new LoadPauses(new StoreClock(_time));
        for (var i = 0; i < LoadPauses.Capacity - 1; i++) pauses.Begin($"over {i}", Second);
        pauses.Begin("lasting", 10 * Second);
        _time.Advance(Second);
        pauses.Begin("one more", 10 * Second);
        (pauses.IsPaused("lasting"), pauses.IsPaused("one more"), pauses.Count).ShouldBe((true, true, 2));
        for (var i = 0; i < 3 * LoadPauses.Capacity; i++) pauses.Begin($"new {i}", 10 * Second);
        pauses.Count.ShouldBeLessThanOrEqualTo(LoadPauses.Capacity);
    }
}
