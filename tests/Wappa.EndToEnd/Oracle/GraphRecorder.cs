using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wappa.EndToEnd.Oracle;

/// <summary>A Graph API that outlives the bots and keeps what it was sent, in order.</summary>
internal sealed class GraphRecorder : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _sent = new();
    private int _count;

    private GraphRecorder(WebApplication app) => _app = app;

    internal string Url => _app.Urls.Single() + "/v25.0";

    internal static async Task<GraphRecorder> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var graph = new GraphRecorder(app);
        app.Run(graph.AcceptAsync);
        await app.StartAsync();
        return graph;
    }

    /// <summary>The texts a user was sent.</summary>
    internal string[] SentTo(string user) => _sent.TryGetValue(user, out var texts) ? [.. texts] : [];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AcceptAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        _sent.GetOrAdd(body.RootElement.GetProperty("to").GetString()!, _ => new())
            .Enqueue(body.RootElement.GetProperty("text").GetProperty("body").GetString()!);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$"""{"messages":[{"id":"wamid.{{Interlocked.Increment(ref _count)}}"}]}""");
    }
}
