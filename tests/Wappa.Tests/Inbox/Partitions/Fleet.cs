using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Caching.Redis.Tests.Servers;
using Wappa.Inbox;
using Wappa.Testing;

namespace Wappa.Tests.Inbox.Partitions;

/// <summary>Instances of a bot, each a host of its own, on one Redis server.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly RedisStores _stores;
    private readonly List<Member> _members = [];

    private Fleet(RedisServer server, GraphStub stub)
    {
        (Server, Stub) = (server, stub);
        _stores = RedisStores.Open(new() { Url = server.Url });
    }

    internal RedisServer Server { get; }

    internal GraphStub Stub { get; }

    /// <summary>How long leases last in members that come from now on. By default longer than any test, so that a machine which stands
    /// still for a second does not look like a dead instance.</summary>
    internal TimeSpan LeaseTime { get; set; } = TimeSpan.FromMinutes(1);

    internal Action<WappaOptions> Configure { get; set; } = static _ => { };

    internal static async Task<Fleet> StartAsync(bool durable = false)
    {
        var server = await RedisServer.StartAsync(new() { Durable = durable });
        return new(server, await GraphStub.StartAsync());
    }

    /// <summary>Starts another instance.</summary>
    internal async Task<Member> JoinAsync()
    {
        var member = new Member(Server.Url);
        member.App = await BotApp.StartAsync<CountingBot>(builder =>
        {
            builder.UseStores("shared", _ => member.Store, _ => throw new NotSupportedException());
            builder.Services.AddSingleton(member.Script);
            builder.Services.Configure<WhatsAppOptions>(options =>
                (options.ApiUrl, options.MessagesPerSecond, options.PairInterval) = (Stub.Url, 0, TimeSpan.Zero));
            builder.Services.Configure<WappaOptions>(options =>
            {
                options.Inbox.LeaseTime = LeaseTime;
                Configure(options);
            });
        });
        _members.Add(member);
        return member;
    }

    /// <summary>Starts so many, and waits until each has its share.</summary>
    internal async Task<Member[]> JoinAsync(int count)
    {
        var members = new Member[count];
        for (var i = 0; i < count; i++) members[i] = await JoinAsync();
        await SettleAsync(members);
        return members;
    }

    /// <summary>Waits until the partitions are shared out evenly among these.</summary>
    internal static Task SettleAsync(params Member[] members) => Eventually.BeTrueAsync("an even share", () =>
    {
        var held = members.Select(member => member.Partitions.Held).ToArray();
        return Task.FromResult(held.Sum() == 64 && held.Max() <= (63 / members.Length) + 1);
    });

    internal UserCaches User(string id = Payloads.Mira) => CacheFactory.Over(_stores.Documents).ForUser(Payloads.PhoneNumberId, id);

    internal async Task<string[]> TextsOfAsync(string user) =>
        await User(user).State.GetFieldAsync<string[]>("log", "texts") ?? [];

    internal Task HandledAsync(string user, int count) => Eventually.BeTrueAsync(
        $"{count} messages", async () => await User(user).User.GetFieldAsync<long>("stats", "messages") >= count);

    /// <summary>What was sent to a user, in order.</summary>
    internal string[] SentTo(string user)
    {
        lock (Stub.Requests)
        {
            return [.. Stub.Requests.Where(request => request.Body.GetProperty("to").GetString() == user)
                .Select(request => request.Body.GetProperty("text").GetProperty("body").GetString()!)];
        }
    }

    /// <summary>Waits until no batch is left in the store.</summary>
    internal Task EmptyAsync() => Eventually.BeTrueAsync("an empty inbox", async () =>
    {
        for (var partition = 0; partition < 64; partition++)
        {
            await foreach (var _ in _stores.Documents.ListAsync(InboxKeys.Batches(partition))) return false;
        }

        return true;
    });

    /// <summary>A user whose partition a member has.</summary>
    internal static string UserOf(Member member) => Enumerable.Range(0, 10_000).Select(i => $"1555{i:d7}").First(user =>
        member.Partitions.Holds(Payloads.PhoneNumberId, user));

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members) await member.DisposeAsync();
        await _stores.DisposeAsync();
        await Stub.DisposeAsync();
        await Server.DisposeAsync();
    }
}

/// <summary>One instance.</summary>
internal sealed class Member : IAsyncDisposable
{
    private readonly RedisStores _stores;
    private volatile bool _isCut;

    internal Member(string url)
    {
        _stores = RedisStores.Open(new() { Url = url + "?connectTimeout=1000&commandTimeout=1000" });
        Store = new(_stores.Documents) { Before = Check, After = Check };
    }

    internal InterceptedDocumentStore Store { get; }

    internal Script Script { get; } = new();

    internal BotApp App { get; set; } = null!;

    internal WebhookInbox Inbox => App.Services.GetRequiredService<WebhookInbox>();

    internal PartitionOwner Partitions => Inbox.Partitions!;

    internal IDeadLetters DeadLetters => App.Services.GetRequiredService<IDeadLetters>();

    /// <summary>The store can no longer be reached from here.</summary>
    internal void Cut() => _isCut = true;

    internal void Mend() => _isCut = false;

    internal Task<HttpStatusCode> PostAsync(string user, string text) => App.PostAsync(Payloads.Text($"M-{user}-{text}", user, text));

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _stores.DisposeAsync();
    }

    private ValueTask Check(StoreCall call) =>
        _isCut ? throw new CacheStoreUnavailableException("The store is away.", outcomeUnknown: true) : ValueTask.CompletedTask;
}
