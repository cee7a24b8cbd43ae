namespace Wappa.Graph;

/// <summary>Calls that got no answer.</summary>
internal static class GraphFailure
{
    /// <param name="timeout">How long it was waited for.</param>
    /// <param name="isMessage">Whether a message may have gone out; every other call can be repeated without
    /// harm.</param>
    internal static WhatsAppApiException TimedOut(TimeSpan timeout, bool isMessage) => new(
        $"WhatsApp did not answer within {timeout.TotalSeconds:0.###} s " +
        $"({nameof(WhatsAppOptions)}.{nameof(WhatsAppOptions.RequestTimeout)}).{WarningIf(isMessage)}")
    {
        Retry = GraphErrorPolicy.Decide(0, null, isTransient: true),
        OutcomeUnknown = isMessage,
    };

    internal static WhatsAppApiException Unreachable(HttpRequestException error, bool isMessage)
    {
        // Without a connection nothing was sent; with one, the answer may have been lost after the message went
        // through.
        var neverSent = error.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError;
        return new(
            neverSent
                ? $"WhatsApp cannot be reached ({error.HttpRequestError}). Nothing was sent."
                : $"The connection to WhatsApp failed ({error.HttpRequestError}).{WarningIf(isMessage)}", error)
        {
            Retry = GraphErrorPolicy.Decide(0, null, isTransient: true),
            OutcomeUnknown = isMessage && !neverSent,
        };
    }

    private static string WarningIf(bool isMessage) => isMessage ? " The message may have been sent." : "";
}
