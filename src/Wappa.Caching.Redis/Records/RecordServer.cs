using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>The client as the parts of the record store use it: the layout is known, and failures are the contract's.</summary>
internal sealed class RecordServer(IRedisClient client, RecordStoreOptions options)
{
    private RecordLayout? _layout;

    internal RecordStoreOptions Options => options;

    /// <summary>For calls that translate failures themselves (<see cref="RedisFailures"/>).</summary>
    internal IRedisClient Client => client;

    /// <summary>Null: no call has asked for it yet.</summary>
    internal RecordLayout? Layout => _layout;

    /// <summary>Known once the layout is.</summary>
    internal ServerClock Clock { get; private set; } = new(options.Time, hasManyServers: true);

    /// <summary>Where records stand; the first call connects.</summary>
    /// <exception cref="CacheStoreException">No server, or one without scripts.</exception>
    internal ValueTask<RecordLayout> LayoutAsync(CancellationToken cancellationToken) =>
        _layout is { } known ? new(known) : FindLayoutAsync(cancellationToken);

    /// <summary>A lower bound of the server's clock (<see cref="ServerClock.AtLeast"/>); asks first if it was heard long ago.</summary>
    /// <exception cref="CacheStoreException">The server had to be asked and did not answer; nothing changed.</exception>
    internal ValueTask<long> TimeAtLeastAsync(CancellationToken cancellationToken) =>
        Clock.IsOld ? AskTimeAsync(cancellationToken) : new(Clock.AtLeast());

    internal async ValueTask<TReply> SendAsync<TCommand, TReply>(
        TCommand command, ReplyParser<TReply> parser, CallOptions call, CancellationToken cancellationToken)
        where TCommand : struct, IRedisCommand
    {
        try
        {
            return await client.SendAsync(command, parser, call, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (RedisFailures.IsForeign(error))
        {
            throw RedisFailures.Translate(error, !call.Idempotent);
        }
    }

    /// <summary>Sends commands that stand or fall alone, in batches.</summary>
    /// <exception cref="CacheStoreException">The first failure among them; the others have been carried out.</exception>
    internal async ValueTask<TReply[]> SendManyAsync<TCommand, TReply>(
        ReadOnlyMemory<TCommand> commands, ReplyParser<TReply> parser, CallOptions call, CancellationToken cancellationToken)
        where TCommand : struct, IRedisCommand
    {
        var replies = new TReply[commands.Length];
        var outcomes = await client.SendManyAsync(commands, parser, call, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < replies.Length; i++)
        {
            if (outcomes[i].Error is { } error) throw RedisFailures.Translate(error, !call.Idempotent);
            replies[i] = outcomes[i].Value!;
        }

        return replies;
    }

    private async ValueTask<long> AskTimeAsync(CancellationToken cancellationToken)
    {
        var call = new CallOptions { Database = options.UserDatabase, Idempotent = true };
        Clock.Heard(await SendAsync(default(TimeCommand), TimeReply.Instance, call, cancellationToken).ConfigureAwait(false));
        return Clock.AtLeast();
    }

    private async ValueTask<RecordLayout> FindLayoutAsync(CancellationToken cancellationToken)
    {
        var facts = await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        if (!facts.HasScripts)
        {
            throw new CacheStoreException(
                "The server does not run Lua scripts for this user, and every change of a record is one. Allow EVAL and EVALSHA (on " +
                "Garnet: --lua).");
        }

        if (!facts.IsCluster) Clock = new ServerClock(options.Time, hasManyServers: false);
        return _layout = new RecordLayout(options, facts.IsCluster);
    }

    private readonly struct TimeCommand : IRedisCommand
    {
        public string? Key => null;

        public void Write(ref CommandWriter writer) => writer.Begin("TIME"u8, 0);
    }

    private sealed class TimeReply : ReplyParser<long>
    {
        internal static TimeReply Instance { get; } = new();

        public override long Parse(ref RespReader reader)
        {
            if (reader.ReadArrayLength() != 2) throw new RespFormatException("TIME did not answer with seconds and microseconds.");
            return (reader.ReadInteger() * 1_000_000) + reader.ReadInteger();
        }
    }
}
