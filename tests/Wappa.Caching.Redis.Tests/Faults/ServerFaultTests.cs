using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>The server dies, stands still, forgets its scripts or throws everybody out, under sixteen callers.</summary>
public sealed class ServerFaultTests
{
    [Fact]
    public async Task Server_KilledAndRestarted_HasAllThatWasAcknowledged()
    {
        await using var server = await RedisServer.StartAsync(new() { Durable = true });
        await using var open = new OpenStore(server.Url);
        var work = new Workload(open.Store);

        await work.RunAsync(Enumerable.Repeat<Func<Task>>(
            async () =>
            {
                await server.KillAsync();
                await server.StartAgainAsync();
            }, 3));

        await work.VerifyAsync();
        work.Tally.NotMade.ShouldBe(0, "callers wait for the server");
    }

    [Fact]
    public async Task Server_StoppedInOrderAndRestarted_HasAllThatWasAcknowledged()
    {
        await using var server = await RedisServer.StartAsync(new() { Durable = true });
        await using var open = new OpenStore(server.Url);
        var work = new Workload(open.Store);

        await work.RunAsync(async () =>
        {
            await server.StopAsync();
            await server.StartAgainAsync();
        });

        await work.VerifyAsync();
    }

    [Fact]
    public async Task Server_FrozenUntilItsConnectionsAreGivenUp_RepeatsNothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using var open = new OpenStore(proxy.Url + OpenStore.Impatient);
        var work = new Workload(open.Store);

        await work.RunAsync(Enumerable.Repeat<Func<Task>>(
            async () =>
            {
                var before = proxy.Accepted;
                await server.FreezeAsync();
                await Eventually.BeTrueAsync("another connection", () => Task.FromResult(proxy.Accepted > before));
                await server.ThawAsync();
            }, 2));

        await work.VerifyAsync();
    }

    [Fact]
    public async Task Server_FrozenForAMoment_FailsNobody()
    {
        await using var server = await RedisServer.StartAsync();
        await using var open = new OpenStore(server.Url);
        var work = new Workload(open.Store);

        await work.RunAsync(Enumerable.Repeat<Func<Task>>(
            async () =>
            {
                await server.FreezeAsync();
                var (made, quiet) = (-1L, 0);
                await Eventually.BeTrueAsync("callers that wait", () =>
                {
                    quiet = work.Tally.Made == made ? quiet + 1 : 0;
                    made = work.Tally.Made;
                    return Task.FromResult(quiet == 10);
                });
                await server.ThawAsync();
            }, 3));

        await work.VerifyAsync();
        (work.Tally.Unknown + work.Tally.NotMade).ShouldBe(0);
    }

    [Fact]
    public async Task Clients_KilledAgainAndAgain_LoseAndRepeatNothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var open = new OpenStore(server.Url);
        await using var admin = await server.ConnectAsync();
        var work = new Workload(open.Store);

        await work.RunAsync(Enumerable.Repeat<Func<Task>>(
            async () =>
            {
                for (var kill = 0; kill < 5; kill++) await admin.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            }, 20));

        await work.VerifyAsync();
        work.Tally.NotMade.ShouldBe(0, "callers wait for the next connection");
    }

    [Fact]
    public async Task Scripts_FlushedAgainAndAgain_FailNobody()
    {
        await using var server = await RedisServer.StartAsync();
        await using var open = new OpenStore(server.Url);
        await using var admin = await server.ConnectAsync();
        var work = new Workload(open.Store);

        await work.RunAsync(Enumerable.Repeat<Func<Task>>(() => admin.CallAsync("SCRIPT", "FLUSH"), 30));

        await work.VerifyAsync();
        (work.Tally.Unknown + work.Tally.NotMade).ShouldBe(0);
    }

    [Fact]
    public async Task KeysOfAnotherType_AmongTheRecords_HarmNobodyElse()
    {
        await using var server = await RedisServer.StartAsync();
        await using var open = new OpenStore(server.Url);
        await server.CallAsync("SET", "hotel123:user:2", "theirs");
        var work = new Workload(open.Store);

        await work.RunAsync(Enumerable.Repeat<Func<Task>>(
            async () =>
            {
                var add = new RecordChange.Increment("n", CacheNumber.From(1));
                var key = RecordKey.User("hotel123", "2");
                (await Should.ThrowAsync<CacheStoreCorruptException>(async () => await open.Store.ApplyAsync(key, add))).OutcomeUnknown.ShouldBeFalse();
                await Should.ThrowAsync<CacheStoreCorruptException>(async () => await open.Store.GetAsync(key));
            }, 20));

        await work.VerifyAsync();
        (work.Tally.Unknown + work.Tally.NotMade).ShouldBe(0);
        (await server.CallAsync("GET", "hotel123:user:2")).ShouldBe("theirs");
    }
}
