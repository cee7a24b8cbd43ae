using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>The primary is found through sentinels.</summary>
internal static class Watched
{
    internal static RedisHarness Harness => new(RedisTarget.SentinelsAsync);
}

public sealed class SentinelReadTests() : RecordReadConformance(Watched.Harness);

public sealed class SentinelWriteTests() : RecordWriteConformance(Watched.Harness);

public sealed class SentinelTtlTests() : RecordTtlConformance(Watched.Harness);

public sealed class SentinelCommitTests() : RecordCommitConformance(Watched.Harness);

public sealed class SentinelBulkTests() : RecordBulkConformance(Watched.Harness);

public sealed class SentinelConcurrencyTests() : RecordConcurrencyConformance(Watched.Harness);

public sealed class SentinelLinearizabilityTests() : RecordLinearizabilityConformance(Watched.Harness);
