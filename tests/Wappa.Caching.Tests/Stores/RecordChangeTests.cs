namespace Wappa.Caching.Tests.Stores;

public sealed class RecordChangeTests
{
    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(10_000, 10_000)]
    [InlineData(10_001, 20_000)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Ttl_IsRoundedUpToAMillisecond(long ticks, long rounded)
    {
        var ttl = new TimeSpan(ticks);

        new RecordChange.Set(CacheDocument.Empty, ttl).Ttl.ShouldBe(new TimeSpan(rounded));
        new RecordChange.Expire(ttl).Ttl.ShouldBe(new TimeSpan(rounded));
        new RecordChange.Merge(CacheDocument.Empty, null, ttl).TtlOnCreate.ShouldBe(new TimeSpan(rounded));
        new RecordChange.Merge(CacheDocument.Empty, null, ttl).Ttl.ShouldBeNull();
        new RecordChange.Merge(CacheDocument.Empty, ttl, TimeSpan.FromDays(9))
            .TtlOnCreate.ShouldBe(new TimeSpan(rounded));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Ttl_NotAboveZero_IsRefused(long ticks)
    {
        var ttl = new TimeSpan(ticks);

        Should.Throw<ArgumentOutOfRangeException>(() => new RecordChange.Set(CacheDocument.Empty, ttl));
        Should.Throw<ArgumentOutOfRangeException>(() => new RecordChange.Expire(ttl));
        Should.Throw<ArgumentOutOfRangeException>(() => new RecordChange.Merge(CacheDocument.Empty, null, ttl));
        Should.Throw<ArgumentOutOfRangeException>(() => new RecordChange.ReplaceIf(CacheDocument.Empty, 1, ttl));
    }

    [Fact]
    public void Expiry_OfEachChange_StartsKeepsOrEnds()
    {
        var ttl = TimeSpan.FromMinutes(1);
        var there = DocumentRecord.Hit(CacheDocument.Parse("""{"n":1,"l":[]}"""), 5, null);
        var missing = DocumentRecord.Miss;

        Expiry(new RecordChange.Set(CacheDocument.Empty), there).ShouldBe(ExpiryStep.Clear);
        Expiry(new RecordChange.Set(CacheDocument.Empty, ttl), there).ShouldBe(ExpiryStep.Start);
        Expiry(new RecordChange.CreateIfAbsent(CacheDocument.Empty, ttl), missing).ShouldBe(ExpiryStep.Start);
        Expiry(new RecordChange.CreateIfAbsent(CacheDocument.Empty), missing).ShouldBe(ExpiryStep.Clear);
        Expiry(new RecordChange.ReplaceIf(CacheDocument.Empty, 5), there).ShouldBe(ExpiryStep.Keep);
        Expiry(new RecordChange.ReplaceIf(CacheDocument.Empty, 5, ttl), there).ShouldBe(ExpiryStep.Start);
        Expiry(new RecordChange.RemoveField("n"), there).ShouldBe(ExpiryStep.Keep);
        Expiry(new RecordChange.Expire(ttl), there).ShouldBe(ExpiryStep.Start);
        Expiry(new RecordChange.Persist(), there).ShouldBe(ExpiryStep.Clear);
        foreach (var edit in Edits())
        {
            Expiry(edit(null, null), there).ShouldBe(ExpiryStep.Keep);
            Expiry(edit(null, ttl), there).ShouldBe(ExpiryStep.Keep);
            Expiry(edit(ttl, null), there).ShouldBe(ExpiryStep.Start);
            Expiry(edit(null, null), missing).ShouldBe(ExpiryStep.Clear);
            Expiry(edit(null, ttl), missing).ShouldBe(ExpiryStep.Start);
        }

        static IEnumerable<Func<TimeSpan?, TimeSpan?, RecordChange>> Edits() =>
        [
            (given, onCreate) => new RecordChange.Merge(CacheDocument.Empty, given, onCreate),
            (given, onCreate) => new RecordChange.SetField("f", "1"u8.ToArray(), given, onCreate),
            (given, onCreate) => new RecordChange.Increment("n", CacheNumber.From(1), given, onCreate),
            (given, onCreate) => new RecordChange.Append("l", "1"u8.ToArray(), null, given, onCreate),
        ];
    }

    [Fact]
    public void Apply_ABiggerDocumentThanAllowed_IsRefusedAndAnOldOneIsNot()
    {
        var old = DocumentRecord.Hit(CacheDocument.Parse("""{"text":"0123456789"}"""), 5, null);

        var error = Should.Throw<CacheLimitException>(() =>
            RecordTransition.Apply(new RecordChange.SetField("n", "1"u8.ToArray()), old, 20));
        error.Limit.ShouldBe(20);
        error.Actual.ShouldBe(27);
        RecordTransition.Apply(new RecordChange.Expire(TimeSpan.FromMinutes(1)), old, 20)
            .Outcome.ShouldBe(ChangeOutcome.Applied);
        RecordTransition.Apply(new RecordChange.Delete(), old, 20).Document.ShouldBeNull();
        Should.Throw<ArgumentNullException>(() => RecordTransition.Apply(null!, old, 20));
    }

    [Fact]
    public void RefusesCommit_OnlyWhatACallerAskedToBeSureOf()
    {
        RecordWrites.RefusesCommit(new RecordChange.CreateIfAbsent(CacheDocument.Empty), ChangeOutcome.Exists)
            .ShouldBeTrue();
        RecordWrites.RefusesCommit(new RecordChange.ReplaceIf(CacheDocument.Empty, 1), ChangeOutcome.RevisionMismatch)
            .ShouldBeTrue();
        RecordWrites.RefusesCommit(new RecordChange.ReplaceIf(CacheDocument.Empty, 1), ChangeOutcome.Missing)
            .ShouldBeTrue();
        RecordWrites.RefusesCommit(new RecordChange.Require(1), ChangeOutcome.RevisionMismatch).ShouldBeTrue();
        RecordWrites.RefusesCommit(new RecordChange.Delete(), ChangeOutcome.Missing).ShouldBeFalse();
        RecordWrites.RefusesCommit(new RecordChange.RemoveField("f"), ChangeOutcome.Missing).ShouldBeFalse();
        RecordWrites.RefusesCommit(new RecordChange.Set(CacheDocument.Empty), ChangeOutcome.Applied).ShouldBeFalse();
    }

    private static ExpiryStep Expiry(RecordChange change, DocumentRecord current)
    {
        var step = RecordTransition.Apply(change, current, int.MaxValue);
        step.Outcome.ShouldBe(ChangeOutcome.Applied);
        return step.Expiry;
    }
}
