namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>A request of the cache's own did not bring a response; the stored one stays.</summary>
internal sealed class EndpointFailedException(string message) : Exception(message)
{
    internal EndpointFailedException(int status)
        : this($"The endpoint answered {status}.")
    {
    }
}
