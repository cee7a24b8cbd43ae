using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Wappa.EndToEnd;

/// <summary>Users who talk to a bot through its emulator.</summary>
internal sealed class EmulatorChat(string address) : IAsyncDisposable
{
    internal const string Phone = "15550100001";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, IAsyncEnumerator<string>> _answers = [];

    internal HttpClient Http { get; } = new() { BaseAddress = new Uri(address), Timeout = Timeout.InfiniteTimeSpan };

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
        _stop.Dispose();
    }

    private async IAsyncEnumerable<string> ListenAsync(
        string phone, [EnumeratorCancellation] CancellationToken cancellationToken)
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
