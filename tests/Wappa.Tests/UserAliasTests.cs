using Wappa.Caching;
using Wappa.Tests.Inbox;
using Wappa.Testing;
using Wappa.Webhooks;

namespace Wappa.Tests;

/// <summary>One person is one user: over restarts, in several processes, in whatever order the ids are seen.</summary>
public sealed class UserAliasTests : IDisposable
{
    private readonly MemoryDocumentStore _records = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly SharedStore _shared = new();
    private readonly Script _script = new();
    private int _calls;

    public void Dispose() => _records.Dispose();

    [Fact]
    public async Task User_FirstMetByNumber_IsTheNumberInEveryProcess()
    {
        (await UserAsync(New(), "1", "A")).ShouldBe("1");

        (await UserAsync(New(), null, "A")).ShouldBe("1");
        (await UserAsync(New(), "1", null)).ShouldBe("1");
        (await UserAsync(New(), null, "A", tenant: "other")).ShouldBe("A");
    }

    [Fact]
    public async Task User_FirstMetByTheScopedId_StaysThatWhenTheNumberIsLearned()
    {
        (await UserAsync(New(), null, "A")).ShouldBe("A");

        (await UserAsync(New(), "1", "A")).ShouldBe("A");
        (await UserAsync(New(), null, "A")).ShouldBe("A");
        (await UserAsync(New(), "1", null)).ShouldBe("A");
    }

    [Fact]
    public async Task Users_RacingInTwoProcesses_AreOne()
    {
        for (var i = 0; i < 200; i++)
        {
            var (left, right) = (New(), New());
            var users = await Task.WhenAll(
                Task.Run(() => UserAsync(left, null, $"A{i}")), Task.Run(() => UserAsync(right, $"{i}", $"A{i}")));
            users[0].ShouldBe(users[1]);
        }
    }

    [Fact]
    public async Task User_AsUsual_IsFoundWithoutTheStore()
    {
        var aliases = New();
        await UserAsync(aliases, "1", "A");
        var calls = _calls;

        for (var i = 0; i < 10; i++)
        {
            (await UserAsync(aliases, "1", "A")).ShouldBe("1");
            _clock.Advance(TimeSpan.FromDays(1));
        }

        _calls.ShouldBe(calls);
        await UserAsync(aliases, null, "A");
        _calls.ShouldBe(calls + 1); // it may have changed elsewhere
        await UserAsync(aliases, null, "A");
        _calls.ShouldBe(calls + 1);
    }

    [Fact]
    public async Task Copies_BeyondTheirBound_AreForgottenAndReadAgain()
    {
        var aliases = New(generationSize: 2);
        foreach (var (number, id) in new[] { ("1", "A"), ("2", "B"), ("3", "C"), ("4", "D"), ("5", "E") })
            await UserAsync(aliases, number, id);

        aliases.TryFind(new("t", null, "A"), out _).ShouldBeFalse();
        aliases.TryFind(new("t", null, "E"), out var last).ShouldBeTrue();
        last.ShouldBe("5");
        (await UserAsync(aliases, null, "A")).ShouldBe("1");
        aliases.TryFind(new("t", "", ""), out var nobody).ShouldBeTrue();
        nobody.ShouldBeNull();
    }

    [Fact]
    public async Task User_SeenWithAnotherNumber_FollowsTheLast()
    {
        await UserAsync(New(), "1", "A");
        (await UserAsync(New(), "2", "A")).ShouldBe("2");

        (await UserAsync(New(), null, "A")).ShouldBe("2");
    }

    [Fact]
    public async Task Change_OfTheNumber_BelongsToTheNewIdOnly()
    {
        await UserAsync(New(), "1", "A");
        await New().ChangeAsync(new(new("t", "1", "A"), "2", "B"));

        (await UserAsync(New(), null, "B")).ShouldBe("2");
        (await UserAsync(New(), null, "A")).ShouldBe("1"); // a message of before that comes again is known there
    }

    [Fact]
    public async Task Change_OfTheScopedId_KeepsTheNumber()
    {
        await UserAsync(New(), "1", "A");
        await New().ChangeAsync(new(new("t", null, "A"), null, "B"));
        await New().ChangeAsync(new(new("t", null, "Hidden"), null, "New"));

        (await UserAsync(New(), null, "B")).ShouldBe("1");
        (await UserAsync(New(), null, "New")).ShouldBe("New");
    }

    [Fact]
    public async Task Alias_InUse_NeverExpires()
    {
        var aliases = New();
        (await UserAsync(aliases, null, "A")).ShouldBe("A");
        for (var i = 0; i < 5; i++)
        {
            _clock.Advance(TimeSpan.FromDays(200));
            (await UserAsync(aliases, "1", "A")).ShouldBe("A");
        }
    }

    [Fact]
    public async Task User_WhoseNumberIsHiddenAfterARestart_IsTheSameAndHandledOnce()
    {
        await using var stub = await GraphStub.StartAsync();
        const string First = """{"id":"M-1","from":"4711","from_user_id":"DE.1","type":"text","text":{"body":"one"}}""";
        await using (var app = await CountingBot.StartAsync(_script, new(_shared), stub))
        {
            await app.PostAsync(Payloads.Envelope(First));
            await app.StopAsync();
        }

        await using var next = await CountingBot.StartAsync(_script, new(_shared), stub);
        await next.PostAsync(Payloads.Envelope(First.Replace("\"from\":\"4711\",", "", StringComparison.Ordinal)));
        await next.PostAsync(Payloads.Envelope("""{"id":"M-2","from_user_id":"DE.1","type":"text","text":{"body":"two"}}"""));
        await next.StopAsync();

        _script.Ran.ShouldBe(["one", "two"]);
        (await _shared.User("4711").User.GetFieldAsync<long>("stats", "messages")).ShouldBe(2);
    }

    [Fact]
    public async Task Post_WhoseUserCannotBeLookedUp_Is503AndAcceptedLater()
    {
        await using var stub = await GraphStub.StartAsync();
        var life = new SharedStore.Life(_shared);
        var isAway = false;
        life.Store.Before = _ => isAway
            ? throw new CacheStoreUnavailableException("Away.")
            : ValueTask.CompletedTask;
        await using var app = await CountingBot.StartAsync(_script, life, stub);
        var body = Payloads.Envelope("""{"id":"M-1","from_user_id":"DE.1","type":"text","text":{"body":"one"}}""");

        isAway = true;
        (await app.PostAsync(body)).ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);
        isAway = false;
        (await app.PostAsync(body)).ShouldBe(System.Net.HttpStatusCode.OK);
        await app.StopAsync();

        _script.Ran.ShouldBe(["one"]);
    }

    private static async Task<string?> UserAsync(UserAliases aliases, string? number, string? bsuid, string tenant = "t")
    {
        var people = new Identities();
        var who = new Identity(tenant, number, bsuid);
        people.Find(who, aliases);
        if (people.HasUnknown) await people.DecideAsync(aliases);
        return people.Find(who, aliases);
    }

    private UserAliases New(int generationSize = UserAliases.GenerationSize) => new(
        new InterceptedDocumentStore(_records) { Before = _ => { Interlocked.Increment(ref _calls); return ValueTask.CompletedTask; } },
        _clock, generationSize);
}
