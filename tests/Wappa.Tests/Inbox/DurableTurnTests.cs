using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Testing;
using Wappa.Tests.UserData;

namespace Wappa.Tests.Inbox;

/// <summary>A turn commits once, or not at all.</summary>
public class DurableTurnTests : IAsyncDisposable
{
    private static readonly RecordKey Stats = RecordKey.User(Payloads.PhoneNumberId, Payloads.Mira, "stats");

    private readonly SharedStore _shared = new();
    private readonly Script _script = new();
    private GraphStub? _stub;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turn_ThatThrows_CommitsNothingAndIsRunAgain()
    {
        await using var app = await StartAsync();
        _script.Act = async (webhook, turn) =>
        {
            if (turn.Attempt > 1) return;
            (await _shared.User().User.ExistsAsync("stats")).ShouldBeFalse();
            throw new InvalidOperationException();
        };

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await WaitUntilAsync(() => app.Services.GetRequiredService<WebhookInbox>().ActiveLanes == 0);
        await app.StopAsync();

        _script.RunsOf("one").ShouldBe(2);
        await ShouldHaveHandledAsync("one");
    }

    [Fact]
    public async Task Turn_ThatAlwaysThrows_IsParkedWhileOthersGoOnAndCanBeReplayed()
    {
        await using var app = await StartAsync();
        var isMended = false;
        var ids = new HashSet<string>();
        _script.Act = (webhook, turn) =>
        {
            if (webhook.GetMessageText() != "bad") return Task.CompletedTask;
            ids.Add(turn.Id);
            return isMended ? Task.CompletedTask : throw new FormatException();
        };
        foreach (var text in new[] { "bad", "good" }) await app.PostAsync(Payloads.Text($"M-{text}", body: text));
        await WaitUntilAsync(() => _script.RunsOf("good") == 1);
        var letters = app.Services.GetRequiredService<IDeadLetters>();

        var letter = await letters.ListAsync(Payloads.PhoneNumberId, Ct).SingleAsync(Ct);
        isMended = true;
        (await letters.ReplayAsync(Payloads.PhoneNumberId, letter.Id, Ct)).ShouldBeTrue();
        await app.PostAsync(Payloads.Text("M-bad", body: "bad")); // as WhatsApp knows it, it was done
        await app.StopAsync();

        (letter.ErrorType, letter.Attempts, letter.Kind).ShouldBe((typeof(FormatException).FullName, 2, "message"));
        letter.RawJson.Length.ShouldBeGreaterThan(10);
        await ShouldHaveHandledAsync("good", "bad");
        (await letters.ListAsync(Payloads.PhoneNumberId, Ct).ToArrayAsync(Ct)).ShouldBeEmpty();
        (await letters.ReplayAsync(Payloads.PhoneNumberId, letter.Id, Ct)).ShouldBeFalse();
        ids.Count.ShouldBe(1); // a replay is the same turn to whoever keys on its id
    }

    [Fact]
    public async Task DeadLetter_Deleted_IsGone()
    {
        await using var app = await StartAsync();
        _script.Act = static (_, _) => throw new FormatException();
        await app.PostAsync(Payloads.Text("M-1"));
        var letters = app.Services.GetRequiredService<IDeadLetters>();
        DeadLetter? letter = null;
        while (letter is null) letter = await letters.ListAsync(Payloads.PhoneNumberId, Ct).FirstOrDefaultAsync(Ct);

        (await letters.DeleteAsync(Payloads.PhoneNumberId, letter.Id, Ct)).ShouldBeTrue();
        (await letters.DeleteAsync(Payloads.PhoneNumberId, letter.Id, Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task Increment_WhileSomebodyElseIncrements_CountsBoth()
    {
        await using var app = await StartAsync();
        _script.Act = (_, _) => _shared.User().User.IncrementFieldAsync("stats", "messages", 10).AsTask();

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await app.StopAsync();

        _script.RunsOf("one").ShouldBe(1);
        (await _shared.User().User.GetFieldAsync<long>("stats", "messages")).ShouldBe(11);
    }

    [Fact]
    public async Task Update_OfARecordSomebodyElseChanges_RunsTheTurnAgain()
    {
        await using var app = await StartAsync<UpdatingHandler>();
        _script.Act = async (_, turn) =>
        {
            if (turn.Attempt == 1) await _shared.User().User.SetAsync("stats", new Tally(10));
        };

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await app.StopAsync();

        _script.RunsOf("one").ShouldBe(2);
        (await _shared.User().User.GetAsync<Tally>("stats")).ShouldBe(new Tally(11));
    }

    [Fact]
    public async Task CreateIfAbsent_RefusedInATurn_RequiresThatItStillIs()
    {
        await _shared.User().User.SetAsync("stats", new Tally(1));
        await using var app = await StartAsync<CreatingHandler>();
        _script.Act = async (_, turn) =>
        {
            if (turn.Attempt == 1) await _shared.User().User.DeleteAsync("stats");
        };

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await app.StopAsync();

        _script.Ran.ShouldBe(["Exists", "Applied"]);
        (await _shared.User().User.GetAsync<Tally>("stats")).ShouldBe(new Tally(7));
    }

    [Fact]
    public async Task Values_ReturnedInATurn_AreProvisional()
    {
        await using var app = await StartAsync<ProvisionalHandler>();

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await app.PostAsync(Payloads.Text("M-2", body: "two"));
        await app.StopAsync();

        _script.Ran.ShouldBe(["False RevisionMismatch", "True RevisionMismatch"], ignoreOrder: false);
    }

    [Fact]
    public async Task Caches_KeptAfterTheTurn_SaySo()
    {
        await using var app = await StartAsync<KeepingHandler>();
        await app.PostAsync(Payloads.Text("M-1"));
        await app.StopAsync();

        var kept = KeepingHandler.Kept!;
        var error = await Should.ThrowAsync<InvalidOperationException>(async () => await kept.Caches.User.SetAsync("a", new Tally(1)));
        error.Message.ShouldContain("turn these caches belong to is over");
        await Should.ThrowAsync<InvalidOperationException>(async () => await kept.Caches.Table.GetAsync("t", "a"));
        await Should.ThrowAsync<InvalidOperationException>(
            async () => await kept.Messenger.SendTextAsync("late", Payloads.Mira, Ct));
    }

    [Theory]
    [InlineData("Apply")]
    [InlineData("Commit")]
    [InlineData("Get")]
    public async Task Store_ThatFailsOnce_CostsNoAttemptAndNoItem(string operation)
    {
        var life = new SharedStore.Life(_shared);
        await using var app = await StartAsync(life);
        var failures = 0;
        var (before, late) = (life.Store.Before, life.Store.After);
        life.Store.Before = call => Fail(call.Operation, before(call), isLate: false);
        life.Store.After = call => Fail(call.Operation, late(call), isLate: true);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++) statuses.Add(await app.PostAsync(Payloads.Text("M-1", body: "one")));
        statuses.ShouldContain(HttpStatusCode.OK);
        await WaitUntilAsync(() => app.Services.GetRequiredService<WebhookInbox>().ActiveLanes == 0);
        await app.StopAsync();

        failures.ShouldBe(2);
        await ShouldHaveHandledAsync("one");
        _script.Ran.Count.ShouldBeInRange(1, 3);
        (await app.Services.GetRequiredService<IDeadLetters>().ListAsync(Payloads.PhoneNumberId, Ct).ToArrayAsync(Ct)).ShouldBeEmpty();

        ValueTask Fail(string called, ValueTask go, bool isLate) =>
            called == operation && Interlocked.CompareExchange(ref failures, isLate ? 2 : 1, isLate ? 1 : 0) == (isLate ? 1 : 0)
                ? throw new CacheStoreUnavailableException("away", outcomeUnknown: isLate)
                : go;
    }

    [Fact]
    public async Task Post_WhileTheStoreIsAway_Is503AndLaterAccepted()
    {
        var life = new SharedStore.Life(_shared);
        await using var app = await StartAsync(life);
        var isAway = true;
        life.Store.Before = _ => isAway ? throw new CacheStoreUnavailableException("away") : default;

        (await app.PostAsync(Payloads.Text("M-1", body: "one"))).ShouldBe(HttpStatusCode.ServiceUnavailable);
        isAway = false;
        (await app.PostAsync(Payloads.Text("M-1", body: "one"))).ShouldBe(HttpStatusCode.OK);
        await app.StopAsync();

        await ShouldHaveHandledAsync("one");
    }

    [Fact]
    public async Task Start_WhileTheStoreIsAway_RefusesUntilItIsBack()
    {
        var clock = new ManualTimeProvider();
        var life = new SharedStore.Life(_shared);
        var isAway = true;
        life.Store.Before = _ => isAway ? throw new CacheStoreUnavailableException("away") : default;
        await using var app = await StartAsync(life, builder => builder.Services.AddSingleton<TimeProvider>(clock));

        (await app.PostAsync(Payloads.Text("M-1", body: "one"))).ShouldBe(HttpStatusCode.ServiceUnavailable);
        isAway = false;
        while (await app.PostAsync(Payloads.Text("M-1", body: "one")) != HttpStatusCode.OK) clock.Advance(TimeSpan.FromSeconds(1));
        await app.StopAsync();

        await ShouldHaveHandledAsync("one");
    }

    [Fact]
    public async Task Post_AThousandItemsOfManyUsers_AreOneRecordAndAllAreHandled()
    {
        var life = new SharedStore.Life(_shared);
        await using var app = await StartAsync(life);
        var writes = 0;
        life.Store.Before = call =>
        {
            if (call.Operation is "Apply" or "WriteMany" && Interlocked.Increment(ref writes) == 1) call.IsWrite.ShouldBeTrue();
            return default;
        };
        var items = Enumerable.Range(0, 1000).Select(i => Payloads.TextItem($"M-{i}", $"user{i % 40}", $"{i}"));

        (await app.PostAsync(Payloads.Envelope(string.Join(',', items)))).ShouldBe(HttpStatusCode.OK);
        await app.StopAsync();

        for (var user = 0; user < 40; user++)
        {
            var texts = await _shared.User($"user{user}").State.GetFieldAsync<string[]>("log", "texts");
            texts.ShouldBe(Enumerable.Range(0, 25).Select(i => $"{(i * 40) + user}"));
        }

        (await _shared.BatchesAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Start_WithAStoreThatHidesWhatRedisIsSharedBy_SaysWhatToDo()
    {
        var error = await Should.ThrowAsync<InvalidOperationException>(() => BotApp.StartAsync(builder => builder.UseStores(
            "wrapped", _ => new KeyRecordingStore(new MemoryDocumentStore(), "redis"), _ => throw new NotSupportedException())));

        error.Message.ShouldContain(nameof(KeyRecordingStore));
        error.Message.ShouldContain("Implement IDocumentStoreLayer");
    }

    [Fact]
    public async Task Post_LargerThanARecord_IsStoredInSeveral()
    {
        await using var app = await StartAsync(configure: builder => builder.ConfigureCaching(caching => caching.MaxRecordBytes = 4096));
        var gate = new TaskCompletionSource();
        _script.Act = (_, _) => gate.Task;
        var items = Enumerable.Range(0, 100).Select(i => Payloads.TextItem($"M-{i}", body: $"{i}"));

        (await app.PostAsync(Payloads.Envelope(string.Join(',', items)))).ShouldBe(HttpStatusCode.OK);
        (await _shared.BatchesAsync()).ShouldBeGreaterThan(5);
        gate.SetResult();
        await app.StopAsync();

        (await _shared.User().User.GetFieldAsync<long>("stats", "messages")).ShouldBe(100);
        (await _shared.BatchesAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Redelivery_CutDifferently_IsHandledOnceAcrossARestart()
    {
        await using (var app = await StartAsync())
        {
            await app.PostAsync(Payloads.Text("M-1", body: "one"));
            await app.StopAsync();
        }

        await using var next = await StartAsync();
        await next.PostAsync(Payloads.Envelope($"{Payloads.TextItem("M-1", body: "one")},{Payloads.TextItem("M-2", body: "two")}"));
        await next.StopAsync();

        await ShouldHaveHandledAsync("one", "two");
    }

    [Fact]
    public async Task Seen_MoreThanASegment_IsKnownAfterARestart()
    {
        var all = Enumerable.Range(0, 600).Select(i => Payloads.TextItem($"M-{i}", body: $"{i}")).ToArray();
        for (var delivery = 0; delivery < 2; delivery++)
        {
            await using var app = await StartAsync();
            (await app.PostAsync(Payloads.Envelope(string.Join(',', all)))).ShouldBe(HttpStatusCode.OK);
            await app.StopAsync();
        }

        (await _shared.User().User.GetFieldAsync<long>("stats", "messages")).ShouldBe(600);
        (await _shared.MailboxAsync())!.ByteCount.ShouldBeLessThan(4096);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stub is not null) await _stub.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task<BotApp> StartAsync(SharedStore.Life? life = null, Action<WappaBuilder>? configure = null) =>
        StartAsync<CountingBot>(life, configure);

    private async Task<BotApp> StartAsync<THandler>(SharedStore.Life? life = null, Action<WappaBuilder>? configure = null)
        where THandler : WappaEventHandler
    {
        _stub ??= await GraphStub.StartAsync();
        return await CountingBot.StartAsync(_script, life ?? new(_shared), _stub, builder =>
        {
            builder.WithHandler<THandler>();
            configure?.Invoke(builder);
        });
    }

    private async Task ShouldHaveHandledAsync(params string[] texts)
    {
        (await _shared.User().User.GetFieldAsync<long>("stats", "messages")).ShouldBe(texts.Length);
        (await _shared.User().State.GetFieldAsync<string[]>("log", "texts")).ShouldBe(texts);
        _stub!.Requests.Select(request => request.Body.GetProperty("text").GetProperty("body").GetString())
            .ShouldBe(texts.Select((text, i) => $"{i + 1}: {text}"));
        (await _shared.BatchesAsync()).ShouldBe(0);
        (await _shared.Records.GetAsync(Stats)).Revision.ShouldBeLessThan(1L << 62);
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(1, patience.Token);
    }

    private sealed record Tally(long Messages);

    private sealed class UpdatingHandler(Script script) : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            script.Ran.Enqueue(webhook.GetMessageText());
            await UserCache.UpdateAsync<Tally>("stats", tally => new((tally?.Messages ?? 0) + 1), cancellationToken: ct);
            await script.Act(webhook, Turn);
        }
    }

    private sealed class CreatingHandler(Script script) : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var created = await UserCache.CreateIfAbsentAsync("stats", new Tally(7), cancellationToken: ct);
            script.Ran.Enqueue(created.Outcome.ToString());
            await script.Act(webhook, Turn);
        }
    }

    private sealed class ProvisionalHandler(Script script) : WappaEventHandler
    {
        private static long _kept;

        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var known = await UserCache.ExistsAsync("stats", ct);
            await UserCache.SetAsync("stats", new Tally(1), cancellationToken: ct);
            var own = await UserCache.TryGetAsync<Tally>("stats", ct);
            (await UserCache.ReplaceIfAsync("stats", new Tally(2), own.Revision, cancellationToken: ct)).Written.ShouldBeTrue();
            var kept = await UserCache.ReplaceIfAsync("stats", new Tally(3), _kept, cancellationToken: ct);
            script.Ran.Enqueue($"{known} {kept.Outcome}");
            _kept = own.Revision;
        }
    }

    private sealed class KeepingHandler : WappaEventHandler
    {
        internal static (UserCaches Caches, IMessenger Messenger)? Saved { get; private set; }

        internal static KeptThings? Kept => Saved is { } saved ? new(saved.Caches, saved.Messenger) : null;

        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            Saved = (CacheFactory.ForUser(Turn.Tenant, webhook.User.UserId), Messenger);
            await Saved.Value.Caches.User.ExistsAsync("a", ct);
        }

        internal sealed record KeptThings(UserCaches Caches, IMessenger Messenger);
    }
}
