using System.Diagnostics;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Entries;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>What could be tried again for ever ends with the operation's deadline, and says why it did not succeed.</summary>
public sealed class DeadlineTests : RedisFixture
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData("Increment")]
    [InlineData("Commit")]
    public async Task Sum_OfDecimalsAlwaysOvertaken_EndsWithTheDeadline(string how)
    {
        await Me.User.SetAsync("profile", Json("""{"n":1}"""));
        var (watch, times) = (Stopwatch.StartNew(), 0);
        await using var client = new Meddling(Harness.Client, async () =>
        {
            await Store.ApplyAsync(Profile, new RecordChange.SetField("m", "1"u8.ToArray()));
            // The deadline passes here and not while a call is on its way, whose outcome nobody would know.
            while (++times > 2 && watch.Elapsed < Brief + Brief) await Task.Delay(10, TestContext.Current.CancellationToken);
        });
        var store = new RedisDocumentStore(client, Harness.Options with { CommandTimeout = Brief });
        var add = new RecordChange.Increment("n", CacheNumber.From(0.5m));

        var error = await Should.ThrowAsync<CacheStoreTimeoutException>(async () =>
        {
            if (how == "Commit") await store.CommitAsync([new(Profile, add)]);
            else await store.ApplyAsync(Profile, add);
        });

        error.OutcomeUnknown.ShouldBeFalse();
        error.Message.ShouldContain("0.3 s");
        watch.Elapsed.ShouldBeInRange(Brief, TimeSpan.FromSeconds(10));
        (await Me.User.GetFieldAsync<int>("profile", "n")).ShouldBe(1);
    }

    [Theory]
    [InlineData("Set")]
    [InlineData("SetField")]
    [InlineData("Many")]
    public async Task Row_OfNodesWhoseClocksAreApart_IsRefusedNamingTheClocks(string how)
    {
        await using var harness = new RedisHarness(RedisTarget.ClusterAsync);
        await harness.CreateAsync(new());
        await using var client = new SlowIndex(harness.Client);
        var store = new RedisDocumentStore(client, harness.Options);
        var row = RecordKey.Table(Tenant, TableKey.Row("products", "pizza"));

        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(async () =>
        {
            if (how == "Many") await store.WriteManyAsync([new(row, new RecordChange.Set(Json("{}")))]);
            else await store.ApplyAsync(row, how == "Set" ? new RecordChange.Set(Json("{}")) : new RecordChange.SetField("a", "1"u8.ToArray()));
        });

        error.OutcomeUnknown.ShouldBeFalse();
        error.Message.ShouldContain("clocks");
        error.Message.ShouldContain("60");
        client.Announcements.ShouldBe(2);
        (await store.GetAsync(row)).IsHit.ShouldBeFalse();
    }

    private sealed class Meddling(IRedisClient client, Func<Task> meddle) : PassingClient(client)
    {
        protected override Task BeforeAsync() => meddle();
    }

    /// <summary>The node of the index lives a minute behind: announcements are the only calls answered with a plain number.</summary>
    private sealed class SlowIndex(IRedisClient client) : PassingClient(client), IRedisClient
    {
        internal int Announcements { get; private set; }

        ValueTask<TReply> IRedisClient.SendAsync<TCommand, TReply>(
            in TCommand command, ReplyParser<TReply> parser, in CallOptions options, CancellationToken cancellationToken) =>
            PassAsync(command, parser, options, cancellationToken);

        private async ValueTask<TReply> PassAsync<TCommand, TReply>(
            TCommand command, ReplyParser<TReply> parser, CallOptions options, CancellationToken cancellationToken)
            where TCommand : struct, IRedisCommand
        {
            var reply = await SendAsync(command, parser, options, cancellationToken);
            if (typeof(TReply) != typeof(long)) return reply;
            Announcements++;
            return (TReply)(object)((long)(object)reply! - 60_000_000);
        }
    }
}
