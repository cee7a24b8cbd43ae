using Wappa.Caching.Redis.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Memory in front of a cluster, whose primaries each tell of their own keys.</summary>
internal static class LayeredCluster
{
    internal static LayeredRecordHarness Harness => new(RedisTarget.ClusterAsync);
}

public sealed class LayeredClusterReadTests() : RecordReadConformance(LayeredCluster.Harness);

public sealed class LayeredClusterWriteTests() : RecordWriteConformance(LayeredCluster.Harness);

public sealed class LayeredClusterTtlTests() : RecordTtlConformance(LayeredCluster.Harness);

public sealed class LayeredClusterExpiryTests() : RecordExpiryConformance(LayeredCluster.Harness);

public sealed class LayeredClusterRevisionTests() : RecordRevisionConformance(LayeredCluster.Harness);

public sealed class LayeredClusterCommitTests() : RecordCommitConformance(LayeredCluster.Harness);

public sealed class LayeredClusterBulkTests() : RecordBulkConformance(LayeredCluster.Harness);

public sealed class LayeredClusterIsolationTests() : RecordIsolationConformance(LayeredCluster.Harness);

public sealed class LayeredClusterConcurrencyTests() : RecordConcurrencyConformance(LayeredCluster.Harness);

public sealed class LayeredClusterLinearizabilityTests() : RecordLinearizabilityConformance(LayeredCluster.Harness);
