using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Testing;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.UserData;

/// <summary>After an erasure nothing of the user is left in the store, whatever was going on.</summary>
public sealed class EraseTests : IAsyncDisposable
{
    private const string Other = "15550109999";

    private readonly Script _script = new();
    private KeyRecordingStore? _recorded;
    private GraphStub? _stub;

    private KeyRecordingStore Store => _recorded ?? throw new InvalidOperationException("No app was started.");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("json")] // one process
    [InlineData("shared")]
    public async Task Erase_AUserWithSomethingEverywhere_LeavesNothing(string backend)
    {
        await using var app = await StartAsync(backend);
        _stub!.Answer = LaterAsync;
        await PostAsync(app, "one", Payloads.Mira, Other);
        await PostAsync(app, "bad", Payloads.Mira, Other);
        await WhenAsync(async () => (await LettersAsync(app)).Count == 2);

        await DataOf(app).EraseAsync(Payloads.PhoneNumberId, Payloads.Mira, Ct);

        var left = await Store.FindAsync(Payloads.Mira);
        if (backend == "shared") left.ShouldHaveSingleItem().ShouldEndWith("""wappa.mailbox: {"erased":true}""");
        else left.ShouldBeEmpty();
        (await LettersAsync(app)).ShouldHaveSingleItem().UserId.ShouldBe(Other);
        (await CachesOf(Other).State.ExistsAsync("order", Ct)).ShouldBeTrue();
        (await Store.FindAsync("answer to one")).ShouldNotBeEmpty(); // the other's is still to be sent
    }

    [Fact]
    public async Task Erase_OfABatchThatOthersKeep_LeavesTheirItemsInOrder()
    {
        await using (var app = await StartAsync("json"))
        {
            _stub!.Answer = LaterAsync;
            await PostAsync(app, "one", Payloads.Mira, Other);
            await PostAsync(app, "two", Other);
            await WhenAsync(() => Task.FromResult(_script.Ran.Count == 3 && _stub.Requests.Count == 2));
            await DataOf(app).EraseAsync(Payloads.PhoneNumberId, Payloads.Mira, Ct);
        }

        var batches = new List<KeyValuePair<RecordKey, DocumentRecord>>();
        await foreach (var batch in Store.ListAsync(InboxKeys.Batches(0), Ct)) batches.Add(batch);
        batches.Sort(static (left, right) => BatchLog.OrderOf(left.Value).CompareTo(BatchLog.OrderOf(right.Value)));
        var items = batches.SelectMany(static batch => BatchLog.ItemsOf(batch.Value.Document!)).Select(static item => item.ToWebhook());
        items.Cast<MessageWebhook>().Select(static item => item.GetMessageText()).ShouldBe(["one", "two"]);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("shared")]
    public async Task Erase_WhileATurnRuns_ComesAfterIt(string backend)
    {
        await using var app = await StartAsync(backend);
        var (entered, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        _script.Act = (webhook, _) =>
        {
            entered.TrySetResult();
            return released.Task;
        };
        await PostAsync(app, "one", Payloads.Mira);
        await entered.Task;

        var erasing = DataOf(app).EraseAsync(Payloads.PhoneNumberId, Payloads.Mira, Ct).AsTask();
        erasing.IsCompleted.ShouldBeFalse();
        released.SetResult();
        await erasing;

        (await CachesOf(Payloads.Mira).State.ExistsAsync("order", Ct)).ShouldBeFalse();
        (await Store.FindAsync(Payloads.Mira)).Count.ShouldBe(backend == "shared" ? 1 : 0);
        await PostAsync(app, "two", Payloads.Mira);
        await WhenAsync(() => CachesOf(Payloads.Mira).State.ExistsAsync("order", Ct).AsTask());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // the running turn has read no mailbox, because there was none
    public async Task Erase_InAnotherProcess_IsNotUndoneByATurnThatRuns(bool isFirst)
    {
        await using var one = await StartAsync("shared");
        await using var two = await StartAsync("shared");
        var (entered, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        if (!isFirst)
        {
            await PostAsync(one, "zero", Payloads.Mira);
            await WhenAsync(() => Task.FromResult(IsIdle(one)));
        }

        _script.Act = (_, _) =>
        {
            entered.TrySetResult();
            return released.Task;
        };
        await PostAsync(one, "one", Payloads.Mira);
        await entered.Task;

        await DataOf(two).EraseAsync(Payloads.PhoneNumberId, Payloads.Mira, Ct);
        released.SetResult();
        await WhenAsync(() => Task.FromResult(IsIdle(one)));
        await one.StopAsync();

        (await Store.FindAsync(Payloads.Mira)).ShouldHaveSingleItem().ShouldEndWith("""wappa.mailbox: {"erased":true}""");
        _script.RunsOf("one").ShouldBe(1);
    }

    [Fact]
    public async Task Erase_ByATurnOfTheUser_IsRefused_AndRequestedComesAfterIt()
    {
        await using var app = await StartAsync("json");
        _script.Act = async (webhook, turn) =>
        {
            var data = DataOf(app);
            var error = await Should.ThrowAsync<InvalidOperationException>(async () => await data.EraseAsync(turn.Tenant, turn.UserId!));
            error.Message.ShouldContain("RequestErasureAsync");
            await data.RequestErasureAsync(turn.Tenant, turn.UserId!);
        };
        await PostAsync(app, "forget me", Payloads.Mira);
        await WhenAsync(() => Task.FromResult(IsIdle(app)));

        await WhenAsync(async () => (await Store.FindAsync(Payloads.Mira)).Count == 0);
    }

    [Fact]
    public async Task Erase_CutOffByACrash_IsDoneByTheNextProcess()
    {
        var shared = new SharedStore();
        await using var stub = _stub = await GraphStub.StartAsync();
        var life = new SharedStore.Life(shared);
        await using (var dying = await CountingBot.StartAsync(_script, life, stub))
        {
            await dying.PostAsync(Payloads.Text("M-1", body: "one"));
            await WhenAsync(() => Task.FromResult(IsIdle(dying)));
            life.Store.After = call =>
            {
                if (call.IsWrite) life.Kill(); // the wish is stored, and nothing after it
                return ValueTask.CompletedTask;
            };
            await DataOf(dying).RequestErasureAsync(Payloads.PhoneNumberId, Payloads.Mira, Ct);
        }

        (await shared.User().User.ExistsAsync("stats", Ct)).ShouldBeTrue();
        await using var next = await CountingBot.StartAsync(_script, new(shared), stub);
        await WhenAsync(async () => !await shared.User().User.ExistsAsync("stats", Ct));
        await WhenAsync(async () => await shared.BatchesAsync() == 0);
    }

    [Fact]
    public async Task Erase_NamesOfWappasOwn_AreRefused()
    {
        await using var app = await StartAsync("json");

        await Should.ThrowAsync<ArgumentException>(async () => await DataOf(app).EraseAsync("wappa.inbox", "inbox-0", Ct));
        await Should.ThrowAsync<ArgumentException>(async () => await DataOf(app).EraseAsync("tenant", "wappa.tenant", Ct));
        await Should.ThrowAsync<ArgumentException>(async () => await DataOf(app).ExportAsync("tenant", "", Stream.Null, Ct));
    }

    [Fact]
    public async Task Erase_WhenTheAppShutsDown_SaysThatNothingWasErased()
    {
        await using var app = await StartAsync("json");
        await app.StopAsync();

        await Should.ThrowAsync<InvalidOperationException>(async () => await DataOf(app).EraseAsync("tenant", Payloads.Mira, Ct));
    }

    public ValueTask DisposeAsync() => _stub?.DisposeAsync() ?? ValueTask.CompletedTask;

    // The messages wait for a minute, and keep their batches.
    private static Task LaterAsync(HttpContext context) =>
        GraphStub.WriteAsync(context, 400, """{"error":{"message":"quota","code":80007}}""");

    private static IUserData DataOf(BotApp app) => app.Services.GetRequiredService<IUserData>();

    private static bool IsIdle(BotApp app) => app.Services.GetRequiredService<WebhookInbox>() is { Pending: 0, ActiveLanes: 0 };

    private static async Task<List<DeadLetter>> LettersAsync(BotApp app) =>
        await app.Services.GetRequiredService<IDeadLetters>().ListAsync(Payloads.PhoneNumberId, Ct).ToListAsync(Ct);

    private static async Task PostAsync(BotApp app, string text, params string[] users)
    {
        var items = users.Select(user => Payloads.TextItem($"M-{text}-{user}", user, text));
        (await app.PostAsync(Payloads.Envelope(string.Join(',', items)))).ShouldBe(HttpStatusCode.OK);
    }

    private static async Task WhenAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition()) await Task.Delay(2, patience.Token);
    }

    private UserCaches CachesOf(string user) => CacheFactory.Over(Store).ForUser(Payloads.PhoneNumberId, user);

    private async Task<BotApp> StartAsync(string backend)
    {
        _stub ??= await GraphStub.StartAsync();
        _recorded ??= new(new MemoryDocumentStore(), backend);
        return await BotApp.StartAsync<BusyBot>(builder =>
        {
            builder.UseStores("recorded", _ => Store, _ => throw new NotSupportedException());
            builder.Services.AddSingleton(_script);
            builder.Services.Configure<WhatsAppOptions>(options => options.ApiUrl = _stub.Url);
            builder.Services.Configure<WappaOptions>(options => options.Inbox.DrainTimeout = TimeSpan.FromSeconds(1));
        });
    }
}
