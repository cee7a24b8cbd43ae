namespace Wappa.Caching.Json.Records;

/// <summary>The layout an option names.</summary>
internal static class Layouts
{
    internal static IRecordLayout Of(JsonStoreOptions options) => options.Layout switch
    {
        JsonLayout.CacheData => new CacheDataLayout(options.OwnTenant!),
        _ => new ScopedLayout(),
    };
}
