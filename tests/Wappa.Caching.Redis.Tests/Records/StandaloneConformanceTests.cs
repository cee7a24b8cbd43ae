using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>One server, databases of their own for users, states and tables.</summary>
internal static class Standalone
{
    internal static RedisHarness Harness => new(RedisTarget.StandaloneAsync);
}

public sealed class RedisReadTests() : RecordReadConformance(Standalone.Harness);

public sealed class RedisWriteTests() : RecordWriteConformance(Standalone.Harness);

public sealed class RedisNumberTests() : RecordNumberConformance(Standalone.Harness);

public sealed class RedisAppendTests() : RecordAppendConformance(Standalone.Harness);

public sealed class RedisTtlTests() : RecordTtlConformance(Standalone.Harness);

public sealed class RedisExpiryTests() : RecordExpiryConformance(Standalone.Harness);

public sealed class RedisConditionTests() : RecordConditionConformance(Standalone.Harness);

public sealed class RedisRevisionTests() : RecordRevisionConformance(Standalone.Harness);

public sealed class RedisCommitTests() : RecordCommitConformance(Standalone.Harness);

public sealed class RedisBulkTests() : RecordBulkConformance(Standalone.Harness);

public sealed class RedisListingTests() : RecordListingConformance(Standalone.Harness);

public sealed class RedisIsolationTests() : RecordIsolationConformance(Standalone.Harness);

public sealed class RedisValueTests() : RecordValueConformance(Standalone.Harness);

public sealed class RedisLimitTests() : RecordLimitConformance(Standalone.Harness);

public sealed class RedisTypedReadTests() : RecordTypedReadConformance(Standalone.Harness);

public sealed class RedisValidationTests() : RecordValidationConformance(Standalone.Harness);

public sealed class RedisAliasingTests() : RecordAliasingConformance(Standalone.Harness);

public sealed class RedisConcurrencyTests() : RecordConcurrencyConformance(Standalone.Harness);

public sealed class RedisLinearizabilityTests() : RecordLinearizabilityConformance(Standalone.Harness);

public sealed class RedisOutageTests() : RecordOutageConformance(Standalone.Harness);

public sealed class RedisIsProvenAsAWhole
{
    [Fact]
    public void RecordSuites_OfTheRedisStore_AreAllRun() =>
        RecordSuites.MissingIn(typeof(RedisIsProvenAsAWhole).Assembly).ShouldBeEmpty();
}
