namespace Wappa.Caching.Tests.Conformance;

/// <summary>What can be wrong with a store. Each is a mistake somebody writing a backend could make.</summary>
public enum Fault
{
    None,
    ExpiresOneStepLate,
    LosesTheTtlOnAnEdit,
    SetKeepsTheTtl,
    CountsTheExpired,
    ReusesRevisionsAfterDelete,
    ARefusalTakesARevision,
    KeepsHalfOfARefusedCommit,
    ShowsHalfOfACommit,
    CommitsTableRows,
    CommitsTwoUsers,
    WritesManyOfAnyChange,
    TakesPrefixesAsPatterns,
    IgnoresCaseInPrefixes,
    ListsTheTableLevelRecord,
    KeepsTheTableLevelRecord,
    JoinsKeysWithoutEscaping,
    ErasesTheWholeTenant,
    LosesUpdates,
    ReadsStaleVersions,
    HidesTheWinner,
    RoundsNumbers,
    AllowsOneByteMore,
    SwallowsCancellation,
}
