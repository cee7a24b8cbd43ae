using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>Three primaries: tagged keys, one database, rows apart from their table's index.</summary>
internal static class Clustered
{
    internal static RedisHarness Harness => new(RedisTarget.ClusterAsync);
}

public sealed class ClusterReadTests() : RecordReadConformance(Clustered.Harness);

public sealed class ClusterWriteTests() : RecordWriteConformance(Clustered.Harness);

public sealed class ClusterNumberTests() : RecordNumberConformance(Clustered.Harness);

public sealed class ClusterAppendTests() : RecordAppendConformance(Clustered.Harness);

public sealed class ClusterTtlTests() : RecordTtlConformance(Clustered.Harness);

public sealed class ClusterExpiryTests() : RecordExpiryConformance(Clustered.Harness);

public sealed class ClusterConditionTests() : RecordConditionConformance(Clustered.Harness);

public sealed class ClusterRevisionTests() : RecordRevisionConformance(Clustered.Harness);

public sealed class ClusterCommitTests() : RecordCommitConformance(Clustered.Harness);

public sealed class ClusterBulkTests() : RecordBulkConformance(Clustered.Harness);

public sealed class ClusterListingTests() : RecordListingConformance(Clustered.Harness);

public sealed class ClusterIsolationTests() : RecordIsolationConformance(Clustered.Harness);

public sealed class ClusterValueTests() : RecordValueConformance(Clustered.Harness);

public sealed class ClusterLimitTests() : RecordLimitConformance(Clustered.Harness);

public sealed class ClusterConcurrencyTests() : RecordConcurrencyConformance(Clustered.Harness);

public sealed class ClusterLinearizabilityTests() : RecordLinearizabilityConformance(Clustered.Harness);
