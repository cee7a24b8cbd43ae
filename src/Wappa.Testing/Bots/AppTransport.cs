using System.Net;

namespace Wappa.Testing;

/// <summary>The way of webhooks to the app that happens to live. Keeps what went by, and can keep things back.</summary>
internal sealed class AppTransport : HttpMessageHandler
{
    private const string SignatureHeader = "X-Hub-Signature-256";

    private readonly Lock _gate = new();
    private readonly List<(byte[] Body, string? Signature)> _posts = [];
    private volatile BotProcess? _process;

    /// <summary>How many webhooks went by.</summary>
    internal int Count
    {
        get
        {
            lock (_gate) return _posts.Count;
        }
    }

    /// <summary>Whether webhooks are taken for the app and not handed on.</summary>
    internal bool Holds { get; set; }

    internal BotProcess? Process
    {
        get => _process;
        set => _process = value;
    }

    internal BotDelivery Delivery(int index, string? messageId)
    {
        lock (_gate) return new(messageId, _posts[index].Body, _posts[index].Signature);
    }

    internal async Task<HttpStatusCode> PostAsync(BotDelivery delivery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, BotProcess.WebhookUrl)
        {
            Content = new ReadOnlyMemoryContent(delivery.Body) { Headers = { ContentType = new("application/json") } },
        };
        if (delivery.Signature is { } signature) request.Headers.TryAddWithoutValidation(SignatureHeader, signature);
        using var response = await HandOnAsync(request, CancellationToken.None).ConfigureAwait(false);
        return response.StatusCode;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false) : [];
        var signature = request.Headers.TryGetValues(SignatureHeader, out var values) ? values.First() : null;
        lock (_gate) _posts.Add((body, signature));
        return Holds
            ? new(HttpStatusCode.OK) { RequestMessage = request }
            : await HandOnAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> HandOnAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _process is { IsDead: false } process
            ? process.SendAsync(request, cancellationToken)
            : throw new HttpRequestException(HttpRequestError.ConnectionError, "The bot does not run.");
}
