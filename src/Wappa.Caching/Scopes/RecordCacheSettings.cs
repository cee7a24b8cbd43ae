namespace Wappa.Caching.Scopes;

/// <summary>What one kind of cache needs to know besides its store.</summary>
/// <param name="Kind">State, user or table.</param>
/// <param name="Serializer">How values are written.</param>
/// <param name="DefaultTtl">Time to live of a record when a call that creates it gives none.</param>
internal sealed record RecordCacheSettings(RecordKind Kind, CacheSerializer Serializer, TimeSpan? DefaultTtl);
