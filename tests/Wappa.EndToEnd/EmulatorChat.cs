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
        var chat = $"/emulator/api/conversations/{await NumberAsync()}/{await CustomerAsync(phone)}/messages?wait=true";
        using var answer = await Http.PostAsJsonAsync(chat, new { type = "text", text = new { body = text } });
        var message = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(message);
        JsonSerializer.Deserialize<JsonElement>(message).GetProperty("statusTimes").TryGetProperty("delivered", out _)
            .ShouldBeTrue(message);
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
        var customer = await CustomerAsync(phone);
        await using var stream = await Http.GetStreamAsync("/emulator/events?after=0", cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (item.EventType != "message") continue;
            var said = JsonSerializer.Deserialize<JsonElement>(item.Data);
            var message = said.GetProperty("message");
            if (message.GetProperty("direction").GetString() == "out" && said.GetProperty("customer").GetString() == customer)
                yield return message.GetProperty("content").GetProperty("text").GetProperty("body").GetString()!;
        }
    }

    private async Task<string> NumberAsync() =>
        (await Http.GetFromJsonAsync<JsonElement>("/emulator/api/world")).GetProperty("numbers")[0].GetProperty("id").GetString()!;

    private async Task<string> CustomerAsync(string phone)
    {
        var customers = await Http.GetFromJsonAsync<JsonElement>("/emulator/api/customers");
        foreach (var customer in customers.EnumerateArray())
        {
            if (customer.GetProperty("phone").GetString() == phone) return customer.GetProperty("id").GetString()!;
        }

        using var answer = await Http.PostAsJsonAsync("/emulator/api/customers", new { name = "Sarah", phone });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }
}
