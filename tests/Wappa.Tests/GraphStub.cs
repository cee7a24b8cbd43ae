using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Graph;

namespace Wappa.Tests;

/// <summary>A Graph API on a free port of this machine that answers as it is told and keeps what it was
/// asked.</summary>
internal sealed class GraphStub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GraphStub(WebApplication app) => _app = app;

    internal RequestDelegate Answer { get; set; } =
        static context => WriteAsync(context, 200, """{"messages":[{"id":"M"}]}""");

    internal List<Request> Requests { get; } = [];

    internal string Url => _app.Urls.Single() + "/v25.0";

    internal static async Task<GraphStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var stub = new GraphStub(app);
        app.Run(stub.HandleAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    internal static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        return context.Response.WriteAsync(body);
    }

    /// <summary>Keeps the caller waiting until it gives up.</summary>
    internal static async Task NeverAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    /// <summary>Answers with the response of a pair of the corpus.</summary>
    internal void AnswerWith(JsonElement pair)
    {
        var response = pair.GetProperty("response");
        var body = response.GetProperty("body");
        var text = body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText();
        Answer = context => WriteAsync(context, response.GetProperty("status").GetInt32(), text);
    }

    internal GraphClient NewClient(Action<WhatsAppOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new WhatsAppOptions
        {
            ApiUrl = Url,
            AccessToken = "EMULATOR-TOKEN",
            PhoneNumberId = Payloads.PhoneNumberId,
        };
        configure?.Invoke(options);
        return new(Options.Create(options), time ?? TimeProvider.System);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var raw = new MemoryStream();
        await context.Request.Body.CopyToAsync(raw);
        var bytes = raw.ToArray();
        var isJson = context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true;
        var asked = new Request(
            context.Request.Method, context.Request.Path, context.Request.Headers.Authorization.ToString(),
            context.Request.ContentType ?? "", isJson ? JsonElement.Parse(bytes) : default, bytes);
        lock (Requests) Requests.Add(asked); // several instances ask
        await Answer(context);
    }

    internal sealed record Request(
        string Method, string Path, string Authorization, string ContentType, JsonElement Body, byte[] Raw);
}
