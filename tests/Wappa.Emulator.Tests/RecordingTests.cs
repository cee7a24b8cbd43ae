using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PizzaBot;
using Wappa.Testing;

namespace Wappa.Emulator.Tests;

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
        foreach (var (text, pause) in new[] { ("hi", 5), ("large", 12), ("pepperoni, cheese", 0), ("yes", 90), ("small \"please\" \\ 🍕\u200d", 1800), ("menu", 0) })
        {
            await AskAsync(local, text);
            clock.Advance(TimeSpan.FromSeconds(pause));
        }

        var number = local.World.Numbers[0];
        var code = await http.GetStringAsync($"/emulator/api/recordings?number={number.Id}&customer={local.World.Customers[0].Id}");

        var file = Path.Combine(Folder(), "Recorded", "SarahConversationTests.cs");
        if (Environment.GetEnvironmentVariable("UPDATE_RECORDINGS") is "1") await File.WriteAllTextAsync(file, code);
        code.ShouldBe(
            await File.ReadAllTextAsync(file), "what is recorded has changed: run these tests with UPDATE_RECORDINGS=1 and look at the difference");
    }

    [Fact]
    public async Task Record_FromOneMessageToAnother_HasOnlyThose()
    {
        var clock = new ManualTimeProvider();
        await using var app = await PizzaAsync(clock);
        var local = app.Services.GetRequiredService<LocalWhatsApp>();
        using var http = new HttpClient { BaseAddress = new(app.Urls.First()) };
        var ids = new List<string>();
        foreach (var text in new[] { "one", "two", "three" }) ids.Add(await AskAsync(local, text));

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

    private static async Task<WebApplication> PizzaAsync(ManualTimeProvider clock)
    {
        var builder = new WappaBuilder(["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Logging:LogLevel:Default", "None",
            "--WHATSAPP_ACCESS_TOKEN", "", "--WP_ACCESS_TOKEN", "", "--WHATSAPP_WEBHOOK_SECRET", "", "--Wappa:Tenant", "pizzeria"]);
        builder.Services.AddSingleton<TimeProvider>(clock);
        var app = builder.WithHandler<PizzaOrderHandler>().WithEmulator().Build();
        await app.StartAsync();
        return app;
    }

    private static async Task<string> AskAsync(LocalWhatsApp local, string text)
    {
        using var patience = new CancellationTokenSource(EchoBot.Patience);
        var (number, sarah) = (local.World.Numbers[0], local.World.Customers[0]);
        var before = local.World.MessagesOf(number.Id, sarah.Id).Count(message => message.Direction is MessageDirection.Out);
        var sent = local.Send(number, sarah, new() { ["type"] = "text", ["text"] = new System.Text.Json.Nodes.JsonObject { ["body"] = text } });
        await foreach (var _ in local.Events.ListenAsync(0, patience.Token))
        {
            if (local.World.MessagesOf(number.Id, sarah.Id).Count(message => message.Direction is MessageDirection.Out) > before) break;
        }

        return sent.Message!.Id;
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
