using System.Net;

namespace Wappa.Graph;

/// <summary>
/// What each of WhatsApp's refusals means for the next attempt. It goes by the code, never by the HTTP status, which
/// differs between answers with the same code; the status only speaks where there is no code.
/// </summary>
/// <remarks>See https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes. A code
/// that is not listed is final: a message that is wrong stays wrong, and repeating it costs quality.</remarks>
internal static class GraphErrorPolicy
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The rule of a refusal.</summary>
    /// <param name="code">WhatsApp's code; 0 if the answer had none.</param>
    /// <param name="status">The HTTP status; null if WhatsApp was not reached.</param>
    /// <param name="isTransient">Whether WhatsApp says of its own accord that it will pass.</param>
    /// <param name="asked">The wait the answer's headers ask for; null for none.</param>
    internal static RetryRule Decide(int code, HttpStatusCode? status, bool isTransient, TimeSpan? asked = null)
    {
        var rule = code is 0 ? WithoutCode(status) : OfCode(code);
        if (!rule.IsRetryable && isTransient && !rule.NeedsAttention) rule = BackOff();
        return rule.IsRetryable ? rule.NotBefore(asked) : rule;
    }

    private static RetryRule OfCode(int code) => code switch
    {
        // Call quotas of the app and of the account: counted by the hour.
        4 or 80007 => RetryRule.After(RetryScope.Account, Minute, 2, Hour),
        // Throughput of the number.
        130429 => RetryRule.After(RetryScope.Number, Second, 2, Minute),
        // Too much to one recipient: the documented wait is 4^n seconds.
        131056 => RetryRule.After(RetryScope.Pair, Second, 4, Hour),
        1 => RetryRule.After(RetryScope.Message, Second, 1, Second, maxRetries: 1),
        2 or 131000 or 131016 or 133004 => BackOff(),
        131057 => RetryRule.After(RetryScope.Number, Minute, 2, Hour),
        // The file could not be fetched: once more, it may have been the network.
        131053 => RetryRule.After(RetryScope.Message, 5 * Second, 1, 5 * Second, maxRetries: 1),
        132069 => RetryRule.After(RetryScope.Message, Minute, 2, Hour),
        // A person has to act before anything can be sent: token, permission, policy, registration, display name,
        // payment, certificate, spam.
        190 or 3 or 10 or (>= 200 and <= 299) or 368 or 131031 or 131064 => Attention(RetryScope.Account),
        131005 or 131037 or 131042 or 131045 or 131048 or 133016 or (>= 133000 and <= 133015) =>
            Attention(RetryScope.Number),
        130497 => RetryRule.Never(RetryScope.Pair),
        _ => RetryRule.Never(),
    };

    private static RetryRule WithoutCode(HttpStatusCode? status) => status switch
    {
        null => BackOff(), // never reached
        HttpStatusCode.Unauthorized => Attention(RetryScope.Account),
        HttpStatusCode.TooManyRequests => RetryRule.After(RetryScope.Number, Second, 2, Minute),
        HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => BackOff(),
        _ => RetryRule.Never(),
    };

    private static RetryRule BackOff() => RetryRule.After(RetryScope.Message, Second, 2, 5 * Minute);

    private static RetryRule Attention(RetryScope scope) => RetryRule.Never(scope, needsAttention: true);
}
