using System.Text.Json;
using Wappa.Caching;

namespace Wappa.EndToEnd.Oracle;

/// <summary>Runs a deployment under load while its processes are killed, and says what is wrong afterwards.</summary>
/// <param name="seed">Of everything that is random, but for when a process dies in its work.</param>
/// <param name="duration">How long there is load.</param>
internal sealed class KillOracle(int seed, TimeSpan duration)
{
    private const int Users = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(seed);

    /// <summary>How often a process was killed.</summary>
    internal int Kills { get; private set; }

    /// <param name="count">How many instances.</param>
    /// <param name="args">Where their memory is.</param>
    /// <param name="open">Opens the store when all have ended.</param>
    internal async Task RunAsync(int count, string[] args, Func<(IDocumentStore Records, IAsyncDisposable Owner)> open)
    {
        await using var graph = await GraphRecorder.StartAsync();
        var instances = Enumerable.Range(0, count).Select(_ => new BotInstance(args, graph.Url)).ToArray();
        try
        {
            await Task.WhenAll(instances.Select(instance => instance.StartAsync()));
            var users = Enumerable.Range(0, Users)
                .Select(i => new Conversation($"1555010{i:d4}", new(_random.Next()), instances)).ToArray();
            using var end = new CancellationTokenSource(duration);
            var talking = users.Select(user => user.TalkAsync(() => !end.IsCancellationRequested)).ToArray();
            await KillAsync(instances, end.Token);
            await Task.WhenAll(talking).WaitAsync(Patience);
            await WaitForAnswersAsync(graph, users);
            await Task.WhenAll(instances.Select(instance => instance.StopAsync()));
            var (records, owner) = open();
            await using (owner) await JudgeAsync(graph, users, records);
        }
        finally
        {
            foreach (var instance in instances) await instance.DisposeAsync();
        }
    }

    private async Task KillAsync(BotInstance[] instances, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(_random.Next(300, 2000), end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var victim = instances[_random.Next(instances.Length)];
            await victim.KillAsync();
            Kills++;
            await Task.Delay(_random.Next(0, 1500), CancellationToken.None);
            await victim.StartAsync();
        }
    }

    // What is marked as indeterminate never arrives, so arrival alone is not waited for: nothing new for a while, too.
    private static async Task WaitForAnswersAsync(GraphRecorder graph, Conversation[] users)
    {
        var (last, quiet) = (-1, 0);
        for (var i = 0; i < Patience.TotalMilliseconds / 100; i++)
        {
            var sent = users.Sum(user => graph.SentTo(user.User).Length);
            if (sent >= users.Sum(user => user.Count)) return;
            quiet = sent == last ? quiet + 1 : 0;
            last = sent;
            if (quiet > 25) return;
            await Task.Delay(100);
        }
    }

    private async Task JudgeAsync(GraphRecorder graph, Conversation[] users, IDocumentStore store)
    {
        var caches = CacheFactory.Over(store);
        foreach (var user in users)
        {
            var what = $"seed {seed}, user {user.User}, {Kills} kills";
            var expected = Enumerable.Range(0, user.Count).Select(i => $"{i}").ToArray();
            var own = caches.ForUser(Conversation.PhoneNumberId, user.User);
            (await own.State.GetFieldAsync<string[]>("log", "texts") ?? []).ShouldBe(expected, what);
            (await own.User.GetFieldAsync<long>("stats", "message_count")).ShouldBe(user.Count, what);

            var sent = graph.SentTo(user.User);
            var numbers = sent.Select(text => int.Parse(text.Split(' ')[1])).ToArray();
            numbers.ShouldBe(numbers.Distinct().Order().ToArray(), what + ": sent once, in order");
            var held = await HeldAsync(store, user.User);
            expected.Select((text, i) => $"{i + 1} {text}").Except(sent).Except(held).ShouldBeEmpty(what + ": neither sent nor held");
        }
    }

    /// <summary>The messages of which nobody knows whether they were sent.</summary>
    private static async Task<string[]> HeldAsync(IDocumentStore store, string user)
    {
        var mailbox = await store.GetAsync(RecordKey.User(Conversation.PhoneNumberId, user, "wappa.mailbox"));
        mailbox.IsHit.ShouldBeTrue();
        if (!mailbox.Document!.TryGetField("out", out var json)) return [];
        var entries = JsonElement.Parse(json).EnumerateArray().ToArray();
        entries.ShouldAllBe(entry => entry.GetProperty("state").GetString() == "held");
        return [.. entries.Select(entry => entry.GetProperty("body").GetProperty("text").GetProperty("body").GetString()!)];
    }
}
