namespace Wappa.Caching.Tests.Strategies;

public sealed class CacheEntryPolicyTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static TheoryData<string, Func<CacheEntryPolicy>> Invalid => new()
    {
        { "Ttl", () => new() { Ttl = TimeSpan.Zero } },
        { "SlidingTtl", () => new() { SlidingTtl = -Minute } },
        { "SlidingTtl", () => new() { Ttl = Minute, SlidingTtl = 2 * Minute } },
        { "Jitter", () => new() { Jitter = -Minute } },
        { "Jitter", () => new() { Jitter = Minute } },
        { "Jitter", () => new() { Ttl = Minute, Jitter = Minute } },
        { "StaleWhileRevalidate", () => new() { StaleWhileRevalidate = TimeSpan.Zero } },
        { "StaleWhileRevalidate", () => new() { StaleWhileRevalidate = Minute } },
        { "StaleIfError", () => new() { StaleIfError = TimeSpan.Zero } },
        { "StaleIfError", () => new() { StaleIfError = Minute } },
        { "ErrorPause", () => new() { ErrorPause = -Minute } },
        { "EagerRefresh", () => new() { Ttl = Minute, EagerRefresh = 0 } },
        { "EagerRefresh", () => new() { Ttl = Minute, EagerRefresh = 1 } },
        { "EagerRefresh", () => new() { Ttl = Minute, EagerRefresh = double.NaN } },
        { "EagerRefresh", () => new() { EagerRefresh = 0.5 } },
        { "SoftTimeout", () => new() { SoftTimeout = TimeSpan.Zero } },
        { "HardTimeout", () => new() { HardTimeout = TimeSpan.Zero } },
        { "HardTimeout", () => new() { HardTimeout = TimeSpan.MaxValue } },
        { "NegativeTtl", () => new() { NegativeTtl = -Minute } },
        { "StoreTimeout", () => new() { StoreTimeout = TimeSpan.Zero } },
        { "Tags", () => new() { Tags = ["ok", ""] } },
    };

    [Theory, MemberData(nameof(Invalid))]
    public void Policy_WhatCannotBe_IsNamed(string option, Func<CacheEntryPolicy> make) =>
        Should.Throw<ArgumentException>(() => make().ThrowIfInvalid()).Message.ShouldContain(option);

    [Fact]
    public void Default_TimeoutsAreOnAndNothingIsServedStale()
    {
        var policy = CacheEntryPolicy.Default;
        policy.SoftTimeout.ShouldBe(TimeSpan.FromSeconds(1));
        policy.HardTimeout.ShouldBe(TimeSpan.FromSeconds(30));
        policy.StoreTimeout.ShouldBe(TimeSpan.FromSeconds(1));
        policy.ErrorPause.ShouldBe(TimeSpan.FromSeconds(5));
        policy.Jitter.ShouldBe(TimeSpan.Zero);
        policy.StaleWindow.ShouldBe(TimeSpan.Zero);
        policy.Ttl.ShouldBeNull();
        policy.Tags.ShouldBeEmpty();
        (policy.ClusterLock, policy.Strict).ShouldBe((false, false));
        (policy with { Tags = default }).Tags.IsDefault.ShouldBeFalse();
    }

    [Fact]
    public void WithTtl_OfACall_TakesSlidingAlong()
    {
        var policy = new CacheEntryPolicy { Ttl = 10 * Minute, SlidingTtl = 5 * Minute };
        policy.WithTtl(null).ShouldBeSameAs(policy);
        policy.WithTtl(Minute).SlidingTtl.ShouldBe(Minute);
        policy.WithTtl(Minute).ThrowIfInvalid();
    }
}
