using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Inbox;

namespace Wappa.Tests;

public class InboxStressTests
{
    private const int Threads = 4;
    private const int Batches = 400;
    private const int Users = 11;

    /// <summary>Batches of several users from several threads, each delivered twice: every item runs once, users keep the
    /// order of each sender, never two turns of a user at once, and no lane is left.</summary>
    [Fact]
    public async Task Accept_FromManyThreads_RunsEachItemOnceAndInOrder()
    {
        await using var app = await BotApp.StartAsync(builder =>
            builder.Services.Configure<WappaOptions>(options => options.Inbox.Capacity = 1_000_000));
        var inbox = app.Services.GetRequiredService<WebhookInbox>();
        var running = new ConcurrentDictionary<string, bool>();
        var overlaps = 0;
        app.Recorder.OnTurn = async (webhook, _) =>
        {
            var user = ((MessageWebhook)webhook).User.UserId;
            if (!running.TryAdd(user, true)) Interlocked.Increment(ref overlaps);
            if (user.Length % 2 == 0) await Task.Yield();
            running.TryRemove(user, out var _);
        };

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() => SendAsync(inbox, thread))));
        (await inbox.DrainAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).ShouldBe(0);

        overlaps.ShouldBe(0);
        (inbox.Pending, inbox.ActiveLanes).ShouldBe((0, 0));
        app.Recorder.Seen.Count.ShouldBe(Threads * Batches * 3);
        foreach (var sender in app.Recorder.Messages.GroupBy(message => (message.User.UserId, message.Message.Id.Split('-')[0])))
        {
            var order = sender.Select(message => int.Parse(message.Message.Id.Split('-')[1], null)).ToArray();
            order.ShouldBe(order.Order());
        }
    }

    private static async Task SendAsync(WebhookInbox inbox, int thread)
    {
        for (var i = 0; i < Batches; i++)
        {
            (await inbox.AcceptAsync(Batch(thread, i))).ShouldBeTrue();
            (await inbox.AcceptAsync(Batch(thread, i))).ShouldBeTrue();
        }
    }

    private static WebhookBatch Batch(int thread, int number)
    {
        var batch = default(WebhookBatch);
        for (var i = number * 3; i < (number + 1) * 3; i++)
        {
            batch.Add(new MessageWebhook
            {
                Tenant = "t",
                User = new() { UserId = new('u', 1 + (i % Users)) },
                Message = new UnknownMessage { Id = $"{thread}-{i}", Type = "x" },
            });
        }

        return batch;
    }
}
