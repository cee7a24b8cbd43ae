using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.UserData;

/// <summary>What is handed over holds everything there is of a user, and nobody else's.</summary>
public class ExportTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_AUserWithSomethingEverywhere_HoldsAllOfIt()
    {
        await using var stub = await GraphStub.StartAsync();
        stub.Answer = static context => GraphStub.WriteAsync(context, 400, """{"error":{"message":"quota","code":80007}}""");
        await using var app = await BotApp.StartAsync<BusyBot>(builder =>
        {
            builder.UseStores("shared", _ => new KeyRecordingStore(new MemoryDocumentStore(), "json"), _ => throw new NotSupportedException());
            builder.Services.AddSingleton(new Script());
            builder.Services.Configure<WhatsAppOptions>(options => options.ApiUrl = stub.Url);
            builder.Services.Configure<WappaOptions>(options => options.Inbox.DrainTimeout = TimeSpan.Zero);
        });
        var letters = app.Services.GetRequiredService<IDeadLetters>();
        await app.PostAsync(Payloads.Envelope(Payloads.TextItem("M-1", body: "one") + "," + Payloads.TextItem("M-2", "15550109999", "theirs")));
        await app.PostAsync(Payloads.Text("M-3", body: "bad"));
        while (!await letters.ListAsync(Payloads.PhoneNumberId, Ct).AnyAsync(Ct)) await Task.Delay(2, Ct);
        while (stub.Requests.Count < 2) await Task.Delay(2, Ct);

        var export = await BusyBot.ExportAsync(app.Services.GetRequiredService<IUserData>(), Payloads.Mira);

        (export.GetProperty("tenant").GetString(), export.GetProperty("user").GetString()).ShouldBe((Payloads.PhoneNumberId, Payloads.Mira));
        var records = export.GetProperty("records").EnumerateArray().ToDictionary(record => record.GetProperty("name").GetString()!);
        records.Keys.Order().ShouldBe(["order", "profile"]);
        records["order"].GetProperty("kind").GetString().ShouldBe("state");
        records["order"].GetProperty("expires_in_seconds").GetInt32().ShouldBeInRange(3590, 3600);
        records["profile"].GetProperty("value").GetProperty("name").GetString().ShouldBe("Mira");
        records["profile"].TryGetProperty("expires_in_seconds", out _).ShouldBeFalse();
        var mailbox = export.GetProperty("pipeline").GetProperty("wappa.mailbox");
        mailbox.GetProperty("timers").EnumerateArray().Count().ShouldBe(2); // the one for tomorrow, and the end of the state
        mailbox.GetProperty("out")[0].GetProperty("body").GetRawText().ShouldContain("answer to one");
        export.GetProperty("inbox")[0].GetProperty("json").GetProperty("text").GetProperty("body").GetString().ShouldBe("one");
        export.GetProperty("dead_letters")[0].GetProperty("json").GetProperty("text").GetProperty("body").GetString().ShouldBe("bad");
        export.GetRawText().ShouldNotContain("theirs");
    }

    [Fact]
    public async Task Export_AnUnknownUser_IsEmpty()
    {
        await using var app = await BotApp.StartAsync();

        var export = await BusyBot.ExportAsync(app.Services.GetRequiredService<IUserData>(), "nobody");

        foreach (var part in new[] { "aliases", "records", "inbox", "dead_letters" })
            export.GetProperty(part).GetArrayLength().ShouldBe(0);
        export.GetProperty("pipeline").EnumerateObject().ShouldBeEmpty();
    }

    [Fact]
    public async Task Export_AUserWithTwoIds_NamesTheOther_UntilErased()
    {
        await using var app = await BotApp.StartAsync();
        var aliases = app.Services.GetRequiredService<Webhooks.UserAliases>();
        await aliases.DecideAsync(new(Payloads.PhoneNumberId, Payloads.Mira, "US.1"));
        var data = app.Services.GetRequiredService<IUserData>();

        (await BusyBot.ExportAsync(data, Payloads.Mira)).GetProperty("aliases")[0].GetString().ShouldBe("US.1");
        await data.EraseAsync(Payloads.PhoneNumberId, Payloads.Mira, Ct);

        (await BusyBot.ExportAsync(data, Payloads.Mira)).GetProperty("aliases").GetArrayLength().ShouldBe(0);
        (await aliases.DecideAsync(new(Payloads.PhoneNumberId, null, "US.1"))).ShouldBe("US.1");
    }
}
