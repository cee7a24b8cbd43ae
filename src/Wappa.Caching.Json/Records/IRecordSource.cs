namespace Wappa.Caching.Json.Records;

/// <summary>Reads several records at once, in a store that owns its folder and in one that only looks.</summary>
internal interface IRecordSource
{
    /// <summary>One per key; neighbours of one user are read at one moment.</summary>
    IReadOnlyList<DocumentRecord> Many(IReadOnlyList<RecordKey> keys);

    /// <summary>The records of a user at one moment, or the rows of a table as they are come to; some may be
    /// misses.</summary>
    IEnumerable<KeyValuePair<RecordKey, DocumentRecord>> List(RecordSet set);
}
