using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PizzaBot;
using Wappa.Caching;

namespace Wappa.EndToEnd;

/// <summary>The pizza bot on a free port, and a user who talks to it through the emulator.</summary>
internal sealed class RunningBot : IAsyncDisposable
{
    internal const string Phone = "15550100001";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, IAsyncEnumerator<string>> _answers = [];

    private RunningBot(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = Timeout.InfiniteTimeSpan };
    }

    internal HttpClient Http { get; }

    internal ICacheFactory Caches => _app.Services.GetRequiredService<ICacheFactory>();

    internal UserCaches User => Caches.ForUser("pizzeria", Phone);

    internal static async Task<RunningBot> StartAsync(params string[] args)
    {
        var app = PizzaBotApp.Build(["--urls", "http://127.0.0.1:0", "--environment", "Development", "--tenant", "pizzeria",
            // A developer's shell may hold a real account: no test may ever speak in its name.
            "--WHATSAPP_ACCESS_TOKEN", "", "--WP_ACCESS_TOKEN", "", "--WHATSAPP_WEBHOOK_SECRET", "",
            "--Logging:LogLevel:Default", "None", .. args]);
        await app.StartAsync();
        return new RunningBot(app);
    }

    /// <summary>Types a text on the emulator's page; fails unless the webhook was answered with 200.</summary>
    internal async Task TypeAsync(string text, string phone = Phone)
    {
        using var answer = await Http.PostAsJsonAsync("/emulator/messages", new { text, phone, name = "Sarah" });
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Types a text and waits for the bot's next answer.</summary>
    internal async Task<string> SayAsync(string text, string phone = Phone)
    {
        await TypeAsync(text, phone);
        return await NextAnswerAsync(phone);
    }

    /// <summary>Waits for the bot's next answer to this user.</summary>
    internal async Task<string> NextAnswerAsync(string phone = Phone)
    {
        if (!_answers.TryGetValue(phone, out var answers))
            _answers[phone] = answers = ListenAsync(phone, _stop.Token).GetAsyncEnumerator();
        (await answers.MoveNextAsync().AsTask().WaitAsync(Patience)).ShouldBeTrue();
        return answers.Current;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async IAsyncEnumerable<string> ListenAsync(
        string phone, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = await Http.GetStreamAsync("/emulator/events", cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            var line = JsonSerializer.Deserialize<JsonElement>(item.Data);
            if (line.GetProperty("from").GetString() == "bot" && line.GetProperty("phone").GetString() == phone)
                yield return line.GetProperty("text").GetString()!;
        }
    }
}
