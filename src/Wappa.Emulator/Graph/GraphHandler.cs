using System.Net;

namespace Wappa.Emulator;

/// <summary>Answers a client's requests out of the local Graph API, without a network.</summary>
internal sealed class GraphHandler(GraphApi graph) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers) headers[name] = string.Join(name is "User-Agent" ? " " : ", ", values);
        byte[] body = [];
        if (request.Content is not null)
        {
            foreach (var (name, values) in request.Content.Headers) headers[name] = string.Join(", ", values);
            body = await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        }

        var reply = await graph.HandleAsync(
            new(request.Method.Method, request.RequestUri!, headers, body), cancellationToken).ConfigureAwait(false);
        var answer = new HttpResponseMessage((HttpStatusCode)reply.Status)
        {
            Content = new ByteArrayContent(reply.Body),
            RequestMessage = request,
        };
        answer.Content.Headers.TryAddWithoutValidation("Content-Type", reply.ContentType);
        foreach (var (name, value) in reply.Headers) answer.Headers.TryAddWithoutValidation(name, value);
        return answer;
    }
}
