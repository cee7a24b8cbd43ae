using Wappa.Caching;
using Wappa.Testing;

namespace Wappa.Tests.Turns;

/// <summary>Turns over the memory store.</summary>
internal sealed class TurnOverMemory(bool commitsAsIs = false) : DocumentStoreHarness
{
    public override ValueTask<IDocumentStore> CreateAsync(CachingOptions options) => new(new CommittingStore(
        new MemoryDocumentStore(maxRecordBytes: options.MaxRecordBytes, time: Clock), options.MaxRecordBytes, Clock)
        {
            CommitsAsIs = commitsAsIs,
        });
}

/// <summary>Turns over the JSON store.</summary>
internal sealed class TurnOverJson(bool commitsAsIs = false) : DocumentStoreHarness
{
    private readonly TemporaryFolder _folder = new();
    private int _stores;

    public override ValueTask<IDocumentStore> CreateAsync(CachingOptions options)
    {
        var json = new JsonStoreOptions
        {
            Path = Path.Combine(_folder.Path, $"{_stores++}"), Durability = Durability.Interval,
        };
        return new(new CommittingStore(
            JsonDocumentStore.Open(json, options.MaxRecordBytes, Clock), options.MaxRecordBytes, Clock)
        {
            CommitsAsIs = commitsAsIs,
        });
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }
}

public sealed class MemoryTurnReadTests() : RecordReadConformance(new TurnOverMemory());

public sealed class MemoryTurnWriteTests() : RecordWriteConformance(new TurnOverMemory());

public sealed class MemoryTurnNumberTests() : RecordNumberConformance(new TurnOverMemory());

public sealed class MemoryTurnAppendTests() : RecordAppendConformance(new TurnOverMemory());

public sealed class MemoryTurnTtlTests() : RecordTtlConformance(new TurnOverMemory());

public sealed class MemoryTurnExpiryTests() : RecordExpiryConformance(new TurnOverMemory());

public sealed class MemoryTurnConditionTests() : RecordConditionConformance(new TurnOverMemory());

public sealed class MemoryTurnRevisionTests() : RecordRevisionConformance(new TurnOverMemory());

public sealed class MemoryTurnCommitTests() : RecordCommitConformance(new TurnOverMemory());

public sealed class MemoryTurnBulkTests() : RecordBulkConformance(new TurnOverMemory());

public sealed class MemoryTurnListingTests() : RecordListingConformance(new TurnOverMemory());

public sealed class MemoryTurnIsolationTests() : RecordIsolationConformance(new TurnOverMemory());

public sealed class MemoryTurnValueTests() : RecordValueConformance(new TurnOverMemory());

public sealed class MemoryTurnLimitTests() : RecordLimitConformance(new TurnOverMemory());

public sealed class MemoryTurnTypedReadTests() : RecordTypedReadConformance(new TurnOverMemory());

public sealed class MemoryTurnValidationTests() : RecordValidationConformance(new TurnOverMemory());

public sealed class MemoryTurnAliasingTests() : RecordAliasingConformance(new TurnOverMemory());

public sealed class MemoryTurnConcurrencyTests() : RecordConcurrencyConformance(new TurnOverMemory());

public sealed class MemoryTurnLinearizabilityTests() : RecordLinearizabilityConformance(new TurnOverMemory(commitsAsIs: true));

public sealed class MemoryTurnOutageTests() : RecordOutageConformance(new TurnOverMemory());

public sealed class JsonTurnReadTests() : RecordReadConformance(new TurnOverJson());

public sealed class JsonTurnWriteTests() : RecordWriteConformance(new TurnOverJson());

public sealed class JsonTurnNumberTests() : RecordNumberConformance(new TurnOverJson());

public sealed class JsonTurnAppendTests() : RecordAppendConformance(new TurnOverJson());

public sealed class JsonTurnTtlTests() : RecordTtlConformance(new TurnOverJson());

public sealed class JsonTurnExpiryTests() : RecordExpiryConformance(new TurnOverJson());

public sealed class JsonTurnConditionTests() : RecordConditionConformance(new TurnOverJson());

public sealed class JsonTurnRevisionTests() : RecordRevisionConformance(new TurnOverJson());

public sealed class JsonTurnCommitTests() : RecordCommitConformance(new TurnOverJson());

public sealed class JsonTurnBulkTests() : RecordBulkConformance(new TurnOverJson());

public sealed class JsonTurnListingTests() : RecordListingConformance(new TurnOverJson());

public sealed class JsonTurnIsolationTests() : RecordIsolationConformance(new TurnOverJson());

public sealed class JsonTurnValueTests() : RecordValueConformance(new TurnOverJson());

public sealed class JsonTurnLimitTests() : RecordLimitConformance(new TurnOverJson());

public sealed class JsonTurnTypedReadTests() : RecordTypedReadConformance(new TurnOverJson());

public sealed class JsonTurnValidationTests() : RecordValidationConformance(new TurnOverJson());

public sealed class JsonTurnAliasingTests() : RecordAliasingConformance(new TurnOverJson());

public sealed class JsonTurnConcurrencyTests() : RecordConcurrencyConformance(new TurnOverJson());

public sealed class JsonTurnLinearizabilityTests() : RecordLinearizabilityConformance(new TurnOverJson(commitsAsIs: true));

public sealed class JsonTurnOutageTests() : RecordOutageConformance(new TurnOverJson());

public sealed class TurnsAreProvenAsAWhole
{
    [Fact]
    public void RecordSuites_OfTheUnitOfWork_AreAllRun() =>
        RecordSuites.MissingIn(typeof(TurnsAreProvenAsAWhole).Assembly).ShouldBeEmpty();
}
