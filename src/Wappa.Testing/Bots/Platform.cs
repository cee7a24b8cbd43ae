using System.Text.Json.Nodes;
using Wappa.Emulator;

namespace Wappa.Testing;

/// <summary>The played WhatsApp as tests use it: one number, ids that are the same in each run, and no status a test has not asked
/// for but <c>sent</c>.</summary>
internal sealed class Platform : IDisposable
{
    private const string Secret = "test-secret";
    private const string Token = "test-token";

    internal Platform(HttpMessageHandler transport, TimeProvider time, int seed)
    {
        Local = new(
            new()
            {
                Mode = "standalone",
                AccessToken = static () => Token,
                WebhookSecret = static () => Secret,
                WebhookUrl = static () => BotProcess.WebhookUrl,
                Transport = transport,
                Seed = seed,
            },
            time);
        Local.Chaos.Change(static chaos => chaos with { AutoDeliver = false });
    }

    internal LocalWhatsApp Local { get; }

    internal BusinessNumber Number => Local.World.Numbers[0];

    public void Dispose() => Local.Dispose();

    /// <summary>Lets an app talk to the played WhatsApp.</summary>
    internal static void Connect(WhatsAppOptions options)
    {
        options.ApiUrl = "http://graph.test/v25.0";
        options.AccessToken = Token;
        options.WebhookSecret = Secret;
        options.WebhookVerifyToken = Token;

        // The clock stands still in a test, and so would the tenth message.
        options.MessagesPerSecond = 0;
        options.PairInterval = TimeSpan.Zero;
        options.PhoneNumberId = LocalWhatsAppOptions.DefaultPhoneNumberId;
        options.BusinessAccountId = LocalWhatsAppOptions.DefaultBusinessAccountId;
    }

    /// <summary>The next message the bot sends is refused.</summary>
    internal void FailNext(int code, int count) => Local.Chaos.Change(
        chaos => chaos with { GraphErrors = [.. chaos.GraphErrors, new(code, count)] });

    internal SentByCustomer Send(string customer, JsonObject message) =>
        Local.Send(Number, CustomerOf(customer), message);

    internal Customer CustomerOf(string id) => Local.World.FindCustomer(id) ??
        throw new BotTestException("This customer was deleted.");
}
