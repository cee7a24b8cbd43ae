using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Wappa.Emulator;

/// <summary>One attempt to deliver a webhook: signed over its raw bytes, and written down.</summary>
internal sealed class WebhookPost(LocalWhatsAppOptions options, ExchangeLog exchanges, ChaosSwitch chaos, TimeProvider time) : IDisposable
{
    internal const string SignatureHeader = "X-Hub-Signature-256";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker _app = new(options.Transport, disposeHandler: false);

    public void Dispose() => _app.Dispose();

    /// <summary>Posts a delivery once.</summary>
    /// <returns>The exchange as it ended.</returns>
    internal async Task<Exchange> SendAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var url = options.WebhookUrl();
        var signed = Sign(delivery.Body);
        var first = delivery.Updates[0];
        var exchange = exchanges.Begin(new()
        {
            Kind = ExchangeKind.Webhook,
            Method = "POST",
            Url = url?.ToString() ?? "",
            RequestHeaders = new Dictionary<string, string>
            {
                ["Content-Type"] = "application/json",
                [SignatureHeader] = signed.Header,
            },
            RequestBody = Encoding.UTF8.GetString(delivery.Body),
            Attempt = delivery.Attempt,
            SignatureValid = signed.IsValid,
            Number = first.Number,
            Customer = first.Customer,
            Message = first.Message,
            Replay = delivery.Body,
        });
        if (url is null) return exchanges.End(exchange with { Note = "the app does not listen yet" });
        if (chaos.Befalls(settings => settings.AppError))
            return exchanges.End(exchange with { Note = "kept back: the app is played as failing" });
        return exchanges.End(await PostAsync(url, delivery.Body, signed.Header, exchange, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Writes down what is not sent at all.</summary>
    internal Exchange Skip(WebhookUpdate update, string note)
    {
        var exchange = exchanges.Begin(new()
        {
            Kind = ExchangeKind.Webhook,
            Method = "POST",
            Url = options.WebhookUrl()?.ToString() ?? "",
            Number = update.Number,
            Customer = update.Customer,
            Message = update.Message,
        });
        return exchanges.End(exchange with { Note = note });
    }

    private async Task<Exchange> PostAsync(
        Uri url, byte[] body, string signature, Exchange exchange, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(SignatureHeader, signature);
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var answer = await _app.SendAsync(request, either.Token).ConfigureAwait(false);
            var content = await answer.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            return exchange with
            {
                Status = (int)answer.StatusCode,
                ResponseHeaders = answer.Headers.Concat(answer.Content.Headers)
                    .ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
                ResponseBody = ExchangeLog.Show(content, answer.Content.Headers.ContentType?.ToString()),
            };
        }
        catch (OperationCanceledException)
        {
            return exchange with
            {
                Note = timeout.IsCancellationRequested ? $"timed out after {Patience.TotalSeconds:0} s" : "stopped",
            };
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return exchange with { Note = $"the app could not be reached: {(error as HttpRequestException)?.HttpRequestError}" };
        }
    }

    private (string Header, bool? IsValid) Sign(byte[] body)
    {
        var secret = options.WebhookSecret();
        var isWrong = chaos.Befalls(settings => settings.BadSignature);
        var hasSecret = !string.IsNullOrEmpty(secret);
        var key = hasSecret && !isWrong ? Encoding.UTF8.GetBytes(secret!) : RandomNumberGenerator.GetBytes(32);
        var header = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(key, body));
        return (header, isWrong ? false : hasSecret ? true : null);
    }
}
