using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wappa.Guide.Tests.Bots;

/// <summary>A Graph API of the test's own on a free port: it accepts every text and keeps it.</summary>
internal sealed class GraphApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<string> _texts = Channel.CreateUnbounded<string>();

    private GraphApi(WebApplication app) => _app = app;

    /// <summary>What <c>WHATSAPP_API_URL</c> has to be.</summary>
    internal string Url => _app.Urls.Single() + "/v25.0";

    internal static async Task<GraphApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var graph = new GraphApi(builder.Build());
        graph._app.MapPost("/v25.0/{number}/messages", graph.AcceptAsync);
        await graph._app.StartAsync();
        return graph;
    }

    /// <summary>The texts that have arrived since the last call.</summary>
    internal string[] TakeTexts()
    {
        var texts = new List<string>();
        while (_texts.Reader.TryRead(out var text)) texts.Add(text);
        return [.. texts];
    }

    /// <summary>The next text, as soon as it arrives.</summary>
    internal async Task<string> NextTextAsync(CancellationToken cancellationToken) =>
        await _texts.Reader.ReadAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AcceptAsync(HttpRequest request)
    {
        var message = await request.ReadFromJsonAsync<JsonElement>();
        _texts.Writer.TryWrite(message.GetProperty("text").GetProperty("body").GetString()!);
        return Results.Json(new { messages = new[] { new { id = "wamid." + Guid.NewGuid().ToString("N") } } });
    }
}
