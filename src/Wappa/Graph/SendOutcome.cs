namespace Wappa.Graph;

/// <summary>How posting a message ended. Three ways, because only one of the failures may be repeated without the risk
/// of sending twice.</summary>
internal abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>WhatsApp took it and named it.</summary>
    internal sealed record Accepted(SentMessage Message) : SendOutcome;

    /// <summary>Nothing was sent: WhatsApp said no, or was never reached.</summary>
    /// <param name="Error">What happened.</param>
    /// <param name="Retry">Whether, when and for whom to try again.</param>
    internal sealed record Refused(WhatsAppApiException Error, RetryRule Retry) : SendOutcome;

    /// <summary>The request went out and its answer was lost or cannot be read: it may have been sent. Only a status that
    /// brings back the callback data can tell.</summary>
    internal sealed record Indeterminate(WhatsAppApiException Error) : SendOutcome;
}
