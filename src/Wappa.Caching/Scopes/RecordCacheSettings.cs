using Wappa.Caching.Documents;

namespace Wappa.Caching;

/// <summary>What one kind of cache needs to know besides its store.</summary>
/// <param name="Kind">State, user or table.</param>
/// <param name="Serializer">How values are written.</param>
/// <param name="DefaultTtl">Time to live of a record when the call that creates it gives none; <see langword="null"/>: none.</param>
public sealed record RecordCacheSettings(RecordKind Kind, CacheSerializer Serializer, TimeSpan? DefaultTtl)
{
    internal RecordChange Set<T>(T value, TimeSpan? ttl) =>
        new RecordChange.Set(Serializer.ToDocument(value), ttl ?? DefaultTtl);

    internal RecordChange Merge<T>(T fields, TimeSpan? ttl) =>
        new RecordChange.Merge(Serializer.ToDocument(fields), ttl, DefaultTtl) { IsBrief = true };

    internal RecordChange SetField<T>(string field, T value, TimeSpan? ttl) =>
        new RecordChange.SetField(field, Serializer.ToJson(value), ttl, DefaultTtl) { IsBrief = true };

    internal RecordChange Increment(string field, CacheNumber by, TimeSpan? ttl) =>
        new RecordChange.Increment(field, by, ttl, DefaultTtl) { IsBrief = true };

    internal RecordChange Append<T>(string field, T value, int? maxLength, TimeSpan? ttl) =>
        new RecordChange.Append(field, Serializer.ToJson(value), maxLength, ttl, DefaultTtl) { IsBrief = true };

    internal RecordChange CreateIfAbsent<T>(T value, TimeSpan? ttl) =>
        new RecordChange.CreateIfAbsent(Serializer.ToDocument(value), ttl ?? DefaultTtl);

    internal RecordChange ReplaceIf<T>(T value, long revision, TimeSpan? ttl) =>
        new RecordChange.ReplaceIf(Serializer.ToDocument(value), revision, ttl);

    internal T? Value<T>(in DocumentRecord record) =>
        record.Document is { } document ? document.Read<T>(Serializer, Kind) : default;

    internal CacheResult<T> Result<T>(in DocumentRecord record) =>
        record.IsHit ? CacheResult<T>.Hit(Value<T>(record), record) : NoHit<T>(record);

    internal CacheResult<T> FieldResult<T>(in DocumentRecord record, string field) =>
        record.IsHit && record.Document.TryGetField(field, out var json)
            ? CacheResult<T>.Hit(Serializer.ReadValue<T>(json, Kind), record, JsonKind.IsNull(json))
            : NoHit<T>(record);

    private static CacheResult<T> NoHit<T>(in DocumentRecord record) =>
        record.Error is { } error ? CacheResult<T>.Failed(error) : CacheResult<T>.Miss;

    // What was just written is the caller's own: reading it back would cost a deserialization, and could fail for a type that
    // is written but cannot be read, after the write took effect.
    internal WriteResult<T> Written<T>(in ChangeResult result, T own) =>
        new(result.Outcome, result.Record, result.Applied ? own : Value<T>(result.Record));
}
