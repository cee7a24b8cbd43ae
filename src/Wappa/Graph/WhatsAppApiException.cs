using System.Globalization;
using System.Net;
using Wappa.Graph;

namespace Wappa;

/// <summary>The Graph API said no, answered what cannot be read, or could not be asked. Decide on
/// <see cref="Code"/>.</summary>
/// <remarks>Neither the text nor any property holds the access token or the recipient as it was given; the text and
/// <see cref="Details"/> are WhatsApp's wording, so log <see cref="Code"/> and <see cref="TraceId"/> rather than them.
/// See https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes.</remarks>
public sealed class WhatsAppApiException : Exception
{
    /// <summary>A failure.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public WhatsAppApiException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>WhatsApp's error number; 0 if it gave none.</summary>
    public int Code { get; init; }

    /// <summary>A finer number, which WhatsApp gives rarely; <see langword="null"/> if not given.</summary>
    public int? Subcode { get; init; }

    /// <summary>WhatsApp's name of the kind of error, such as <c>OAuthException</c>; <see langword="null"/> if not
    /// given.</summary>
    public string? ErrorType { get; init; }

    /// <summary>What exactly is wrong, in WhatsApp's words. <see langword="null"/> if not given.</summary>
    public string? Details { get; init; }

    /// <summary>What WhatsApp's support asks for; <see langword="null"/> if not given.</summary>
    public string? TraceId { get; init; }

    /// <summary>The HTTP status; <see langword="null"/> if there was no answer.</summary>
    public HttpStatusCode? HttpStatus { get; init; }

    /// <summary>Whether the same call can succeed later: rate limits, outages, a lost connection. Wait
    /// <see cref="RetryAfter"/> before it.</summary>
    public bool IsRetryable { get; init; }

    /// <summary>The shortest wait before the call is worth repeating; <see langword="null"/> if it is not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True: the request went out and its answer was lost or unreadable, so the message may have been sent,
    /// and repeating may send it twice. False: nothing was sent.</summary>
    public bool OutcomeUnknown { get; init; }

    /// <summary>Whether, when and for whom to try again; default: never.</summary>
    internal RetryRule Retry
    {
        get;
        init
        {
            field = value;
            IsRetryable = value.IsRetryable;
            RetryAfter = value.DelayAfter(1);
        }
    }

    /// <summary>The failure in numbers, for logs: nothing in it is WhatsApp's own wording.</summary>
    internal string Summary => (Code, HttpStatus) switch
    {
        (not 0, _) => Describe(Code, Subcode, TraceId, null),
        (_, { } status) => string.Create(
            CultureInfo.InvariantCulture, $"WhatsApp answered with HTTP status {(int)status} and no error code."),
        _ => "WhatsApp did not answer or could not be reached.",
    };

    internal static string Describe(int code, int? subcode, string? traceId, string? message)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"WhatsApp refused the call with code {code}");
        if (subcode is not null) text += string.Create(CultureInfo.InvariantCulture, $", subcode {subcode}");
        if (traceId is not null) text += $", trace {traceId}";
        return message is null ? text + "." : $"{text}: {message}";
    }
}
