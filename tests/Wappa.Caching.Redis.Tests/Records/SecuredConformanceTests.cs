using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>TLS, and a user who may do no more than an app needs.</summary>
internal static class Secured
{
    internal static RedisHarness Harness => new(RedisTarget.SecuredAsync);
}

public sealed class SecuredReadTests() : RecordReadConformance(Secured.Harness);

public sealed class SecuredWriteTests() : RecordWriteConformance(Secured.Harness);

public sealed class SecuredNumberTests() : RecordNumberConformance(Secured.Harness);

public sealed class SecuredAppendTests() : RecordAppendConformance(Secured.Harness);

public sealed class SecuredTtlTests() : RecordTtlConformance(Secured.Harness);

public sealed class SecuredConditionTests() : RecordConditionConformance(Secured.Harness);

public sealed class SecuredCommitTests() : RecordCommitConformance(Secured.Harness);

public sealed class SecuredBulkTests() : RecordBulkConformance(Secured.Harness);

public sealed class SecuredListingTests() : RecordListingConformance(Secured.Harness);

public sealed class SecuredConcurrencyTests() : RecordConcurrencyConformance(Secured.Harness);
