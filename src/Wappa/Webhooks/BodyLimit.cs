using Microsoft.AspNetCore.Http.Metadata;

namespace Wappa.Webhooks;

/// <summary>Takes the server's body limit off this route: a lower one would cut valid webhooks, and the route bounds
/// what it reads itself (<see cref="PooledBody"/>).</summary>
internal sealed class BodyLimit : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => null;
}
