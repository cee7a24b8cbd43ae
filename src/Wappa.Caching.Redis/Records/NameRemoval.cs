using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>Takes the names of records that are missing out of their index.</summary>
internal sealed class NameRemoval(RecordServer server)
{
    private static readonly RedisScript Forget = new(ProgramRunner.Source("forget"));
    private static readonly RedisScript Withdraw = new(ProgramRunner.Source("withdraw"));

    /// <summary>Removes names whose records were seen to be missing.</summary>
    /// <param name="keys">One or more, all of one index.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    internal async ValueTask RemoveAsync(IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var kind = keys[0].Kind;
        var call = new CallOptions { Database = layout.DatabaseOf(kind), Idempotent = true };
        var names = layout.NamesOf(kind, keys[0].Tenant, keys[0].Owner);
        var arguments = new Arguments(names, layout.HasNamesApart(kind) ? null : [.. keys.Select(key => layout.KeyOf(key))], keys);
        var script = layout.HasNamesApart(kind) ? Withdraw : Forget;
        await server.SendAsync(new ScriptCall<Arguments>(script, arguments), Replies.Any, call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>After deletes: removes the names whose index the deleting script could not reach.</summary>
    /// <remarks>The records are gone whatever happens here, and a name that stays leaves when a listing meets it: no failure is told.
    /// </remarks>
    /// <param name="deleted">Of any index.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    internal async ValueTask AfterDeleteAsync(IEnumerable<RecordKey> deleted, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        foreach (var keys in deleted.Where(key => layout.HasNamesApart(key.Kind)).GroupBy(key => (key.Kind, key.Tenant, key.Owner)))
        {
            try
            {
                await RemoveAsync([.. keys], cancellationToken).ConfigureAwait(false);
            }
            catch (CacheStoreException)
            {
                return;
            }
        }
    }

    private readonly struct Arguments(string names, string[]? texts, IReadOnlyList<RecordKey> keys) : IScriptArguments
    {
        // A creation that relies on an announcement is over long before.
        private const long OldEnough = 300_000_000;

        public string? Key => names;

        public int KeyCount => 1 + (texts?.Length ?? 0);

        public int ArgumentCount => keys.Count + (texts is null ? 1 : 0);

        public void Write(ref CommandWriter writer)
        {
            writer.Write(names);
            foreach (var text in texts ?? []) writer.Write(text);
            if (texts is null) writer.Write(OldEnough);
            foreach (var key in keys) writer.Write(key.Name);
        }
    }
}
