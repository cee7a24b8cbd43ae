using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>Reads of records: no scripts, two commands in one flush.</summary>
/// <remarks>A change between the two can give a document its successor's time to live. One command could not: what a script would
/// cost every read is more than that is worth.</remarks>
internal sealed class RecordReader(RecordServer server)
{
    internal async ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var text = layout.KeyOf(key);
        var call = Call(layout, key.Kind);
        var all = server.SendAsync(new HashCommand(text, HashRead.Everything), HashReplies.Everything, call, cancellationToken);
        var ttl = server.SendAsync(new HashCommand(text, HashRead.Ttl), Replies.Integer, call, cancellationToken);
        return await BothAsync(all, ttl).ConfigureAwait(false);
    }

    /// <summary>Reads a record without its time to live: one command.</summary>
    internal ValueTask<DocumentRecord> GetContentAsync(RecordKey key, CancellationToken cancellationToken)
    {
        return server.Layout is { } layout ? ReadAsync(Send(layout, key, cancellationToken)) : FirstAsync();

        async ValueTask<DocumentRecord> FirstAsync()
        {
            var found = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
            return await ReadAsync(Send(found, key, cancellationToken)).ConfigureAwait(false);
        }
    }

    private ValueTask<StoredRecord> Send(RecordLayout layout, in RecordKey key, CancellationToken cancellationToken) =>
        server.Client.SendAsync(new HashCommand(layout.KeyOf(key), HashRead.Everything), HashReplies.Everything, Call(layout, key.Kind),
            cancellationToken);

    // One state machine a read, and a small one: it is what a read allocates beside its document.
    private static async ValueTask<DocumentRecord> ReadAsync(ValueTask<StoredRecord> reply)
    {
        try
        {
            return (await reply.ConfigureAwait(false)).WithTtl(-1);
        }
        catch (Exception error) when (RedisFailures.IsForeign(error))
        {
            throw RedisFailures.Translate(error, isWrite: false);
        }
    }

    internal async ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(field);
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var text = layout.KeyOf(key);
        var call = Call(layout, key.Kind);
        var one = server.SendAsync(new HashCommand(text, HashRead.Field, field), new FieldReply(field), call, cancellationToken);
        var ttl = server.SendAsync(new HashCommand(text, HashRead.Ttl), Replies.Integer, call, cancellationToken);
        return await BothAsync(one, ttl).ConfigureAwait(false);
    }

    internal async ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var text = layout.KeyOf(key);
        var call = Call(layout, key.Kind);
        var length = server.SendAsync(new HashCommand(text, HashRead.Length), Replies.Integer, call, cancellationToken);
        var ttl = server.SendAsync(new HashCommand(text, HashRead.Ttl), Replies.Integer, call, cancellationToken);
        var (fields, remaining) = await TogetherAsync(length, ttl).ConfigureAwait(false);
        return fields == 0 ? CacheTtl.Missing : StoredRecord.Ttl(remaining);
    }

    internal async ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var records = new DocumentRecord[keys.Count];
        await RecordBatches.RunAsync(layout, keys.Count, i => keys[i].Kind, ReadAsync).ConfigureAwait(false);
        return records;

        async Task ReadAsync(RecordKind kind, int[] positions)
        {
            var commands = new HashCommand[positions.Length * 2];
            for (var i = 0; i < positions.Length; i++)
            {
                var text = layout.KeyOf(keys[positions[i]]);
                commands[2 * i] = new(text, HashRead.Everything);
                commands[(2 * i) + 1] = new(text, HashRead.Ttl);
            }

            var parts = await server.SendManyAsync<HashCommand, HashPart>(
                commands, HashReplies.Part, Call(layout, kind), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < positions.Length; i++)
                records[positions[i]] = parts[2 * i].Record.WithTtl(parts[(2 * i) + 1].Remaining);
        }
    }

    private static CallOptions Call(RecordLayout layout, RecordKind kind) =>
        new() { Database = layout.DatabaseOf(kind), Idempotent = true };

    private static async ValueTask<DocumentRecord> BothAsync(ValueTask<StoredRecord> record, ValueTask<long> ttl)
    {
        var (stored, remaining) = await TogetherAsync(record, ttl).ConfigureAwait(false);
        return stored.WithTtl(remaining);
    }

    // Both are awaited whatever happens: an answer nobody waits for would keep its place in the client's pool.
    private static async ValueTask<(T First, long Second)> TogetherAsync<T>(ValueTask<T> first, ValueTask<long> second)
    {
        T value;
        try
        {
            value = await first.ConfigureAwait(false);
        }
        catch
        {
            try
            {
                await second.ConfigureAwait(false);
            }
            catch (Exception error) when (error is CacheStoreException or OperationCanceledException)
            {
                // the first failure is the one to tell
            }

            throw;
        }

        return (value, await second.ConfigureAwait(false));
    }
}
