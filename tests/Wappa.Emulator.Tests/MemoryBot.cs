using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Telemetry;

namespace Wappa.Emulator.Tests;

/// <summary>A bot that counts what it is told: a state that lives for ten minutes, a user record and a row of a table.</summary>
internal sealed class MemoryBot : IAsyncDisposable
{
    internal const string Tenant = "shop";

    private readonly WebApplication _app;

    private MemoryBot(WebApplication app)
    {
        _app = app;
        Http = new() { BaseAddress = new(new Uri(app.Urls.First()), "/emulator/api/") };
    }

    internal HttpClient Http { get; }

    internal LocalWhatsApp Local => _app.Services.GetRequiredService<LocalWhatsApp>();

    internal IDocumentStore Store => _app.Services.GetRequiredService<IDocumentStore>();

    internal BusinessNumber Number => Local.World.Numbers[0];

    internal Customer Sarah => Local.World.Customers[0];

    internal string Who => $"number={Number.Id}&customer={Sarah.Id}";

    internal static async Task<MemoryBot> StartAsync(params string[] args)
    {
        var builder = new WappaBuilder(["--urls", "http://127.0.0.1:0", "--environment", "Development",
            "--Logging:LogLevel:Default", "None", "--Wappa:Tenant", Tenant,
            "--WHATSAPP_ACCESS_TOKEN", "", "--WP_ACCESS_TOKEN", "", "--WHATSAPP_WEBHOOK_SECRET", "", .. args]);
        var app = builder.WithConfiguredCache("memory").WithHandler<CountingHandler>().WithEmulator().Build();
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Says something and waits until nothing more comes of it.</summary>
    internal async Task SayAsync(string text, string? customer = null)
    {
        using var answer = await Http.PostAsJsonAsync(
            $"conversations/{Number.Id}/{customer ?? Sarah.Id}/messages?wait=true", new { type = "text", text = new { body = text } });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        await SettleAsync();
    }

    /// <summary>Waits until neither the app nor the local WhatsApp has anything to do.</summary>
    internal async Task SettleAsync()
    {
        var idle = _app.Services.GetRequiredService<PipelineIdle>();
        for (var i = 0; i < 4; i++) // what one of them ends can begin something at the other: an answer, then its statuses
        {
            await idle.WaitAsync().WaitAsync(EchoBot.Patience);
            await Local.WhenQuietAsync().WaitAsync(EchoBot.Patience);
        }
    }

    internal async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Http.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonElement.Parse(text);
    }

    internal Task<JsonElement> MemoryAsync(string more = "") => GetAsync($"memory?{Who}{more}");

    internal async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.StartsWith('{') ? JsonElement.Parse(text) : default);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class CountingHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var text = webhook.GetMessageText();
            if (text is "fail") throw new InvalidOperationException("as asked");
            var known = await StateCache.GetAsync<Talk>("talk", ct);
            await StateCache.SetAsync("talk", new Talk((known?.Count ?? 0) + 1, text), TimeSpan.FromMinutes(10), ct);
            await UserCache.SetAsync("profile", new Person(webhook.User.Name ?? ""), cancellationToken: ct);
            await TableCache.SetAsync("words", text, new Person(text), cancellationToken: ct);
            await Messenger.SendTextAsync($"{(known?.Count ?? 0) + 1}: {text}", webhook.User.UserId, ct);
        }
    }

    private sealed record Talk(int Count, string Last);

    private sealed record Person(string Name);
}
