namespace Wappa.Caching.Tests.Scopes;

public sealed class CacheResultTests
{
    [Fact]
    public void Miss_HasNoValue()
    {
        var miss = CacheResult<int>.Miss;

        miss.IsHit.ShouldBeFalse();
        miss.Error.ShouldBeNull();
        miss.Revision.ShouldBe(0);
        miss.Ttl.ShouldBe(CacheTtl.Missing);
        miss.TryGet(out _).ShouldBeFalse();
        miss.GetValueOrDefault().ShouldBe(0);
        miss.GetValueOrDefault(7).ShouldBe(7);
        Should.Throw<InvalidOperationException>(() => miss.Value).Message.ShouldContain("IsHit");
    }

    [Fact]
    public void Hit_OfNothing_IsAHit()
    {
        var hit = CacheResult<string?>.Hit(null, DocumentRecord.Hit(CacheDocument.Empty, 3, TimeSpan.FromSeconds(5)));

        hit.IsHit.ShouldBeTrue();
        hit.Value.ShouldBeNull();
        hit.TryGet(out _).ShouldBeTrue();
        hit.GetValueOrDefault("other").ShouldBeNull();
        hit.Revision.ShouldBe(3);
        hit.Ttl.Remaining.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Failed_SaysWhy()
    {
        var error = new CacheStoreUnavailableException("down");
        var failed = CacheResult<int>.Failed(error);

        failed.IsHit.ShouldBeFalse();
        failed.Error.ShouldBeSameAs(error);
        Should.Throw<InvalidOperationException>(() => failed.Value);
    }
}
