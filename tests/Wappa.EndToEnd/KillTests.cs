using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Wappa.EndToEnd;

/// <summary>A bot that is killed again and again under load. WhatsApp delivers again what was not answered with 200, and some of what was:
/// in the end every message has counted, once.</summary>
public class KillTests
{
    private const int Users = 8;
    private const int Lives = 4;
    private const int MessagesALife = 60;

    [Fact]
    public async Task Messages_ProcessKilledUnderLoad_CountOnceEach()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(7);
        var (sent, acknowledged) = (new List<(string Id, string Phone)>(), new ConcurrentDictionary<string, bool>());
        for (var life = 0; life < Lives; life++)
        {
            await using var bot = await StartAsync(folder);
            var fresh = Enumerable.Range(0, MessagesALife).Select(i => ($"wamid.{life}-{i}", $"1555020000{i % Users}")).ToArray();
            sent.AddRange(fresh);
            var repeats = sent.Where(message => !acknowledged.ContainsKey(message.Id) || random.Next(4) == 0).ToArray();
            var posting = Parallel.ForEachAsync(
                repeats, new ParallelOptions { MaxDegreeOfParallelism = 6 },
                async (message, _) => await PostAsync(bot, message.Id, message.Phone, acknowledged));
            await Task.Delay(random.Next(20, 250));
            await bot.KillAsync();
            await posting;
        }

        await using (var last = await StartAsync(folder))
        {
            foreach (var (id, phone) in sent) await PostAsync(last, id, phone, acknowledged);
            await last.StopAsync();
        }

        acknowledged.Count.ShouldBe(sent.Count);
        foreach (var user in sent.GroupBy(message => message.Phone))
            CountOf(folder, user.Key).ShouldBe(user.Count(), "messages of one user");
        // What is left is the list of messages that were claimed when the process died: nobody knows about those.
        folder.Files().ShouldAllBe(file => !file.Contains("wappa.inbox") || file.Contains("wappa.held"));
    }

    private static Task<BotProcess> StartAsync(TemporaryFolder folder) =>
        BotProcess.StartAsync(
            "PizzaBot", "--cache-path", folder.Path, "--tenant", "pizzeria",
            "--Wappa:WhatsApp:MessagesPerSecond", "0", "--Wappa:WhatsApp:PairInterval", "0");

    private static long CountOf(TemporaryFolder folder, string phone) =>
        JsonDocument.Parse(folder.Read($"users/pizzeria_{phone}_stats.json")).RootElement
            .GetProperty("value").GetProperty("message_count").GetInt64();

    private static async Task PostAsync(BotProcess bot, string id, string phone, ConcurrentDictionary<string, bool> acknowledged)
    {
        var value = new
        {
            metadata = new { phone_number_id = "100000000000002" },
            messages = new[] { new { id, from = phone, timestamp = "1789000000", type = "text", text = new { body = "hello" } } },
        };
        var envelope = new
        {
            @object = "whatsapp_business_account",
            entry = new[] { new { id = "1", changes = new[] { new { field = "messages", value } } } },
        };
        try
        {
            using var answer = await bot.Chat.Http.PostAsJsonAsync("/webhook/whatsapp", envelope);
            if (answer.StatusCode == HttpStatusCode.OK) acknowledged[id] = true;
        }
        catch (HttpRequestException)
        {
            // Killed meanwhile: WhatsApp has no answer either.
        }
    }
}
