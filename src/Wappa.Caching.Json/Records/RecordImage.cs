namespace Wappa.Caching.Json.Records;

/// <summary>One version of a record as it stands on disk, in a file or in a line of the journal.</summary>
/// <param name="Key">The record.</param>
/// <param name="Revision">Above 0.</param>
/// <param name="ExpiresAt">Unix milliseconds, UTC; 0: it does not expire.</param>
/// <param name="Document">Null: the record was deleted (in the journal only).</param>
internal readonly record struct RecordImage(RecordKey Key, long Revision, long ExpiresAt, CacheDocument? Document);
