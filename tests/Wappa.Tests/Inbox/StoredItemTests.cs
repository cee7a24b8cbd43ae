using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Tests.Telemetry;
using Wappa.Webhooks;

namespace Wappa.Tests.Inbox;

public class StoredItemTests
{
    public static TheoryData<string> Corpus => [.. Payloads.Index()
        .Select(file => file.GetProperty("file").GetString()!)
        .Where(file => !file.StartsWith("graph/", StringComparison.Ordinal) && !file.StartsWith("signature/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Corpus))]
    public void ToWebhook_OfEveryItemOfTheCorpus_IsTheItem(string file)
    {
        foreach (var item in Items(Payloads.Bytes(file)))
        {
            item.Fingerprint = item.Identify();
            if (item.Fingerprint == default) item.Fingerprint = Fingerprint.NewUnique();

            var stored = JsonSerializer.SerializeToUtf8Bytes(StoredItem.Of(item), InboxJson.Default.StoredItem);
            var read = JsonSerializer.Deserialize(stored, InboxJson.Default.StoredItem)!.ToWebhook();

            read.GetType().ShouldBe(item.GetType());
            Everything(read).ShouldBe(Everything(item));
            (read.UserId, read.Fingerprint).ShouldBe((item.UserId, item.Fingerprint));
            read.RawJson.Span.SequenceEqual(item.RawJson.Span).ShouldBeTrue();
        }
    }

    [Fact]
    public void Of_LargeItem_FitsIntoARecord()
    {
        var value = string.Join(',', Enumerable.Range(0, 150_000).Select(i => $"\"line {i % 97}\""));
        var body = "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"history\"," +
            $"\"value\":{{\"lines\":[{value}]}}}}]}}]}}";
        var item = Items(System.Text.Encoding.UTF8.GetBytes(body)).Single();
        item.Fingerprint = item.Identify();

        var stored = JsonSerializer.SerializeToUtf8Bytes(StoredItem.Of(item), InboxJson.Default.StoredItem);

        item.RawJson.Length.ShouldBeGreaterThan(1 << 20);
        stored.Length.ShouldBeLessThan(1 << 19);
        JsonSerializer.Deserialize(stored, InboxJson.Default.StoredItem)!.ToWebhook().RawJson.Span
            .SequenceEqual(item.RawJson.Span).ShouldBeTrue();
    }

    [Fact]
    public void Fingerprint_IsTheSameInEveryProcess()
    {
        var item = Items(Payloads.Bytes("text.json")).Single();

        // Stored fingerprints are compared with new ones for days: a change of these makes every message new.
        item.Identify().ShouldBe(Fingerprint.Parse("6553ef9b4f4d5ecb528c8ee5ac402fd8"));
        Fingerprint.Parse(item.Identify().ToString()).ShouldBe(item.Identify());
    }

    private static List<Webhook> Items(byte[] body)
    {
        var options = Options.Create(new WappaOptions());
        var aliases = new UserAliases(new MemoryDocumentStore(), TimeProvider.System);
        var intake = new WebhookIntake(new(options), aliases, new(new NoMeters()), NullLogger<WebhookIntake>.Instance);
        var people = new Identities();
        var items = new List<Webhook>();
        try
        {
            intake.Read(body, people);
            if (people.HasUnknown) people.DecideAsync(aliases).AsTask().GetAwaiter().GetResult(); // memory answers at once
            for (var item = intake.Read(body, people)?.First; item is not null; item = item.Next) items.Add(item);
        }
        catch (JsonException)
        {
            // A file that is no JSON holds no items.
        }

        return items;
    }

    private static string Everything(Webhook item)
    {
        var options = new JsonSerializerOptions { WriteIndented = true };
        var content = item switch
        {
            MessageWebhook message => JsonSerializer.Serialize<object>(message.Message, options),
            StatusWebhook status => JsonSerializer.Serialize<object>(status.Status, options),
            _ => "",
        };
        return JsonSerializer.Serialize<object>(item, options) + content;
    }
}
