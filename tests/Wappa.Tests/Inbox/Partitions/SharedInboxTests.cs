using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Redis.Tests.Servers;
using Wappa.Inbox;
using Wappa.Webhooks;

namespace Wappa.Tests.Inbox.Partitions;

/// <summary>Several instances on one Redis: any of them accepts, one at a time runs a user.</summary>
public class SharedInboxTests
{
    [Fact]
    public async Task Messages_PostedToAllInstances_RunOnceInTheUsersOrder()
    {
        const int Count = 25;
        await using var fleet = await Fleet.StartAsync();
        var members = await fleet.JoinAsync(3);
        var users = Enumerable.Range(0, 8).Select(i => $"1555010{i:d4}").ToArray();

        await Task.WhenAll(users.Select(async user =>
        {
            // Each is acknowledged before the next is sent, and sent twice to two instances.
            for (var i = 0; i < Count; i++)
            {
                (await members[i % 3].PostAsync(user, $"{i:d3}")).ShouldBe(HttpStatusCode.OK);
                if (i % 5 == 0) (await members[(i + 1) % 3].PostAsync(user, $"{i:d3}")).ShouldBe(HttpStatusCode.OK);
            }
        }));

        var expected = Enumerable.Range(0, Count).Select(i => $"{i:d3}").ToArray();
        foreach (var user in users) await fleet.HandledAsync(user, Count);
        await fleet.EmptyAsync();
        foreach (var user in users)
        {
            (await fleet.TextsOfAsync(user)).ShouldBe(expected);
            fleet.SentTo(user).ShouldBe(expected.Select((text, i) => $"{i + 1}: {text}"));
        }

        members.Count(member => !member.Script.Ran.IsEmpty).ShouldBeGreaterThan(1);
        members.Sum(member => member.Script.Ran.Count).ShouldBe(Count * users.Length);
    }

    [Fact]
    public async Task Batch_OfUsersOfAllInstances_IsHandledWhole()
    {
        await using var fleet = await Fleet.StartAsync();
        var members = await fleet.JoinAsync(2);
        var items = Enumerable.Range(0, 1000).Select(i => Payloads.TextItem($"M-{i}", $"1555020{i % 40:d4}", $"{i:d4}"));

        (await members[0].App.PostAsync(Payloads.Envelope(string.Join(',', items)))).ShouldBe(HttpStatusCode.OK);

        for (var user = 0; user < 40; user++) await fleet.HandledAsync($"1555020{user:d4}", 25);
        (await fleet.TextsOfAsync("15550200007")).ShouldBe(Enumerable.Range(0, 25).Select(i => $"{(i * 40) + 7:d4}"));
        await fleet.EmptyAsync();
    }

    [Fact]
    public async Task Backlog_OfMoreThanAListingShows_RunsInOrder()
    {
        const int Count = 600;
        await using var fleet = await Fleet.StartAsync();
        var first = (await fleet.JoinAsync(1))[0];
        var gate = new TaskCompletionSource();
        first.Script.Act = (_, _) => gate.Task;
        for (var i = 0; i < Count; i++) (await first.PostAsync(Payloads.Mira, $"{i:d4}")).ShouldBe(HttpStatusCode.OK);

        gate.SetResult();

        await fleet.HandledAsync(Payloads.Mira, Count);
        (await fleet.TextsOfAsync(Payloads.Mira)).ShouldBe(Enumerable.Range(0, Count).Select(i => $"{i:d4}"));
        first.Script.Ran.Count.ShouldBe(Count);
    }

    [Fact]
    public async Task Inbox_ThatIsFull_RefusesAndReadsTheRestLater()
    {
        await using var fleet = await Fleet.StartAsync();
        fleet.Configure = options => options.Inbox.Capacity = 1000;
        var only = (await fleet.JoinAsync(1))[0];
        var gate = new TaskCompletionSource();
        only.Script.Act = (_, _) => gate.Task;
        var accepted = 0;

        await Eventually.BeTrueAsync("a refusal", async () =>
        {
            var items = Enumerable.Range(accepted * 100, 100).Select(i => Payloads.TextItem($"M-{i}", $"1555030{i % 50:d4}", $"{i}"));
            var answer = await only.App.PostAsync(Payloads.Envelope(string.Join(',', items)));
            if (answer == HttpStatusCode.OK) accepted++;
            return answer == HttpStatusCode.ServiceUnavailable;
        });
        only.Inbox.Pending.ShouldBeLessThanOrEqualTo(1000 + 100);
        gate.SetResult();

        await Eventually.BeTrueAsync("all of it", () => Task.FromResult(only.Script.Ran.Distinct().Count() == accepted * 100));
        await fleet.EmptyAsync();
    }

    [Fact]
    public async Task DeadLetter_ReplayedOnAnotherInstance_RunsAtItsOwner()
    {
        await using var fleet = await Fleet.StartAsync();
        var members = await fleet.JoinAsync(2);
        var user = Fleet.UserOf(members[0]);
        var isBroken = true;
        members[0].Script.Act = (_, _) => isBroken ? throw new InvalidOperationException("broken") : Task.CompletedTask;
        (await members[1].PostAsync(user, "one")).ShouldBe(HttpStatusCode.OK);
        var cancel = TestContext.Current.CancellationToken;
        DeadLetter? letter = null;
        await Eventually.BeTrueAsync("a dead letter", async () =>
            (letter = await members[1].DeadLetters.ListAsync(Payloads.PhoneNumberId, cancel).FirstOrDefaultAsync(cancel)) is not null);
        isBroken = false;

        (await members[1].DeadLetters.ReplayAsync(Payloads.PhoneNumberId, letter!.Id, cancel)).ShouldBeTrue();

        await fleet.HandledAsync(user, 1);
        members[1].Script.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Item_StoredElsewhereAndPostedEverywhere_RunsAtItsOwner()
    {
        await using var fleet = await Fleet.StartAsync();
        var members = await fleet.JoinAsync(2);
        var user = Fleet.UserOf(members[1]);
        foreach (var member in members)
        {
            var json = Encoding.UTF8.GetBytes(Payloads.Text("M-1", user, "one"));
            var item = member.App.Services.GetRequiredService<WebhookIntake>().Read(json)!.Value.First!;
            item.Fingerprint = item.Identify();
            member.Inbox.TryPost(item).ShouldBeTrue();
        }

        await fleet.HandledAsync(user, 1);
        members[0].Script.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Instance_WithAnotherNumberOfPartitions_DoesNotStart()
    {
        await using var fleet = await Fleet.StartAsync();
        await fleet.JoinAsync(1);
        fleet.Configure = options => options.Inbox.Partitions = 32;

        var error = await Should.ThrowAsync<InvalidOperationException>(fleet.JoinAsync());

        error.Message.ShouldContain("has 64 partitions");
        error.Message.ShouldContain("InboxOptions.Partitions is 32");
    }

    [Theory]
    [InlineData("hotel", "15550102233", 4)]
    [InlineData("hotel", null, 30)]
    public void Partition_OfAUser_NeverChanges(string tenant, string? user, int expected) =>
        PartitionHash.Of(tenant, user, 64).ShouldBe(expected);
}
