namespace Wappa.Graph;

/// <summary>Carries calls to a Graph API that is not reached by a network: one played in this process.</summary>
/// <param name="Handler">Not disposed by the client.</param>
internal sealed record GraphTransport(HttpMessageHandler Handler);
