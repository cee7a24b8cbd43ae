using System.Net;
using System.Text.Json;

namespace Wappa.Tests;

/// <summary>Every file of the corpus through the real endpoint, each in an app of its own.</summary>
public class CorpusTests
{
    // What INDEX.json states in words: (status, messages, statuses, events, errors).
    private static readonly Dictionary<string, Outcome> Special = new()
    {
        ["errors_value_level.json"] = new(200, Errors: 1),
        ["interactive_missing_body_with_error.json"] = new(200, Messages: 1, Errors: 1),
        ["fields/user_actions_link_click.json"] = new(200, Events: 1),
        ["batch/good_bad_good.json"] = new(200, Messages: 2, Ignores: true),
        ["batch/duplicate_in_same_post.json"] = new(200, Messages: 1),
        ["malformed/empty_body.txt"] = new(400),
        ["malformed/not_json.txt"] = new(400),
        ["malformed/truncated.json.txt"] = new(400),
        ["malformed/json_array.json.txt"] = new(400),
        ["malformed/json_null.json.txt"] = new(400),
        ["malformed/deep_nesting.json.txt"] = new(400),
        ["malformed/bom_utf8.json.txt"] = new(200, Messages: 1),
        ["malformed/invalid_utf8.json.txt"] = new(200, Messages: 1),
        ["malformed/duplicate_keys.json.txt"] = new(200, Messages: 1),
        ["malformed/lone_surrogate.json.txt"] = new(200, Messages: 1),
    };

    public static TheoryData<string> Webhooks() =>
        [.. Payloads.Files("").Except([.. Payloads.Files("graph/"), "signature/vectors.json"])];

    [Fact]
    public void Corpus_OnDisk_IsWhole() => Payloads.Index().Count().ShouldBe(223);

    [Theory]
    [MemberData(nameof(Webhooks))]
    public async Task Post_FileOfTheCorpus_HasItsExpectedOutcome(string file)
    {
        await using var app = await BotApp.StartAsync();
        var expected = Expect(Payloads.Index().Single(entry => entry.GetProperty("file").GetString() == file));

        var status = await app.PostAsync(Payloads.Bytes(file));
        await app.StopAsync();

        Outcome.Of(status, app).ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Webhooks))]
    public async Task Post_FileOfTheCorpus_LogsNothingThatNamesAPerson(string file)
    {
        await using var app = await BotApp.StartAsync();
        app.Recorder.OnTurn = static (webhook, _) => throw new InvalidOperationException("quoting " + webhook.ParseRawJson());

        await app.PostAsync(Payloads.Bytes(file));
        await app.StopAsync();

        var logs = string.Join('\n', app.Logs.All);
        string[] personal = ["1555010", "61550", "US.", "SE.", "Mira", "Tom", "Ivo", "wamid", "quoting", Payloads.Secret];
        foreach (var part in personal) logs.ShouldNotContain(part, Case.Sensitive);
    }

    private static Outcome Expect(JsonElement entry)
    {
        var file = entry.GetProperty("file").GetString()!;
        if (Special.TryGetValue(file, out var special)) return special;
        if (entry.GetProperty("expect").GetString()!.Contains("ignored + logged", StringComparison.Ordinal))
            return new(200, Ignores: true);
        var fields = entry.GetProperty("fields").EnumerateArray().Select(field => field.GetString()).ToArray();
        var ofMessages = fields.Contains("messages");
        return new(
            200,
            ofMessages ? entry.GetProperty("messages").GetInt32() : 0,
            ofMessages ? entry.GetProperty("statuses").GetInt32() : 0,
            fields.Count(field => field != "messages"));
    }

    /// <summary>How a POST ended and which turns it made.</summary>
    private sealed record Outcome(
        int Status, int Messages = 0, int Statuses = 0, int Events = 0, int Errors = 0, bool Ignores = false)
    {
        internal static Outcome Of(HttpStatusCode status, BotApp app) => new(
            (int)status,
            app.Recorder.Seen.OfType<MessageWebhook>().Count(),
            app.Recorder.Seen.OfType<StatusWebhook>().Count(),
            app.Recorder.Seen.OfType<EventWebhook>().Count(),
            app.Recorder.Seen.OfType<ErrorWebhook>().Count(),
            app.Logs.All.Any(line => line.StartsWith("Warning: Ignored", StringComparison.Ordinal)));
    }
}
