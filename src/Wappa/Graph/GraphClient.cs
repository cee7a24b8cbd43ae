using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Wappa.Graph;

/// <summary>
/// One connection pool to the Graph API for the whole app. Address, token and number are read from the options at each
/// call, so that they may be changed while the app runs.
/// </summary>
internal sealed class GraphClient : IDisposable
{
    private const int MaxAnswerBytes = 1 << 20;

    private readonly HttpClient _http;
    private readonly WhatsAppOptions _options;
    private readonly TimeProvider _time;

    public GraphClient(IOptions<WhatsAppOptions> options, TimeProvider time, GraphTransport? transport = null)
    {
        _options = options.Value;
        _time = time;
        _http = new(transport?.Handler ?? NewHandler(), disposeHandler: transport is null)
        {
            Timeout = Timeout.InfiniteTimeSpan, // the timeout of a call is the options', on the app's clock
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        var version = typeof(GraphClient).Assembly.GetName().Version?.ToString(3);
        _http.DefaultRequestHeaders.UserAgent.Add(new("Wappa", version));
    }

    /// <summary>How long a call may wait for something to happen.</summary>
    internal TimeSpan RequestTimeout => _options.RequestTimeout;

    internal TimeProvider Time => _time;

    public void Dispose() => _http.Dispose();

    /// <summary>The messenger of one number.</summary>
    /// <exception cref="InvalidOperationException">The turn is about no number.</exception>
    internal IMessenger MessengerOf(string phoneNumberId) => phoneNumberId.Length > 0
        ? new GraphMessenger(this, phoneNumberId)
        : throw new InvalidOperationException(
            $"This turn is about no phone number, so it has none to send from. Inject {nameof(IMessenger)} to send from " +
            $"the number configured as {nameof(WhatsAppOptions)}.{nameof(WhatsAppOptions.PhoneNumberId)}.");

    /// <summary>Posts a message that is ready, as <see cref="OutgoingMessage.WriteTo"/> wrote it, and says how it
    /// ended. Nothing is repeated.</summary>
    /// <param name="phoneNumberId">The number to send from; null: the configured one.</param>
    /// <param name="body">The message, UTF-8 JSON.</param>
    /// <param name="recipient">Kept out of errors.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <exception cref="InvalidOperationException">No token or number is configured, or the number cannot
    /// be.</exception>
    internal async ValueTask<SendOutcome> SendAsync(
        string? phoneNumberId, ReadOnlyMemory<byte> body, string recipient, CancellationToken cancellationToken = default)
    {
        using var request = NewRequest(HttpMethod.Post, NumberOf(phoneNumberId) + "/messages");
        request.Content = JsonOf(body);
        try
        {
            var answer = await ExchangeAsync(request, cancellationToken, recipient).ConfigureAwait(false);
            return new SendOutcome.Accepted(SendAnswer.Read(answer));
        }
        catch (WhatsAppApiException error)
        {
            return error.OutcomeUnknown
                ? new SendOutcome.Indeterminate(error)
                : new SendOutcome.Refused(error, error.Retry);
        }
    }

    /// <summary>Posts what is no message and has no answer worth reading.</summary>
    /// <exception cref="WhatsAppApiException">WhatsApp refused, or could not be asked.</exception>
    internal async ValueTask PostAsync(
        string? phoneNumberId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = NewRequest(HttpMethod.Post, NumberOf(phoneNumberId) + "/messages");
        request.Content = JsonOf(body);
        await ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A request with the token. The path consists of ids that were checked.</summary>
    internal HttpRequestMessage NewRequest(HttpMethod method, string path) =>
        NewRequest(method, new Uri($"{_options.ApiUrl.TrimEnd('/')}/{path}"));

    /// <summary>A request with the token to an address that may have it.</summary>
    internal HttpRequestMessage NewRequest(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new("Bearer", Token);
        return request;
    }

    /// <summary>The id to send from, checked to be part of a path: a slash or a dot segment would post somewhere
    /// else.</summary>
    internal string NumberOf(string? phoneNumberId)
    {
        phoneNumberId ??= _options.PhoneNumberId
            ?? throw NotConfigured(nameof(WhatsAppOptions.PhoneNumberId), "WHATSAPP_PHONE_NUMBER_ID");
        return GraphId.IsValid(phoneNumberId)
            ? phoneNumberId
            : throw new InvalidOperationException(
                "The phone number id to send from holds something else than letters, digits, '-' and '_'. It is the " +
                "id shown in WhatsApp Manager, not the phone number.");
    }

    /// <summary>Whether an address belongs to the Graph API as configured.</summary>
    internal bool IsApi(Uri address) =>
        Uri.TryCreate(_options.ApiUrl, UriKind.Absolute, out var api) &&
        Uri.Compare(address, api, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) is 0;

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <param name="recipient">Of a message, kept out of errors; null for a call that sends none.</param>
    /// <param name="upload">A file in it: as long as that moves on, the call has time.</param>
    /// <exception cref="WhatsAppApiException">Any answer but a success, or none.</exception>
    internal async ValueTask<GraphAnswer> ExchangeAsync(
        HttpRequestMessage request, CancellationToken cancellationToken, string? recipient = null,
        BoundedContent? upload = null)
    {
        var isMessage = recipient is not null;
        using var deadline = new CallDeadline(this, cancellationToken);
        if (upload is not null) upload.Progressed = deadline.Extend;
        try
        {
            using var response = await _http.SendAsync(request, deadline.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
            if (response.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices)
                return new(response.StatusCode, body);
            throw GraphErrorReader.Read(
                response.StatusCode, body, isMessage, RetryHeaders.Read(response), Token, recipient);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw GraphFailure.TimedOut(RequestTimeout, isMessage);
        }
        catch (HttpRequestException error)
        {
            throw GraphFailure.Unreachable(error, isMessage);
        }
    }

    /// <summary>Sends a request and returns as soon as the answer's head is there.</summary>
    internal Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    internal string Token => _options.AccessToken
        ?? throw NotConfigured(nameof(WhatsAppOptions.AccessToken), "WHATSAPP_ACCESS_TOKEN");

    // Connections are renewed so that a change of the address's DNS entry is followed. A redirect is not: the token would travel
    // with it.
    private static SocketsHttpHandler NewHandler() => new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        AllowAutoRedirect = false,
        UseCookies = false,
        Proxy = new ProxyExceptLoopback(HttpClient.DefaultProxy),
    };

    private static ReadOnlyMemoryContent JsonOf(ReadOnlyMemory<byte> body) => new(body)
    {
        Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json) },
    };

    private static InvalidOperationException NotConfigured(string option, string variable) => new(
        $"Nothing can be sent: {nameof(WhatsAppOptions)}.{option} is not set. Set {variable} or pass it to " +
        "WithWhatsApp.");
}
