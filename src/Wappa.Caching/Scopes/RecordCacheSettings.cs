namespace Wappa.Caching;

/// <summary>What one kind of cache needs to know besides its store.</summary>
/// <param name="Kind">State, user or table.</param>
/// <param name="Serializer">How values are written.</param>
/// <param name="DefaultTtl">Time to live of a record when the call that creates it gives none; <see langword="null"/>: none.</param>
public sealed record RecordCacheSettings(RecordKind Kind, CacheSerializer Serializer, TimeSpan? DefaultTtl)
{
    internal T? Value<T>(in DocumentRecord record) =>
        record.Document is { } document ? document.Read<T>(Serializer, Kind) : default;

    internal CacheResult<T> Result<T>(in DocumentRecord record) =>
        record.IsHit ? CacheResult<T>.Hit(Value<T>(record), record) : CacheResult<T>.Miss;

    internal CacheResult<T> FieldResult<T>(in DocumentRecord record, string field) =>
        record.IsHit && record.Document.TryGetField(field, out var json)
            ? CacheResult<T>.Hit(Serializer.ReadValue<T>(json, Kind), record)
            : CacheResult<T>.Miss;

    internal WriteResult<T> Written<T>(in ChangeResult result) => new(result.Outcome, result.Record, Value<T>(result.Record));
}
