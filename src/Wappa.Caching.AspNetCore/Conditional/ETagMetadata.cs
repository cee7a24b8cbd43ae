using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>What <c>WithETag</c> says of an endpoint.</summary>
/// <param name="Source">Gives the tag, or what changes with it.</param>
/// <param name="RequireIfMatch">Whether a change of what is there needs <c>If-Match</c>.</param>
internal sealed record ETagMetadata(Func<HttpContext, ValueTask<string?>> Source, bool RequireIfMatch);
