using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wappa.Testing;

namespace Wappa.Emulator.Tests;

/// <summary>A local WhatsApp without a network: an app that writes down what it is told, and a clock that stands still.</summary>
internal sealed class Rig : IDisposable
{
    internal const string Token = "EMULATOR-TOKEN";
    internal const string Secret = "fictional-app-secret-for-tests-only";
    internal const string Account = "880100200300401";
    internal const string NumberId = "770100200300402";

    internal Rig(bool withCustomer = true)
    {
        App = new RecordingApp();
        Local = new(
            new()
            {
                BusinessAccountId = Account,
                Numbers = [new(NumberId, "15550104477", "Fjord Rentals", null)],
                AccessToken = () => Token,
                WebhookSecret = () => Secret,
                WebhookUrl = () => new("http://app.example/webhook"),
                ApiUrl = () => new("http://graph.example/v25.0"),
                Transport = App,
                Seed = 1,
                FirstCustomer = withCustomer ? ("Mira Okafor", "15550102233") : null,
            },
            Clock);
        Graph = new(Local.NewGraphHandler()) { BaseAddress = new("http://graph.example") };
        Graph.DefaultRequestHeaders.Authorization = new("Bearer", Token);
    }

    internal ManualTimeProvider Clock { get; } = new();

    internal RecordingApp App { get; }

    internal LocalWhatsApp Local { get; }

    internal HttpClient Graph { get; }

    internal BusinessNumber Number => Local.World.Numbers[0];

    internal Customer Mira => Local.World.Customers[0];

    /// <summary>Sends as Mira and waits until nothing is under way.</summary>
    internal async Task<SentByCustomer> SayAsync(string json = """{"type":"text","text":{"body":"hi"}}""")
    {
        var sent = Local.Send(Number, Mira, (JsonObject)JsonNode.Parse(json)!);
        await Local.WhenQuietAsync();
        return sent;
    }

    /// <summary>Sends as the business and waits until nothing is under way.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string json, string path = $"/v25.0/{NumberId}/messages")
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await Graph.PostAsync(path, content);
        var text = await answer.Content.ReadAsStringAsync();
        await Local.WhenQuietAsync();
        return (answer.StatusCode, text.StartsWith('{') ? JsonElement.Parse(text) : default);
    }

    internal Task<(HttpStatusCode Status, JsonElement Answer)> AnswerAsync(string text = "hello") =>
        PostAsync($$$"""{"messaging_product":"whatsapp","to":"{{{Mira.Phone}}}","type":"text","text":{"body":"{{{text}}}"}}""");

    internal void Chaos(string json) => Local.Chaos.Change(settings => settings.With(JsonElement.Parse(json)));

    public void Dispose()
    {
        Graph.Dispose();
        Local.Dispose();
        App.Dispose();
    }
}

/// <summary>Takes webhooks as an app does.</summary>
internal sealed class RecordingApp : HttpMessageHandler
{
    internal ConcurrentQueue<(byte[] Body, string Signature)> Posts { get; } = new();

    /// <summary>What to answer; gets the number of the POST, from 1.</summary>
    internal Func<int, HttpStatusCode> Answer { get; set; } = _ => HttpStatusCode.OK;

    internal IReadOnlyList<JsonElement> Values => [.. Posts
        .SelectMany(post => JsonElement.Parse(post.Body).GetProperty("entry")[0].GetProperty("changes").EnumerateArray().ToArray())
        .Select(change => change.GetProperty("value"))];

    internal IReadOnlyList<JsonElement> Messages => [.. Values.Where(value => value.TryGetProperty("messages", out _))
        .SelectMany(value => value.GetProperty("messages").EnumerateArray().ToArray())];

    internal IReadOnlyList<JsonElement> Statuses => [.. Values.Where(value => value.TryGetProperty("statuses", out _))
        .SelectMany(value => value.GetProperty("statuses").EnumerateArray().ToArray())];

    internal IReadOnlyList<string> States => [.. Statuses.Select(status => status.GetProperty("status").GetString()!)];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        Posts.Enqueue((body, request.Headers.GetValues("X-Hub-Signature-256").Single()));
        return new(Answer(Posts.Count));
    }
}
