using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>The whole of the app, as its server calls it. Requests of the cache's own take the same way as a client's: what middleware
/// before the endpoint finds out - the caller, the tenant - is found out for them too.</summary>
internal sealed class AppPipeline
{
    /// <summary>Null until the app is built.</summary>
    internal RequestDelegate? Entrance { get; set; }
}
