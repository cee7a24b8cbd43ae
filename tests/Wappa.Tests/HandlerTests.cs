using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Wappa.Tests;

public class HandlerTests
{
    [Fact]
    public async Task Turn_OfEachMessage_HasAHandlerAndAScopeOfItsOwn()
    {
        await using var app = await BotApp.StartAsync<CountingHandler>(builder => builder.Services.AddScoped<ScopedThing>());

        for (var i = 0; i < 3; i++) await app.PostAsync(Payloads.Text($"M-{i}"));
        await app.Recorder.WaitForAsync(3);

        CountingHandler.Handlers.Distinct().Count().ShouldBe(3);
        CountingHandler.Fields.ShouldAllBe(field => field == 1);
        CountingHandler.Things.Distinct().Count().ShouldBe(3);
        await app.StopAsync();
        CountingHandler.Things.ShouldAllBe(thing => thing.IsDisposed);
    }

    [Fact]
    public async Task Turn_RemembersInItsCaches_WhatTheNextTurnOfTheUserReads()
    {
        await using var app = await BotApp.StartAsync<RememberingHandler>();

        await app.PostAsync(Payloads.Text("M-1", "111", "a"));
        await app.PostAsync(Payloads.Text("M-2", "111", "b"));
        await app.PostAsync(Payloads.Text("M-3", "222", "c"));
        await app.StopAsync();

        RememberingHandler.Log.Order().ShouldBe(["111: 1 of its own", "111: 2 of its own", "222: 1 of its own"]);
        (await app.Services.GetRequiredService<Caching.ICacheFactory>().ForTenant(Payloads.PhoneNumberId)
            .Table.GetFieldAsync<long>("totals", "all", "messages", TestContext.Current.CancellationToken)).ShouldBe(3);
    }

    [Fact]
    public async Task Turn_ThatThrows_IsLoggedAndTheNextOneRuns()
    {
        await using var app = await BotApp.StartAsync();
        app.Recorder.OnTurn = static (webhook, _) => ((MessageWebhook)webhook).GetMessageText() == "bad"
            ? throw new InvalidOperationException("about 15550102233")
            : Task.CompletedTask;

        await app.PostAsync(Payloads.Text("M-1", body: "bad"));
        await app.PostAsync(Payloads.Text("M-2", body: "good"));
        await app.Recorder.WaitForAsync(1);

        app.Recorder.Texts.ShouldBe(["good"]);
        app.Logs.All.ShouldContain(line => line.Contains(
            "Error: The handler failed on a message (attempt 2): System.InvalidOperationException: (message withheld)", StringComparison.Ordinal));
        app.Logs.All.ShouldNotContain(line => line.Contains("15550102233", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Turn_WhoseHandlerCannotBeMade_IsLoggedAndTheAppLivesOn()
    {
        await using var app = await BotApp.StartAsync<EagerHandler>();

        (await app.PostAsync(Payloads.Text("M-1"))).ShouldBe(HttpStatusCode.OK);
        await app.StopAsync();

        string.Join('\n', app.Logs.All).ShouldContain(
            "EagerHandler uses its caches, messenger, logger or turn before the turn began");
    }

    [Fact]
    public async Task Turn_WhoseHandlerLacksAService_SaysWhichOne()
    {
        await using var app = await BotApp.StartAsync<CountingHandler>();

        await app.PostAsync(Payloads.Text("M-1"));
        await app.StopAsync();

        app.Logs.All.ShouldContain(line => line.Contains("Unable to resolve service", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Turn_AboutNoUser_HasTablesAndSaysWhyItHasNoState()
    {
        await using var app = await BotApp.StartAsync<EventHandler>();

        await app.PostAsync(Payloads.Bytes("fields/security.json"));
        await app.StopAsync();

        EventHandler.Error!.Message.ShouldContain("no user");
        EventHandler.Field.ShouldBe("security");
    }

    private sealed class ScopedThing : IDisposable
    {
        internal bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class CountingHandler(Recorder recorder, ScopedThing thing) : WappaEventHandler
    {
        private int _field;

        internal static ConcurrentQueue<CountingHandler> Handlers { get; } = new();

        internal static ConcurrentQueue<ScopedThing> Things { get; } = new();

        internal static ConcurrentQueue<int> Fields { get; } = new();

        public override Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            Handlers.Enqueue(this);
            Things.Enqueue(thing);
            Fields.Enqueue(++_field);
            Turn.UserId.ShouldBe(webhook.User.UserId);
            Turn.Tenant.ShouldBe(webhook.Tenant);
            Turn.PhoneNumberId.ShouldBe(webhook.PhoneNumberId);
            Logger.IsEnabled(LogLevel.Error).ShouldBeTrue();
            return recorder.RecordAsync(webhook, ct);
        }
    }

    private sealed class RememberingHandler : WappaEventHandler
    {
        internal static ConcurrentQueue<string> Log { get; } = new();

        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var state = await StateCache.IncrementFieldAsync("visit", "messages", 1, cancellationToken: ct);
            var user = await UserCache.IncrementFieldAsync("stats", "messages", 1, cancellationToken: ct);
            await TableCache.IncrementFieldAsync("totals", "all", "messages", 1, cancellationToken: ct);
            user.ShouldBe(state);
            var other = CacheFactory.ForUser(Turn.Tenant, webhook.User.UserId);
            (await other.User.GetFieldAsync<long>("stats", "messages", ct)).ShouldBe(user);
            Log.Enqueue($"{webhook.User.UserId}: {state} of its own");
        }
    }

    private sealed class EagerHandler : WappaEventHandler
    {
        public EagerHandler() => _ = StateCache;

        public override Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) => Task.CompletedTask;
    }

    private sealed class EventHandler : WappaEventHandler
    {
        internal static InvalidOperationException? Error { get; private set; }

        internal static string? Field { get; private set; }

        public override Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) => Task.CompletedTask;

        public override async Task HandleEventAsync(EventWebhook webhook, CancellationToken ct)
        {
            await TableCache.SetFieldAsync("events", webhook.Field, "seen", true, cancellationToken: ct);
            Error = Should.Throw<InvalidOperationException>(() => StateCache);
            Field = webhook.Field;
        }
    }
}
