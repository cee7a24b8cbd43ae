using Wappa.Caching.Redis.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Memory in front of one server.</summary>
internal static class LayeredStandalone
{
    internal static LayeredRecordHarness Harness => new(RedisTarget.StandaloneAsync);
}

public sealed class LayeredRecordReadTests() : RecordReadConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordWriteTests() : RecordWriteConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordNumberTests() : RecordNumberConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordAppendTests() : RecordAppendConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordTtlTests() : RecordTtlConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordExpiryTests() : RecordExpiryConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordConditionTests() : RecordConditionConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordRevisionTests() : RecordRevisionConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordCommitTests() : RecordCommitConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordBulkTests() : RecordBulkConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordListingTests() : RecordListingConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordIsolationTests() : RecordIsolationConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordValueTests() : RecordValueConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordLimitTests() : RecordLimitConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordTypedReadTests() : RecordTypedReadConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordValidationTests() : RecordValidationConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordAliasingTests() : RecordAliasingConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordConcurrencyTests() : RecordConcurrencyConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordLinearizabilityTests() : RecordLinearizabilityConformance(LayeredStandalone.Harness);

public sealed class LayeredRecordOutageTests() : RecordOutageConformance(LayeredStandalone.Harness);
