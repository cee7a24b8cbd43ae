using Wappa.Testing;

namespace Wappa.Caching.Tests.Conformance;

/// <summary>The suites are only worth something if a store that is wrong fails them, and one that is simple but right
/// passes.</summary>
public sealed class FaultySuiteTests
{
    private static readonly Dictionary<string, Func<DocumentStoreHarness, RecordConformance>> Suites = new()
    {
        ["Aliasing"] = harness => new Aliasing(harness),
        ["Append"] = harness => new Append(harness),
        ["Bulk"] = harness => new Bulk(harness),
        ["Commit"] = harness => new Commit(harness),
        ["Concurrency"] = harness => new Concurrency(harness),
        ["Condition"] = harness => new Condition(harness),
        ["Expiry"] = harness => new Expiry(harness),
        ["Isolation"] = harness => new Isolation(harness),
        ["Limit"] = harness => new Limit(harness),
        ["Linearizability"] = harness => new Linearizability(harness),
        ["Listing"] = harness => new Listing(harness),
        ["Number"] = harness => new Number(harness),
        ["Read"] = harness => new Read(harness),
        ["Revision"] = harness => new Revision(harness),
        ["Ttl"] = harness => new Ttl(harness),
        ["Value"] = harness => new Value(harness),
        ["Write"] = harness => new Write(harness),
    };

    public static TheoryData<string> SuiteNames => [.. Suites.Keys];

    [Theory]
    [InlineData(Fault.ExpiresOneStepLate, "Expiry")]
    [InlineData(Fault.LosesTheTtlOnAnEdit, "Ttl")]
    [InlineData(Fault.SetKeepsTheTtl, "Ttl")]
    [InlineData(Fault.CountsTheExpired, "Expiry")]
    [InlineData(Fault.ReusesRevisionsAfterDelete, "Revision")]
    [InlineData(Fault.ARefusalTakesARevision, "Revision")]
    [InlineData(Fault.KeepsHalfOfARefusedCommit, "Commit")]
    [InlineData(Fault.ShowsHalfOfACommit, "Concurrency")]
    [InlineData(Fault.ShowsHalfOfACommit, "Linearizability")]
    [InlineData(Fault.CommitsTableRows, "Commit")]
    [InlineData(Fault.CommitsTwoUsers, "Commit")]
    [InlineData(Fault.WritesManyOfAnyChange, "Bulk")]
    [InlineData(Fault.TakesPrefixesAsPatterns, "Listing")]
    [InlineData(Fault.IgnoresCaseInPrefixes, "Listing")]
    [InlineData(Fault.ListsTheTableLevelRecord, "Listing")]
    [InlineData(Fault.KeepsTheTableLevelRecord, "Listing")]
    [InlineData(Fault.JoinsKeysWithoutEscaping, "Isolation")]
    [InlineData(Fault.ErasesTheWholeTenant, "Isolation")]
    [InlineData(Fault.LosesUpdates, "Concurrency")]
    [InlineData(Fault.LosesUpdates, "Linearizability")]
    [InlineData(Fault.ReadsStaleVersions, "Linearizability")]
    [InlineData(Fault.ReadsStaleVersions, "Write")]
    [InlineData(Fault.HidesTheWinner, "Condition")]
    [InlineData(Fault.RoundsNumbers, "Value")]
    [InlineData(Fault.AllowsOneByteMore, "Limit")]
    [InlineData(Fault.SwallowsCancellation, "Read")]
    public async Task Suite_AStoreWithAFault_FailsIt(Fault fault, string suite)
    {
        var failures = await SuiteRunner.FailuresAsync(Suites[suite], () => new SimpleHarness(fault), most: 1);

        failures.ShouldNotBeEmpty($"{suite} does not notice a store that {fault}");
    }

    [Theory, MemberData(nameof(SuiteNames))]
    public async Task Suite_ASimpleStoreWithoutAFault_PassesIt(string suite) =>
        (await SuiteRunner.FailuresAsync(Suites[suite], () => new SimpleHarness(Fault.None))).ShouldBeEmpty();

    [Fact]
    public void MissingIn_AnAssemblyWithoutSuites_NamesThemAll()
    {
        RecordSuites.MissingIn(typeof(CacheDocument).Assembly).Count.ShouldBe(RecordSuites.All.Count);
        RecordSuites.All.Count.ShouldBeGreaterThanOrEqualTo(20);
    }

    private sealed class SimpleHarness(Fault fault) : DocumentStoreHarness
    {
        public override ValueTask<IDocumentStore> CreateAsync(CachingOptions options) =>
            new(new SimpleDocumentStore(options, Clock, fault));
    }

#pragma warning disable xUnit1000 // These are run by the runner above, with a store that is meant to fail.
    private sealed class Aliasing(DocumentStoreHarness harness) : RecordAliasingConformance(harness);

    private sealed class Append(DocumentStoreHarness harness) : RecordAppendConformance(harness);

    private sealed class Bulk(DocumentStoreHarness harness) : RecordBulkConformance(harness);

    private sealed class Commit(DocumentStoreHarness harness) : RecordCommitConformance(harness);

    private sealed class Concurrency(DocumentStoreHarness harness) : RecordConcurrencyConformance(harness);

    private sealed class Condition(DocumentStoreHarness harness) : RecordConditionConformance(harness);

    private sealed class Expiry(DocumentStoreHarness harness) : RecordExpiryConformance(harness);

    private sealed class Isolation(DocumentStoreHarness harness) : RecordIsolationConformance(harness);

    private sealed class Limit(DocumentStoreHarness harness) : RecordLimitConformance(harness);

    private sealed class Linearizability(DocumentStoreHarness harness) : RecordLinearizabilityConformance(harness);

    private sealed class Listing(DocumentStoreHarness harness) : RecordListingConformance(harness);

    private sealed class Number(DocumentStoreHarness harness) : RecordNumberConformance(harness);

    private sealed class Read(DocumentStoreHarness harness) : RecordReadConformance(harness);

    private sealed class Revision(DocumentStoreHarness harness) : RecordRevisionConformance(harness);

    private sealed class Ttl(DocumentStoreHarness harness) : RecordTtlConformance(harness);

    private sealed class Value(DocumentStoreHarness harness) : RecordValueConformance(harness);

    private sealed class Write(DocumentStoreHarness harness) : RecordWriteConformance(harness);
#pragma warning restore xUnit1000
}
