using System.Net;

namespace Wappa.Graph;

/// <summary>Files at the Graph API.</summary>
internal sealed class GraphMediaClient(GraphClient graph) : IMediaClient
{
    public async ValueTask<string> UploadAsync(MediaUpload upload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(upload);
        var max = MediaRules.MaxBytesOf($"{nameof(MediaUpload)}.{nameof(upload.MimeType)}", upload.MimeType);
        using var content = new BoundedContent(upload, max);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("whatsapp"), "messaging_product" },
            { new StringContent(upload.MimeType), "type" },
            { content, "file", upload.FileName ?? "file" },
        };
        using var request = graph.NewRequest(HttpMethod.Post, graph.NumberOf(upload.PhoneNumberId) + "/media");
        request.Content = form;
        var answer = await graph.ExchangeAsync(request, cancellationToken, upload: content).ConfigureAwait(false);
        return MediaAnswer.Read(answer) is { Id: { Length: > 0 } id } ? id : throw NoAnswer(answer, "the id of a file");
    }

    public async ValueTask<MediaInfo> GetInfoAsync(string mediaId, CancellationToken cancellationToken = default)
    {
        using var request = graph.NewRequest(HttpMethod.Get, Checked(mediaId));
        var answer = await graph.ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
        if (MediaAnswer.Read(answer) is not { Url: { Length: > 0 } url } read) throw NoAnswer(answer, "the address of a file");
        return new() { Id = mediaId, Url = url, MimeType = read.MimeType, Sha256 = read.Sha256, Size = read.FileSize };
    }

    public async ValueTask<MediaInfo> DownloadAsync(
        string mediaId, Stream destination, long maxBytes = MediaInfo.MaxBytes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        var info = await GetInfoAsync(mediaId, cancellationToken).ConfigureAwait(false);
        if (info.Size > maxBytes) throw MediaDownload.TooLarge(maxBytes);
        using var request = graph.NewRequest(HttpMethod.Get, MediaAddress.Checked(info.Url, graph));
        using var deadline = new CallDeadline(graph, cancellationToken);
        try
        {
            using var response = await graph.OpenAsync(request, deadline.Token).ConfigureAwait(false);
            await ThrowIfRefusedAsync(response, deadline.Token).ConfigureAwait(false);
            await new MediaDownload(info, maxBytes, deadline).CopyAsync(response.Content, destination).ConfigureAwait(false);
            return info;
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw GraphFailure.TimedOut(graph.RequestTimeout, isMessage: false);
        }
        catch (HttpRequestException error)
        {
            throw GraphFailure.Unreachable(error, isMessage: false);
        }
    }

    public async ValueTask DeleteAsync(string mediaId, CancellationToken cancellationToken = default)
    {
        using var request = graph.NewRequest(HttpMethod.Delete, Checked(mediaId));
        await graph.ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.OK) return;
        var length = response.Content.Headers.ContentLength ?? 0;
        // An error is small; anything else says nothing that could be read.
        var body = length < MediaDownload.MaxErrorBytes
            ? await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)
            : [];
        throw GraphErrorReader.Read(response.StatusCode, body, isMessage: false, RetryHeaders.Read(response), graph.Token);
    }

    private static string Checked(string mediaId)
    {
        ArgumentNullException.ThrowIfNull(mediaId);
        return GraphId.IsValid(mediaId)
            ? mediaId
            : throw new ArgumentException(
                "The media id is empty or holds something else than letters, digits, '-' and '_'. Pass " +
                "Media.Id of a message, or what an upload returned.", nameof(mediaId));
    }

    private static WhatsAppApiException NoAnswer(GraphAnswer answer, string what) => new(
        $"WhatsApp answered with HTTP status {(int)answer.Status}, but without {what}.")
    {
        HttpStatus = answer.Status,
        Retry = GraphErrorPolicy.Decide(0, null, isTransient: true),
    };
}
