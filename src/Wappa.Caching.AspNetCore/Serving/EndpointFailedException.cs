namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>An endpoint that ran in the background answered that it failed; the stored response stays.</summary>
internal sealed class EndpointFailedException(int status) : Exception($"The endpoint answered {status}.");
