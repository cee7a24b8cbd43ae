using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Wappa.Caching.AspNetCore.Responses;

/// <summary>What a response says by which a client may ask for it again.</summary>
internal static class Validators
{
    /// <returns>The ETag its handler gave it; null: none, or one that no client could send back.</returns>
    internal static string? OwnTag(IHeaderDictionary headers) =>
        headers.ETag is { Count: 1 } tag && EntityTags.IsValid(tag[0]) ? tag[0] : null;

    internal static DateTimeOffset? LastModified(IHeaderDictionary headers) =>
        headers.LastModified is { Count: 1 } date && HeaderUtilities.TryParseDate(date[0], out var modified) ? modified : null;
}
