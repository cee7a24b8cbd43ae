using System.Net;
using System.Net.Http.Json;

namespace Wappa.EndToEnd.Oracle;

/// <summary>One user's messages as WhatsApp delivers them: in order, each until it is acknowledged, to whichever instance, now and then
/// again or cut into other batches.</summary>
internal sealed class Conversation(string user, Random random, IReadOnlyList<BotInstance> instances)
{
    internal const string PhoneNumberId = "770100200300402";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private int _tried;

    internal string User => user;

    /// <summary>How many messages were acknowledged.</summary>
    internal int Count { get; private set; }

    internal async Task TalkAsync(Func<bool> goesOn)
    {
        while (goesOn() || Count < _tried)
        {
            // What was stored without an answer is delivered until there is one.
            var batch = !goesOn() ? _tried - Count : random.Next(4) == 0 ? random.Next(2, 5) : 1;
            // What is not acknowledged comes again, with more or less beside it.
            while (!await TryPostAsync(random.Next(3) == 0 ? Math.Max(0, Count - 1) : Count, Count + batch))
            {
                batch = random.Next(1, batch + 1);
                await Task.Delay(random.Next(10, 60)); // the platform's pause; it is not what is tested
            }

            Count += batch;
        }
    }

    private async Task<bool> TryPostAsync(int from, int to)
    {
        if (instances[random.Next(instances.Count)].Address is not { } address) return false;
        _tried = Math.Max(_tried, to);
        var value = new
        {
            metadata = new { phone_number_id = PhoneNumberId },
            messages = Enumerable.Range(from, to - from).Select(i => new
            {
                id = $"wamid.{user}-{i}", from = user, timestamp = "1789000000", type = "text", text = new { body = $"{i}" },
            }),
        };
        var envelope = new
        {
            @object = "whatsapp_business_account",
            entry = new[] { new { id = "1", changes = new[] { new { field = "messages", value } } } },
        };
        try
        {
            using var answer = await Http.PostAsJsonAsync(new Uri(address, "/webhook/whatsapp"), envelope);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return false; // killed meanwhile: WhatsApp has no answer either
        }
    }
}
