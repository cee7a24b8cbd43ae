using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>The client as the parts of the store of entries use it: one database, and failures are the contract's.</summary>
internal sealed class EntryServer(IRedisClient client, EntryStoreOptions options)
{
    // What one flush carries. Larger batches gain nothing and hold up the others on the connection.
    private const int MaxBatch = 1_000;

    private EntryLayout? _layout;

    internal EntryStoreOptions Options => options;

    /// <summary>Where entries stand, if the server is known already.</summary>
    internal EntryLayout? KnownLayout => _layout;

    /// <summary>Where entries stand; the first call connects.</summary>
    /// <exception cref="CacheStoreException">No server, or one without scripts.</exception>
    internal ValueTask<EntryLayout> LayoutAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _layout is { } known ? new(known) : FindLayoutAsync(cancellationToken);
    }

    /// <summary>Sends a command past the translation of failures, for the one call where that costs too much: see
    /// <see cref="EntryReader.GetAsync"/>.</summary>
    internal ValueTask<TReply> SendRawAsync<TCommand, TReply>(
        in TCommand command, ReplyParser<TReply> parser, in CallOptions call, CancellationToken cancellationToken)
        where TCommand : struct, IRedisCommand => client.SendAsync(command, parser, call, cancellationToken);

    internal async ValueTask<TReply> SendAsync<TCommand, TReply>(
        TCommand command, ReplyParser<TReply> parser, CallOptions call, CancellationToken cancellationToken)
        where TCommand : struct, IRedisCommand
    {
        try
        {
            return await client.SendAsync(command, parser, call, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (EntryFailures.IsForeign(error))
        {
            throw EntryFailures.Translate(error, !call.Idempotent);
        }
    }

    /// <summary>Sends commands that stand or fall alone, some at a time.</summary>
    /// <exception cref="CacheStoreException">The first failure among them; the others of its flush have been carried out.</exception>
    internal async ValueTask<TReply[]> SendManyAsync<TCommand, TReply>(
        TCommand[] commands, ReplyParser<TReply> parser, CallOptions call, CancellationToken cancellationToken)
        where TCommand : struct, IRedisCommand
    {
        var replies = new TReply[commands.Length];
        for (var from = 0; from < commands.Length; from += MaxBatch)
        {
            var some = commands.AsMemory(from, Math.Min(MaxBatch, commands.Length - from));
            var outcomes = await client.SendManyAsync<TCommand, TReply>(some, parser, call, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < outcomes.Length; i++)
            {
                if (outcomes[i].Error is { } error) throw EntryFailures.Translate(error, !call.Idempotent);
                replies[from + i] = outcomes[i].Value!;
            }
        }

        return replies;
    }

    /// <summary>What is known of the server: another object after each new connection.</summary>
    internal ValueTask<ServerFacts> FactsAsync(CancellationToken cancellationToken) => client.ConnectAsync(cancellationToken);

    internal ValueTask<IReadOnlyList<RedisNode>> PrimariesAsync(CancellationToken cancellationToken) =>
        client.GetPrimariesAsync(cancellationToken);

    private async ValueTask<EntryLayout> FindLayoutAsync(CancellationToken cancellationToken)
    {
        var facts = await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        if (!facts.HasScripts)
        {
            throw new CacheStoreException(
                "The server does not run Lua scripts for this user, and every change of an entry is one. Allow EVAL and EVALSHA (on " +
                "Garnet: --lua).");
        }

        return _layout = new EntryLayout(options, facts.IsCluster);
    }
}
