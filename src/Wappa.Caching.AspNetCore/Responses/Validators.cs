using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Wappa.Caching.AspNetCore.Responses;

/// <summary>What a response says by which a client may ask for it again.</summary>
internal static class Validators
{
    /// <returns>The ETag its handler gave it; null: none, or one that no client could send back.</returns>
    internal static string? OwnTag(IHeaderDictionary headers) =>
        headers.ETag is { Count: 1 } tag && EntityTags.IsValid(tag[0]) ? tag[0] : null;

    /// <returns>When it changed last, by its own words; null: it does not say.</returns>
    internal static DateTimeOffset? LastModified(IHeaderDictionary headers) => DateOf(headers.LastModified);

    /// <inheritdoc cref="LastModified(IHeaderDictionary)"/>
    internal static DateTimeOffset? LastModified(KeyValuePair<string, StringValues>[] headers)
    {
        foreach (var (name, values) in headers)
        {
            if (name.Equals(HeaderNames.LastModified, StringComparison.OrdinalIgnoreCase)) return DateOf(values);
        }

        return null;
    }

    private static DateTimeOffset? DateOf(in StringValues values) =>
        values.Count == 1 && HeaderUtilities.TryParseDate(values[0], out var date) ? date : null;
}
