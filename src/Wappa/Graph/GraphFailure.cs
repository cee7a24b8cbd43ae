namespace Wappa.Graph;

/// <summary>Calls that got no answer.</summary>
internal static class GraphFailure
{
    internal static WhatsAppApiException TimedOut(TimeSpan timeout) => new(
        $"WhatsApp did not answer within {timeout.TotalSeconds:0.###} s " +
        $"({nameof(WhatsAppOptions)}.{nameof(WhatsAppOptions.RequestTimeout)}). The message may have been sent.")
    {
        Retry = GraphErrorPolicy.Decide(0, null, isTransient: true),
        OutcomeUnknown = true,
    };

    internal static WhatsAppApiException Unreachable(HttpRequestException error)
    {
        // Without a connection nothing was sent; with one, the answer may have been lost after the message went
        // through.
        var neverSent = error.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError;
        return new(
            neverSent
                ? $"WhatsApp cannot be reached ({error.HttpRequestError}). Nothing was sent."
                : $"The connection to WhatsApp failed ({error.HttpRequestError}). The message may have been sent.", error)
        {
            Retry = GraphErrorPolicy.Decide(0, null, isTransient: true),
            OutcomeUnknown = !neverSent,
        };
    }
}
