using Microsoft.AspNetCore.Http;

namespace Wappa.Caching;

/// <summary>Knows the ETag of what a controller's action is about, for <see cref="ETagAttribute{TSource}"/>.</summary>
public interface IETagSource
{
    /// <summary>What changes with every change of it.</summary>
    /// <param name="context">The request; its route values are there, and nothing is bound yet.</param>
    /// <returns>A text that is hashed, or an ETag (<see cref="EntityTags"/>) that is taken as it is; <see langword="null"/>: nothing is
    /// there.</returns>
    ValueTask<string?> GetETagAsync(HttpContext context);
}
