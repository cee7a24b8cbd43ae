using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PizzaBot;
using Wappa.Emulator;

namespace Wappa.Testing.Tests;

/// <summary>A conversation recorded as a test. The recorded pizza order is part of this project, so that it is compiled and run.</summary>
public class RecordingTests
{
    [Fact]
    public async Task Record_AnOrderWithAPause_IsTheTestInThisProject()
    {
        var clock = new ManualTimeProvider();
        await using var app = await PizzaAsync(clock);
        var local = app.Services.GetRequiredService<LocalWhatsApp>();
        using var http = new HttpClient { BaseAddress = new(app.Urls.First()) };
        foreach (var (text, pause) in new[]
        {
            ("hi", 5), ("large", 12), ("pepperoni, cheese", 0), ("yes", 90), ("small \"please\" \\ 🍕\u200d", 1800), ("menu", 0),
        })
        {
            await AskAsync(app, text);
            clock.Advance(TimeSpan.FromSeconds(pause));
        }

        var number = local.World.Numbers[0];
        var code = await http.GetStringAsync($"/emulator/api/recordings?number={number.Id}&customer={local.World.Customers[0].Id}");

        await IsInThisProjectAsync("SarahConversationTests.cs", code);
    }

    [Fact]
    public async Task Record_EveryKindOfMessage_IsTheTestInThisProject()
    {
        var clock = new ManualTimeProvider();
        await using var app = await StartAsync<TalkativeHandler>(clock);
        var local = app.Services.GetRequiredService<LocalWhatsApp>();
        var kim = local.ChangeCustomer(local.World.Customers[0].Id, known => known with { Name = "Kim \"K\" Oh" })!;
        var file = local.Media.Add("application/pdf", "a \"b\".pdf", [1, 2, 3]);
        var number = local.World.Numbers[0];
        var hello = (await SayAsync("""{"type":"text","text":{"body":"hello"}}""")).Id;
        var answer = local.World.MessagesOf(number.Id, kim.Id)[^1].Id;
        await SayAsync($$$"""{"type":"text","text":{"body":"again"},"context":{"id":"{{{answer}}}"}}""");
        await SayAsync("""{"type":"text","text":{"body":"buttons"}}""");
        await SayAsync("""{"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"b","title":"\"Coffee\""}}}""");
        await SayAsync("""{"type":"text","text":{"body":"list"}}""");
        await SayAsync("""{"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"r2","title":"Second"}}}""");
        await SayAsync("""{"type":"text","text":{"body":"two"}}""");
        await SayAsync("""{"type":"location","location":{"latitude":1.5,"longitude":-2,"name":"Here"}}""");
        await SayAsync($$$"""{"type":"document","document":{"id":"{{{file.Id}}}","caption":"look","filename":"a \"b\".pdf"}}""");
        await SayAsync($$$"""{"type":"reaction","reaction":{"message_id":"{{{answer}}}","emoji":"👍"}}""");
        await SayAsync("""{"type":"edit","edit":{"original_message_id":"HELLO","message":{"type":"text","text":{"body":"hi"}}}}"""
            .Replace("HELLO", hello, StringComparison.Ordinal));
        await SayAsync("""{"type":"order","order":{"catalog_id":"1","text":"\u2028é\"\"\"","product_items":[]}}""");
        local.Send(number, kim, (JsonObject)JsonNode.Parse("""{"type":"text","text":{"body":"later"}}""")!);
        await UntilAsync(local, () => app.Services.GetRequiredService<TurnTimeline>().List(null, null, 0, 500)
            .Any(turn => turn is { Title: "later", State: TurnState.Done }));
        var before = OutOf(local);
        clock.Advance(TimeSpan.FromMinutes(2));
        await UntilAsync(local, () => OutOf(local) > before && IsAtRest(app));

        var code = new TestRecorder(local, app.Services.GetRequiredService<TurnTimeline>(), typeof(TalkativeHandler))
            .Record(number, kim, null, null)!;

        await IsInThisProjectAsync(code.FileName, code.Code);

        async Task<LocalMessage> SayAsync(string json)
        {
            var count = OutOf(local);
            var sent = local.Send(number, kim, (JsonObject)JsonNode.Parse(json)!);
            await UntilAsync(local, () => OutOf(local) > count && IsAtRest(app));
            return sent.Message!;
        }
    }

    [Fact]
    public async Task Record_FromOneMessageToAnother_HasOnlyThose()
    {
        var clock = new ManualTimeProvider();
        await using var app = await PizzaAsync(clock);
        var local = app.Services.GetRequiredService<LocalWhatsApp>();
        using var http = new HttpClient { BaseAddress = new(app.Urls.First()) };
        var ids = new List<string>();
        foreach (var text in new[] { "one", "two", "three" }) ids.Add(await AskAsync(app, text));

        var path = $"/emulator/api/recordings?number={local.World.Numbers[0].Id}&customer={local.World.Customers[0].Id}";
        var code = await http.GetStringAsync($"{path}&from={ids[1]}&to={ids[1]}");
        using var backwards = await http.GetAsync($"{path}&from={ids[2]}&to={ids[0]}");

        code.ShouldContain("SendAsync(\"two\")");
        code.ShouldNotContain("one\"");
        code.ShouldNotContain("three");
        code.ShouldContain(".Last.ShouldBe(");
        backwards.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("a\"b\\c\n\r\t", "\"a\\\"b\\\\c\\n\\r\\t\"")]
    [InlineData("\u202e\u2028\u0000\ufeff\u200d", "\"\\u202E\\u2028\\u0000\\uFEFF\\u200D\"")]
    [InlineData("é🍕\u00a0", "\"é🍕\\u00A0\"")]
    public void Literal_OfAnyText_IsOneToken(string text, string literal) => CSharpText.Literal(text).ShouldBe(literal);

    [Theory]
    [InlineData("Ana", "ana")]
    [InlineData("Class", "customer")]
    [InlineData("Bot", "customer")]
    [InlineData("陳 大文", "customer")]
    [InlineData("7up; }", "up")]
    [InlineData("", "customer")]
    public void Variable_OfAnyName_IsAnIdentifier(string name, string variable) =>
        CSharpText.Variable(name, "customer").ShouldBe(variable);

    private static async Task IsInThisProjectAsync(string name, string code)
    {
        var file = Path.Combine(Folder(), "Recorded", name);
        if (Environment.GetEnvironmentVariable("UPDATE_RECORDINGS") is "1") await File.WriteAllTextAsync(file, code);
        code.ShouldBe(
            await File.ReadAllTextAsync(file), "what is recorded has changed: run these tests with UPDATE_RECORDINGS=1 and look at the difference");
    }

    private static Task<WebApplication> PizzaAsync(ManualTimeProvider clock) => StartAsync<PizzaOrderHandler>(clock);

    private static async Task<WebApplication> StartAsync<THandler>(ManualTimeProvider clock)
        where THandler : WappaEventHandler
    {
        var builder = new WappaBuilder(["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Logging:LogLevel:Default", "None",
            "--WHATSAPP_ACCESS_TOKEN", "", "--WP_ACCESS_TOKEN", "", "--WHATSAPP_WEBHOOK_SECRET", "", "--Wappa:Tenant", "pizzeria",
            "--Wappa:WhatsApp:MessagesPerSecond", "0"]);
        builder.Services.AddSingleton<TimeProvider>(clock);
        var app = builder.WithHandler<THandler>().WithEmulator().Build();
        await app.StartAsync();
        return app;
    }

    private static async Task<string> AskAsync(WebApplication app, string text)
    {
        var local = app.Services.GetRequiredService<LocalWhatsApp>();
        var before = OutOf(local);
        var sent = local.Send(local.World.Numbers[0], local.World.Customers[0], new()
        {
            ["type"] = "text",
            ["text"] = new JsonObject { ["body"] = text },
        });
        await UntilAsync(local, () => OutOf(local) > before && IsAtRest(app));
        return sent.Message!.Id;
    }

    // A message is there before the app has heard that it was taken, and before it is known which turn sent it.
    private static bool IsAtRest(WebApplication app) => app.Services.GetRequiredService<TurnTimeline>()
        .List(null, null, 0, TurnTimeline.Capacity)
        .All(turn => turn.State is TurnState.Done or TurnState.Failed);

    private static int OutOf(LocalWhatsApp local) => local.World
        .MessagesOf(local.World.Numbers[0].Id, local.World.Customers[0].Id)
        .Count(message => message.Direction is MessageDirection.Out);

    private static async Task UntilAsync(LocalWhatsApp local, Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        if (holds()) return;
        await foreach (var _ in local.Events.ListenAsync(0, patience.Token))
        {
            if (holds()) return;
        }
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
