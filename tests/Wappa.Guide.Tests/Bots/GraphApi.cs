using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wappa.Guide.Tests.Bots;

/// <summary>A Graph API of the test's own on a free port: it accepts every message and keeps what of it is read.</summary>
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
        graph._app.MapPost("/v25.0/{number}/media", static () => Results.Json(new { id = "1000200030004001" }));
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
        _texts.Writer.TryWrite(TextOf(message));
        return Results.Json(new { messages = new[] { new { id = "wamid." + Guid.NewGuid().ToString("N") } } });
    }

    // What a user would read: of an interactive message its text and its buttons.
    private static string TextOf(JsonElement message)
    {
        var type = message.GetProperty("type").GetString()!;
        if (type == "text") return message.GetProperty("text").GetProperty("body").GetString()!;
        if (type != "interactive") return $"({type})";
        var content = message.GetProperty("interactive");
        var text = content.GetProperty("body").GetProperty("text").GetString()!;
        if (!content.GetProperty("action").TryGetProperty("buttons", out var buttons)) return text;
        var titles = buttons.EnumerateArray().Select(button => button.GetProperty("reply").GetProperty("title").GetString());
        return $"{text} [{string.Join("] [", titles)}]";
    }
}
