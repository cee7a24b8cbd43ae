using Wappa.Testing;

namespace Wappa.Caching.Tests.Layering;

public sealed class SilentWriteTests() : RecordWriteConformance(new SilentHarness());

public sealed class SilentTtlTests() : RecordTtlConformance(new SilentHarness());

public sealed class SilentExpiryTests() : RecordExpiryConformance(new SilentHarness());

public sealed class SilentConditionTests() : RecordConditionConformance(new SilentHarness());

public sealed class SilentRevisionTests() : RecordRevisionConformance(new SilentHarness());

public sealed class SilentCommitTests() : RecordCommitConformance(new SilentHarness());

public sealed class SilentBulkTests() : RecordBulkConformance(new SilentHarness());

public sealed class SilentListingTests() : RecordListingConformance(new SilentHarness());

public sealed class SilentConcurrencyTests() : RecordConcurrencyConformance(new SilentHarness());

public sealed class SilentLinearizabilityTests() : RecordLinearizabilityConformance(new SilentHarness());
