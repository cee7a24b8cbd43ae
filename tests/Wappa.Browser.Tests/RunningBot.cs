using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PizzaBot;
using Wappa.Caching;

namespace Wappa.Browser.Tests;

/// <summary>The pizza bot on a free port with a folder of its own, and its account, so that a test can send what the bot never would.</summary>
internal sealed class RunningBot : IAsyncDisposable
{
    /// <summary>Who is there at the start.</summary>
    internal const string Customer = "Sarah";

    internal const string Phone = "15550100001";

    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly HttpClient _graph = new(new SocketsHttpHandler { UseProxy = false });

    private bool _isStopped;

    private RunningBot(WebApplication app, string folder)
    {
        (_app, _folder) = (app, folder);
        Address = new(app.Urls.First());
        Api = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new(Address, "/emulator/api/") };
    }

    internal Uri Address { get; }

    /// <summary>The emulator's API.</summary>
    internal HttpClient Api { get; }

    internal ICacheFactory Caches => _app.Services.GetRequiredService<ICacheFactory>();

    internal static async Task<RunningBot> StartAsync(params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("wappa-browser-").FullName;
        var app = PizzaBotApp.Build(["--urls", "http://127.0.0.1:0", "--environment", "Development", "--tenant", "pizzeria",
            "--cache-path", folder,
            // A developer's shell may hold a real account: no test may ever speak in its name.
            "--WHATSAPP_ACCESS_TOKEN", "", "--WP_ACCESS_TOKEN", "", "--WHATSAPP_WEBHOOK_SECRET", "",
            "--Logging:LogLevel:Default", "None", .. args]);
        await app.StartAsync();
        return new RunningBot(app, folder);
    }

    /// <summary>Sends a message as the bot: the body of a Graph call, to <paramref name="phone"/>.</summary>
    /// <returns>The message's id.</returns>
    internal async Task<string> SendAsync(JsonNode body, string phone = Phone)
    {
        body["to"] = phone;
        return (string)(await CallAsync(body))["messages"]![0]!["id"]!;
    }

    /// <summary>Posts to the bot's <c>/messages</c> as it is, and answers the answer.</summary>
    internal async Task<JsonNode> CallAsync(JsonNode body)
    {
        var account = _app.Services.GetRequiredService<IOptions<WhatsAppOptions>>().Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{account.ApiUrl}/{account.PhoneNumberId}/messages")
        {
            Content = JsonContent.Create(body),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", account.AccessToken) },
        };
        using var answer = await _graph.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonNode.Parse(text)!;
    }

    internal Task<string> SendTextAsync(string text) =>
        SendAsync(new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["type"] = "text",
            ["text"] = new JsonObject { ["body"] = text },
        });

    /// <summary>Uploads a file as the bot.</summary>
    /// <returns>The media id.</returns>
    internal async Task<string> UploadAsync(byte[] bytes, string type, string name)
    {
        var account = _app.Services.GetRequiredService<IOptions<WhatsAppOptions>>().Value;
        using var file = new ByteArrayContent(bytes) { Headers = { ContentType = new(type) } };
        using var form = new MultipartFormDataContent { { new StringContent("whatsapp"), "messaging_product" }, { file, "file", name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{account.ApiUrl}/{account.PhoneNumberId}/media")
        {
            Content = form,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", account.AccessToken) },
        };
        using var answer = await _graph.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return (string)JsonNode.Parse(text)!["id"]!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isStopped) return;
        _isStopped = true;
        Api.Dispose();
        _graph.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
