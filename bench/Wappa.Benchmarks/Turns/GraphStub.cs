using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wappa.Benchmarks.Turns;

/// <summary>A Graph API that accepts everything and counts it.</summary>
internal sealed class GraphStub : IAsyncDisposable
{
    private static readonly byte[] Answer = """{"messages":[{"id":"wamid.HBgLMTU1NTAwMDAwMDAVAgARGBI="}]}"""u8.ToArray();

    private readonly WebApplication _app;
    private long _count;

    private GraphStub()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AcceptAsync);
    }

    public string Url => _app.Urls.Single();

    public long Count => Volatile.Read(ref _count);

    public static async Task<GraphStub> StartAsync()
    {
        var stub = new GraphStub();
        await stub._app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AcceptAsync(HttpContext context)
    {
        while (await context.Request.BodyReader.ReadAsync() is var read)
        {
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        Interlocked.Increment(ref _count);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Answer.Length;
        await context.Response.Body.WriteAsync(Answer);
    }
}
