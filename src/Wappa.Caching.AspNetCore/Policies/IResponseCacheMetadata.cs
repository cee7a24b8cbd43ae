namespace Wappa.Caching.AspNetCore.Policies;

/// <summary>Metadata of an endpoint that says something about the caching of its responses. What comes later in the metadata goes
/// before what came earlier, so an endpoint refines what its group says.</summary>
internal interface IResponseCacheMetadata
{
    void Configure(ResponseCachePolicyBuilder policy);
}

/// <summary>What <c>.Cache(c =&gt; …)</c> leaves on an endpoint.</summary>
internal sealed class ResponseCacheMetadata(Action<ResponseCachePolicyBuilder> configure) : IResponseCacheMetadata
{
    /// <summary>What <c>.WithoutCache()</c> leaves.</summary>
    internal static readonly ResponseCacheMetadata Never = new(static policy => policy.Never());

    public void Configure(ResponseCachePolicyBuilder policy) => configure(policy);
}

/// <summary>The endpoint's handler is within the cache already.</summary>
internal sealed class ResponseCacheApplied
{
    internal static readonly ResponseCacheApplied Mark = new();
}
