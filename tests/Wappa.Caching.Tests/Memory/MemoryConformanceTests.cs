using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

public sealed class MemoryReadTests() : RecordReadConformance(new MemoryHarness());

public sealed class MemoryWriteTests() : RecordWriteConformance(new MemoryHarness());

public sealed class MemoryNumberTests() : RecordNumberConformance(new MemoryHarness());

public sealed class MemoryAppendTests() : RecordAppendConformance(new MemoryHarness());

public sealed class MemoryTtlTests() : RecordTtlConformance(new MemoryHarness());

public sealed class MemoryExpiryTests() : RecordExpiryConformance(new MemoryHarness());

public sealed class MemoryConditionTests() : RecordConditionConformance(new MemoryHarness());

public sealed class MemoryRevisionTests() : RecordRevisionConformance(new MemoryHarness());

public sealed class MemoryCommitTests() : RecordCommitConformance(new MemoryHarness());

public sealed class MemoryBulkTests() : RecordBulkConformance(new MemoryHarness());

public sealed class MemoryListingTests() : RecordListingConformance(new MemoryHarness());

public sealed class MemoryIsolationTests() : RecordIsolationConformance(new MemoryHarness());

public sealed class MemoryValueTests() : RecordValueConformance(new MemoryHarness());

public sealed class MemoryLimitTests() : RecordLimitConformance(new MemoryHarness());

public sealed class MemoryTypedReadTests() : RecordTypedReadConformance(new MemoryHarness());

public sealed class MemoryValidationTests() : RecordValidationConformance(new MemoryHarness());

public sealed class MemoryAliasingTests() : RecordAliasingConformance(new MemoryHarness());

public sealed class MemoryConcurrencyTests() : RecordConcurrencyConformance(new MemoryHarness());

public sealed class MemoryLinearizabilityTests() : RecordLinearizabilityConformance(new MemoryHarness());

public sealed class MemoryOutageTests() : RecordOutageConformance(new MemoryHarness());

public sealed class MemoryIsProvenAsAWhole
{
    [Fact]
    public void RecordSuites_OfTheMemoryStore_AreAllRun() =>
        RecordSuites.MissingIn(typeof(MemoryIsProvenAsAWhole).Assembly).ShouldBeEmpty();
}
