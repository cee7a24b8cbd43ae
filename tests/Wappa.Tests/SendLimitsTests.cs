using Wappa.Graph;
using Wappa.Testing;

namespace Wappa.Tests;

/// <summary>Who may send when, on a clock that stands still.</summary>
public class SendLimitsTests
{
    private static readonly RetryRule PairRule = GraphErrorPolicy.Decide(131056, null, false);
    private static readonly RetryRule NumberRule = GraphErrorPolicy.Decide(130429, null, false);
    private static readonly RetryRule AccountRule = GraphErrorPolicy.Decide(80007, null, false);

    private readonly ManualTimeProvider _clock = new();
    private readonly WhatsAppOptions _options = new();
    private readonly SendLimits _limits;

    public SendLimitsTests() => _limits = new(_options, _clock);

    [Fact]
    public void Pair_AfterItsBurst_SendsOneInSixSeconds()
    {
        _options.MessagesPerSecond = 0;

        for (var i = 0; i < 45; i++) Wait("1", "a").ShouldBe(TimeSpan.Zero);
        Wait("1", "a").ShouldBe(TimeSpan.FromSeconds(6));
        Wait("1", "a").ShouldBe(TimeSpan.FromSeconds(12));
        Wait("1", "b").ShouldBe(TimeSpan.Zero);
        Wait("2", "a").ShouldBe(TimeSpan.Zero);

        _clock.Advance(TimeSpan.FromMinutes(10)); // two are owed, the bucket is full again
        for (var i = 0; i < 45; i++) Wait("1", "a").ShouldBe(TimeSpan.Zero);
        Wait("1", "a").ShouldBe(TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void Number_WithManyRecipients_SendsEightyASecondInTheOrderTheyCame()
    {
        var waits = Enumerable.Range(0, 808).Select(i => Wait("1", $"user-{i}")).ToArray();

        waits.ShouldBe(waits.Order());
        waits.Count(static wait => wait == TimeSpan.Zero).ShouldBe(8);
        waits.Count(static wait => wait <= TimeSpan.FromSeconds(1)).ShouldBe(88);
        waits[^1].ShouldBe(TimeSpan.FromSeconds(10));
        Wait("2", "user-0").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Limits_SwitchedOff_KeepNobodyWaiting()
    {
        (_options.MessagesPerSecond, _options.PairInterval) = (0, TimeSpan.Zero);

        for (var i = 0; i < 10_000; i++) Wait("1", "a").ShouldBe(TimeSpan.Zero);

        _limits.Pairs.ShouldBe(0);
        _limits.Refused(Permit("1", "a"), PairRule, 1).ShouldNotBeNull();
        Wait("1", "a").ShouldBeGreaterThan(TimeSpan.Zero); // what WhatsApp says counts all the same
    }

    [Fact]
    public void Refusal_OfAPair_PausesThatPairOnly()
    {
        var permit = Permit("1", "a");
        _limits.Next(permit);

        var wait = _limits.Refused(permit, PairRule, 1)!.Value;

        wait.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.25));
        Wait("1", "a").ShouldBe(wait);
        Wait("1", "a").ShouldBe(wait + TimeSpan.FromSeconds(6)); // the bucket is empty
        Wait("1", "b").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Refusal_OfANumber_PausesAllWhoWaitAndLetsThemOutOneByOne()
    {
        var (refused, waiting) = (Permit("1", "a"), Permit("1", "b"));
        _limits.Next(refused);
        _limits.Next(waiting).ShouldBe(TimeSpan.Zero);

        var wait = _limits.Refused(refused, NumberRule, 1)!.Value;

        _limits.Next(waiting).ShouldBe(wait);
        Wait("1", "c").ShouldBe(wait + TimeSpan.FromSeconds(1.0 / 80));
        Wait("2", "c").ShouldBe(TimeSpan.Zero);
        _clock.Advance(wait);
        _limits.Next(waiting).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Refusals_OfOneVolley_CountOnceAndLaterOnesLastLonger()
    {
        var volley = Enumerable.Range(0, 8).Select(i => Permit("1", $"{i}")).ToArray();
        foreach (var permit in volley) _limits.Next(permit);

        var waits = volley.Select(permit => _limits.Refused(permit, NumberRule, 1)!.Value).ToArray();
        waits.ShouldAllBe(static wait => wait < TimeSpan.FromSeconds(1.3));

        _clock.Advance(waits.Max());
        var again = Permit("1", "x");
        _clock.Advance(_limits.Next(again));
        _limits.Next(again).ShouldBe(TimeSpan.Zero);
        _limits.Refused(again, NumberRule, 1)!.Value.ShouldBeInRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.5));

        _limits.Accepted(again);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var fresh = Permit("1", "y");
        _limits.Next(fresh);
        _limits.Refused(fresh, NumberRule, 1)!.Value.ShouldBeLessThan(TimeSpan.FromSeconds(1.3));
    }

    [Fact]
    public void Refusal_OfAnAccount_PausesItsOtherNumbers()
    {
        foreach (var (number, account) in new[] { ("1", "A"), ("2", "A"), ("3", "B") })
        {
            _limits.Learn(number, account);
            Wait(number, "a").ShouldBe(TimeSpan.Zero);
        }

        var permit = Permit("1", "b");
        _limits.Next(permit);
        var wait = _limits.Refused(permit, AccountRule, 1)!.Value;

        wait.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(1));
        Wait("1", "c").ShouldBe(wait);
        Wait("2", "c").ShouldBe(wait);
        Wait("3", "c").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Pairs_ThatAreQuiet_AreForgotten()
    {
        for (var i = 0; i < 20_000; i++)
        {
            Wait("1", $"user-{i}");
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        _limits.Pairs.ShouldBeLessThanOrEqualTo(1024);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        foreach (var options in new WhatsAppOptions[]
        {
            new() { MessagesPerSecond = -1 }, new() { PairBurst = 0 }, new() { PairInterval = TimeSpan.FromHours(2) },
            new() { HeldFor = TimeSpan.Zero },
        })
        {
            Should.Throw<ArgumentException>(() => options.ThrowIfInvalid(development: true));
        }
    }

    private static SendPermit Permit(string from, string to) => new(from, to);

    private TimeSpan Wait(string from, string to) => _limits.Next(Permit(from, to));
}
