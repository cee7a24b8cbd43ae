using Wappa.Testing;

namespace Wappa.Caching.Tests.Layering;

public sealed class LayeredReadTests() : RecordReadConformance(new LayeredHarness());

public sealed class LayeredWriteTests() : RecordWriteConformance(new LayeredHarness());

public sealed class LayeredNumberTests() : RecordNumberConformance(new LayeredHarness());

public sealed class LayeredAppendTests() : RecordAppendConformance(new LayeredHarness());

public sealed class LayeredTtlTests() : RecordTtlConformance(new LayeredHarness());

public sealed class LayeredExpiryTests() : RecordExpiryConformance(new LayeredHarness());

public sealed class LayeredConditionTests() : RecordConditionConformance(new LayeredHarness());

public sealed class LayeredRevisionTests() : RecordRevisionConformance(new LayeredHarness());

public sealed class LayeredCommitTests() : RecordCommitConformance(new LayeredHarness());

public sealed class LayeredBulkTests() : RecordBulkConformance(new LayeredHarness());

public sealed class LayeredListingTests() : RecordListingConformance(new LayeredHarness());

public sealed class LayeredIsolationTests() : RecordIsolationConformance(new LayeredHarness());

public sealed class LayeredValueTests() : RecordValueConformance(new LayeredHarness());

public sealed class LayeredLimitTests() : RecordLimitConformance(new LayeredHarness());

public sealed class LayeredTypedReadTests() : RecordTypedReadConformance(new LayeredHarness());

public sealed class LayeredValidationTests() : RecordValidationConformance(new LayeredHarness());

public sealed class LayeredAliasingTests() : RecordAliasingConformance(new LayeredHarness());

public sealed class LayeredConcurrencyTests() : RecordConcurrencyConformance(new LayeredHarness());

public sealed class LayeredLinearizabilityTests() : RecordLinearizabilityConformance(new LayeredHarness());

public sealed class LayeredOutageTests() : RecordOutageConformance(new LayeredHarness());
