using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Records;

public sealed class JsonReadTests() : RecordReadConformance(new JsonHarness());

public sealed class JsonWriteTests() : RecordWriteConformance(new JsonHarness());

public sealed class JsonNumberTests() : RecordNumberConformance(new JsonHarness());

public sealed class JsonAppendTests() : RecordAppendConformance(new JsonHarness());

public sealed class JsonTtlTests() : RecordTtlConformance(new JsonHarness());

public sealed class JsonExpiryTests() : RecordExpiryConformance(new JsonHarness());

public sealed class JsonConditionTests() : RecordConditionConformance(new JsonHarness());

public sealed class JsonRevisionTests() : RecordRevisionConformance(new JsonHarness());

public sealed class JsonCommitTests() : RecordCommitConformance(new JsonHarness());

public sealed class JsonBulkTests() : RecordBulkConformance(new JsonHarness());

public sealed class JsonListingTests() : RecordListingConformance(new JsonHarness());

public sealed class JsonIsolationTests() : RecordIsolationConformance(new JsonHarness());

public sealed class JsonValueTests() : RecordValueConformance(new JsonHarness());

public sealed class JsonLimitTests() : RecordLimitConformance(new JsonHarness());

public sealed class JsonTypedReadTests() : RecordTypedReadConformance(new JsonHarness());

public sealed class JsonValidationTests() : RecordValidationConformance(new JsonHarness());

public sealed class JsonAliasingTests() : RecordAliasingConformance(new JsonHarness());

public sealed class JsonConcurrencyTests() : RecordConcurrencyConformance(new JsonHarness());

public sealed class JsonLinearizabilityTests() : RecordLinearizabilityConformance(new JsonHarness());

public sealed class JsonOutageTests() : RecordOutageConformance(new JsonHarness());

public sealed class JsonIsProvenAsAWhole
{
    [Fact]
    public void RecordSuites_OfTheJsonStore_AreAllRun() =>
        RecordSuites.MissingIn(typeof(JsonIsProvenAsAWhole).Assembly).ShouldBeEmpty();
}

/// <summary>The same, when nothing is kept in memory and syncs come later: every read goes to a file.</summary>
internal static class Cold
{
    internal static JsonHarness Harness => new(options =>
    {
        options.MaxCachedBytes = 0;
        options.Durability = Durability.Interval;
    });
}

public sealed class ColdJsonWriteTests() : RecordWriteConformance(Cold.Harness);

public sealed class ColdJsonReadTests() : RecordReadConformance(Cold.Harness);

public sealed class ColdJsonExpiryTests() : RecordExpiryConformance(Cold.Harness);

public sealed class ColdJsonRevisionTests() : RecordRevisionConformance(Cold.Harness);

public sealed class ColdJsonCommitTests() : RecordCommitConformance(Cold.Harness);

public sealed class ColdJsonListingTests() : RecordListingConformance(Cold.Harness);

public sealed class ColdJsonConcurrencyTests() : RecordConcurrencyConformance(Cold.Harness);

public sealed class ColdJsonLinearizabilityTests() : RecordLinearizabilityConformance(Cold.Harness);
