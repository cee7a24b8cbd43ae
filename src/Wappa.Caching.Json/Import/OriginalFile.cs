namespace Wappa.Caching.Json.Import;

/// <summary>What a file of the original holds.</summary>
/// <param name="Path">Relative to the root, with <c>/</c> between parts.</param>
/// <param name="Records">What can be imported, each record once.</param>
/// <param name="Expired">How many records had expired and are left out.</param>
/// <param name="Problem">What could not be read, in sentences for a person that say nothing of the content; empty:
/// everything could.</param>
internal sealed record OriginalFile(string Path, IReadOnlyList<OriginalRecord> Records, int Expired, string Problem);

/// <summary>A record of the original.</summary>
/// <param name="Key">Where it belongs here.</param>
/// <param name="Document">Its fields.</param>
/// <param name="ExpiresAt">Unix milliseconds, UTC; 0: it does not expire.</param>
internal readonly record struct OriginalRecord(RecordKey Key, CacheDocument Document, long ExpiresAt);
