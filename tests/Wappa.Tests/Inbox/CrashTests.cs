using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Inbox;

namespace Wappa.Tests.Inbox;

/// <summary>A process that ends between any two writes, before or after the store has done what it was asked; the next one goes on, and
/// WhatsApp delivers again what was not answered with 200.</summary>
public class CrashTests
{
    private const int Most = 12; // more writes than the scenario has

    public static TheoryData<int, bool> Deaths()
    {
        var data = new TheoryData<int, bool>();
        for (var write = 1; write <= Most; write++)
        {
            data.Add(write, false);
            data.Add(write, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Process_DiesAtAnyWrite_LosesNothingAndRepeatsNothing(int write, bool lateInWrite)
    {
        var shared = new SharedStore();
        await using var stub = await GraphStub.StartAsync();
        var acknowledged = await LiveAndDieAsync(shared, stub, write, lateInWrite);

        var script = new Script();
        await using var next = await CountingBot.StartAsync(script, new(shared), stub);
        foreach (var text in new[] { "one", "two" })
        {
            // WhatsApp repeats what was not acknowledged, and sometimes what was.
            (await next.PostAsync(Payloads.Text($"M-{text}", body: text))).ShouldBe(HttpStatusCode.OK);
        }

        await next.StopAsync();

        acknowledged.ShouldBeLessThanOrEqualTo(2);
        (await shared.User().User.GetFieldAsync<long>("stats", "messages")).ShouldBe(2);
        (await shared.User().State.GetFieldAsync<string[]>("log", "texts")).ShouldBe(["one", "two"]);
        var sent = stub.Requests.Select(request => request.Body.GetProperty("text").GetProperty("body").GetString()!).ToArray();
        sent.ShouldBe(sent.Distinct());
        sent.ShouldBe(sent.Order());
        (sent.Length + await HeldAsync(shared)).ShouldBeGreaterThanOrEqualTo(2);
        (await shared.BatchesAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Item_ThatKillsTheProcessEachTime_EndsAsADeadLetter()
    {
        var shared = new SharedStore();
        await using var stub = await GraphStub.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            // The first attempt is not counted anywhere, the next two are.
            var life = new SharedStore.Life(shared);
            await using var app = await CountingBot.StartAsync(Killer(life), life, stub);
            if (i == 0) await app.PostAsync(Payloads.Text("M-1", body: "poison"));
            await WaitUntilAsync(() => life.IsDead);
        }

        await using var last = await CountingBot.StartAsync(new(), new(shared), stub);
        await last.PostAsync(Payloads.Text("M-2", body: "next"));
        await last.StopAsync();

        (await shared.User().State.GetFieldAsync<string[]>("log", "texts")).ShouldBe(["next"]);
        var letters = last.Services.GetRequiredService<IDeadLetters>().ListAsync(Payloads.PhoneNumberId);
        var letter = await letters.SingleAsync(TestContext.Current.CancellationToken);
        (letter.ErrorType, letter.UserId, letter.Kind).ShouldBe((null, Payloads.Mira, "message"));
    }

    private static Script Killer(SharedStore.Life life) => new()
    {
        Act = async (webhook, _) =>
        {
            if (webhook.GetMessageText() != "poison") return;
            life.Kill();
            await new TaskCompletionSource().Task; // a dead process does not go on
        },
    };

    private static async Task<int> LiveAndDieAsync(SharedStore shared, GraphStub stub, int write, bool lateInWrite)
    {
        var life = new SharedStore.Life(shared, count => count == write, lateInWrite);
        await using var app = await CountingBot.StartAsync(new(), life, stub);
        var acknowledged = 0;
        foreach (var text in new[] { "one", "two" })
        {
            if (await app.PostAsync(Payloads.Text($"M-{text}", body: text)) != HttpStatusCode.OK) break;
            acknowledged++;
            await WaitUntilAsync(() => life.IsDead || app.Services.GetRequiredService<WebhookInbox>().ActiveLanes == 0);
        }

        life.Kill();
        return acknowledged;
    }

    private static async Task<int> HeldAsync(SharedStore shared) =>
        await shared.MailboxAsync() is { } mailbox && mailbox.TryGetField("out", out var json)
            ? JsonElement.Parse(json).EnumerateArray().Count(entry => entry.GetProperty("state").GetString() == "held")
            : 0;

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(1, patience.Token);
    }
}
