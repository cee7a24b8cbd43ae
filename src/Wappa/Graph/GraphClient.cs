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

    public GraphClient(IOptions<WhatsAppOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        // Connections are renewed so that a change of the address's DNS entry is followed. A redirect is not: the token
        // would travel with it.
        _http = new(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = new ProxyExceptLoopback(HttpClient.DefaultProxy),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // the timeout of a call is the options', on the app's clock
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        var version = typeof(GraphClient).Assembly.GetName().Version?.ToString(3);
        _http.DefaultRequestHeaders.UserAgent.Add(new("Wappa", version));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The messenger of one number.</summary>
    /// <exception cref="InvalidOperationException">The turn is about no number.</exception>
    internal IMessenger MessengerOf(string phoneNumberId) => phoneNumberId.Length > 0
        ? new GraphMessenger(this, phoneNumberId)
        : throw new InvalidOperationException(
            $"This turn is about no phone number, so it has none to send from. Inject {nameof(IMessenger)} to send from " +
            $"the number configured as {nameof(WhatsAppOptions)}.{nameof(WhatsAppOptions.PhoneNumberId)}.");

    /// <summary>Whether an id can be part of a path: a slash or a dot segment would post somewhere else.</summary>
    internal static bool IsPhoneNumberId(string id)
    {
        foreach (var character in id)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_')) return false;
        }

        return id.Length > 0;
    }

    /// <summary>Posts a message.</summary>
    /// <param name="phoneNumberId">The number to send from; null: the configured one.</param>
    /// <param name="body">The message, UTF-8 JSON.</param>
    /// <param name="recipient">Kept out of errors.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    internal async ValueTask<SentMessage> SendAsync(
        string? phoneNumberId, ReadOnlyMemory<byte> body, string recipient, CancellationToken cancellationToken)
    {
        var token = _options.AccessToken
            ?? throw NotConfigured(nameof(WhatsAppOptions.AccessToken), "WHATSAPP_ACCESS_TOKEN");
        phoneNumberId ??= _options.PhoneNumberId
            ?? throw NotConfigured(nameof(WhatsAppOptions.PhoneNumberId), "WHATSAPP_PHONE_NUMBER_ID");
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(phoneNumberId));
        request.Headers.Authorization = new("Bearer", token);
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        var (status, answer) = await ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
        if (status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices) return ReadSent(status, answer);
        throw GraphErrorReader.Read(status, answer, token, recipient);
    }

    private async ValueTask<(HttpStatusCode Status, byte[] Body)> ExchangeAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            return (response.StatusCode, body);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WhatsAppApiException(
                $"WhatsApp did not answer within {_options.RequestTimeout.TotalSeconds:0.###} s " +
                $"({nameof(WhatsAppOptions)}.{nameof(WhatsAppOptions.RequestTimeout)}). The message may have been sent.")
            {
                IsRetryable = true,
                OutcomeUnknown = true,
            };
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(error);
        }
    }

    private static WhatsAppApiException Unreachable(HttpRequestException error)
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
            IsRetryable = true,
            OutcomeUnknown = !neverSent,
        };
    }

    private static SentMessage ReadSent(HttpStatusCode status, ReadOnlyMemory<byte> body)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(body.Span, GraphJson.Default.SendAnswer);
            if (answer?.Messages is [{ Id: { Length: > 0 } id }, ..])
            {
                var contact = answer.Contacts is [{ } first, ..] ? first : null;
                return new() { MessageId = id, PhoneNumber = contact?.WaId, Bsuid = contact?.UserId };
            }
        }
        catch (JsonException)
        {
            // Falls through: accepted, by all appearances, but nobody can say under which id.
        }

        throw new WhatsAppApiException(
            $"WhatsApp answered with HTTP status {(int)status}, but without the id of a message.")
        {
            HttpStatus = status,
            OutcomeUnknown = true,
        };
    }

    private Uri AddressOf(string phoneNumberId)
    {
        if (!IsPhoneNumberId(phoneNumberId))
        {
            throw new InvalidOperationException(
                "The phone number id to send from holds something else than letters, digits, '-' and '_'. It is the " +
                "id shown in WhatsApp Manager, not the phone number.");
        }

        return new($"{_options.ApiUrl.TrimEnd('/')}/{phoneNumberId}/messages");
    }

    private static InvalidOperationException NotConfigured(string option, string variable) => new(
        $"Nothing can be sent: {nameof(WhatsAppOptions)}.{option} is not set. Set {variable} or pass it to " +
        "WithWhatsApp.");
}
