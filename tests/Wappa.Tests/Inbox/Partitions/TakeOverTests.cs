using System.Net;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Tests.Inbox.Partitions;

/// <summary>Partitions change hands: an instance comes, goes, dies, freezes, or the store is away.</summary>
public class TakeOverTests
{
    [Fact]
    public async Task Instance_CutOffInATurn_IsReplacedAndItsTurnHasNoEffect()
    {
        await using var fleet = await Fleet.StartAsync();
        fleet.LeaseTime = TimeSpan.FromSeconds(1);
        var members = await fleet.JoinAsync(2);
        var (frozen, next) = (members[0], members[1]);
        var user = Fleet.UserOf(frozen);
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        frozen.Script.Act = (_, _) =>
        {
            begun.TrySetResult();
            return gate.Task;
        };
        (await next.PostAsync(user, "one")).ShouldBe(HttpStatusCode.OK);
        (await next.PostAsync(user, "two")).ShouldBe(HttpStatusCode.OK);
        await begun.Task;

        frozen.Cut();
        await fleet.HandledAsync(user, 2);
        frozen.Mend();
        gate.SetResult();

        await Eventually.BeTrueAsync("the frozen instance at rest", () => Task.FromResult(frozen.Inbox.ActiveLanes == 0));
        await fleet.EmptyAsync();
        frozen.Script.RunsOf("one").ShouldBe(1);
        (await fleet.TextsOfAsync(user)).ShouldBe(["one", "two"]);
        fleet.SentTo(user).ShouldBe(["1: one", "2: two"]);
        await Fleet.SettleAsync(members);
    }

    [Fact]
    public async Task Message_ClaimedByAnInstanceThatIsReplaced_IsSentOnce()
    {
        await using var fleet = await Fleet.StartAsync();
        fleet.LeaseTime = TimeSpan.FromSeconds(1);
        var members = await fleet.JoinAsync(2);
        var (frozen, next) = (members[0], members[1]);
        var user = Fleet.UserOf(frozen);
        var (posted, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        fleet.Stub.Answer = async context =>
        {
            if (posted.TrySetResult()) await gate.Task;
            await GraphStub.WriteAsync(context, 200, """{"messages":[{"id":"M"}]}""");
        };
        (await next.PostAsync(user, "one")).ShouldBe(HttpStatusCode.OK);
        await posted.Task;

        frozen.Cut();
        (await next.PostAsync(user, "two")).ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync("the second message", () => Task.FromResult(fleet.SentTo(user).Length == 2));
        frozen.Mend();
        gate.SetResult();

        await Eventually.BeTrueAsync("both at rest", () => Task.FromResult(members.All(member => member.Inbox.ActiveLanes == 0)));
        fleet.SentTo(user).ShouldBe(["1: one", "2: two"]);
        (await fleet.TextsOfAsync(user)).ShouldBe(["one", "two"]);
        await fleet.EmptyAsync();
    }

    [Fact]
    public async Task Shutdown_HandsOverAtOnce_WithoutWaitingForTheLease()
    {
        await using var fleet = await Fleet.StartAsync();
        var first = await fleet.JoinAsync();
        await Fleet.SettleAsync(first);
        var second = await fleet.JoinAsync();
        await Fleet.SettleAsync(first, second);

        await first.App.StopAsync();

        await Fleet.SettleAsync(second);
        (await second.PostAsync(Payloads.Mira, "one")).ShouldBe(HttpStatusCode.OK);
        await fleet.HandledAsync(Payloads.Mira, 1);
    }

    [Fact]
    public async Task Shutdown_WithAnItemThatWaitsForItsNextAttempt_LeavesItToAnother()
    {
        await using var fleet = await Fleet.StartAsync();
        fleet.Configure = options =>
        {
            options.Inbox.RetryDelay = options.Inbox.MaxRetryDelay = TimeSpan.FromHours(1);
            options.Inbox.MaxAttempts = 5;
        };
        var members = await fleet.JoinAsync(2);
        var user = Fleet.UserOf(members[0]);
        members[0].Script.Act = (_, _) => throw new InvalidOperationException("broken here");
        (await members[1].PostAsync(user, "one")).ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync("an attempt", () => Task.FromResult(!members[0].Script.Ran.IsEmpty));

        await members[0].App.StopAsync();

        await fleet.HandledAsync(user, 1);
        members[1].Script.RunsOf("one").ShouldBe(1);
    }

    [Fact]
    public async Task Instance_ThatComesWhileATurnRuns_GetsItsShareOnceTheTurnIsOver()
    {
        await using var fleet = await Fleet.StartAsync();
        var first = await fleet.JoinAsync();
        await Fleet.SettleAsync(first);
        var gate = new TaskCompletionSource();
        first.Script.Act = (_, _) => gate.Task;
        var users = Enumerable.Range(0, 200).Select(i => $"1555040{i:d4}").ToArray();
        foreach (var user in users) (await first.PostAsync(user, "one")).ShouldBe(HttpStatusCode.OK);
        await Eventually.BeTrueAsync("all begun", () => Task.FromResult(first.Script.Ran.Count == users.Length));

        var second = await fleet.JoinAsync();
        gate.SetResult();

        await Fleet.SettleAsync(first, second);
        await fleet.EmptyAsync();
        first.Script.Ran.Count.ShouldBe(users.Length);
        second.Script.Ran.ShouldBeEmpty();
        foreach (var user in users) fleet.SentTo(user).ShouldBe(["1: one"]);
    }

    [Fact]
    public async Task Redis_AwayInTheMiddle_LosesNothingAndGoesOn()
    {
        await using var fleet = await Fleet.StartAsync(durable: true);
        fleet.LeaseTime = TimeSpan.FromSeconds(1);
        var members = await fleet.JoinAsync(2);
        var accepted = new List<string>();
        var refused = 0;
        var next = 0;

        async Task PostAsync()
        {
            var text = $"{next++:d3}";
            var answer = await members[next % 2].PostAsync(Payloads.Mira, text);
            if (answer == HttpStatusCode.OK) accepted.Add(text);
            else refused++;
        }

        for (var i = 0; i < 20; i++) await PostAsync();
        await fleet.Server.StopAsync();
        await PostAsync();
        await PostAsync();
        await Eventually.BeTrueAsync("leases that are over", () => Task.FromResult(members.All(member => member.Partitions.Held == 0)));
        await fleet.Server.StartAgainAsync();
        await Eventually.BeTrueAsync("acceptance", async () =>
        {
            await PostAsync();
            return accepted.Count > 20;
        });
        for (var i = 0; i < 20; i++) await PostAsync();

        refused.ShouldBeGreaterThanOrEqualTo(2);
        await fleet.HandledAsync(Payloads.Mira, accepted.Count);
        await fleet.EmptyAsync();
        var texts = await fleet.TextsOfAsync(Payloads.Mira);
        // What was refused may have been stored all the same: WhatsApp repeats it, and it is known then.
        accepted.ShouldBeSubsetOf(texts);
        texts.ShouldBe(texts.Distinct().Order());
        await Fleet.SettleAsync(members);
    }
}
