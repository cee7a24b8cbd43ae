using System.Runtime.CompilerServices;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>Lists and erases what an index names, a page at a time.</summary>
internal sealed class RecordLister(RecordServer server, RecordReader reader, RecordWriter writer, NameRemoval removal)
{
    internal async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var keys in PagesAsync(set, cancellationToken).ConfigureAwait(false))
        {
            var records = await reader.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
            var missing = keys.Where((_, i) => !records[i].IsHit).ToList();
            if (missing.Count > 0) await removal.RemoveAsync(missing, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < keys.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();

                // The record of the table as a whole is no row.
                if (records[i].IsHit && keys[i].Name.Length > 0) yield return new(keys[i], records[i]);
            }
        }
    }

    internal async ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken)
    {
        var deleted = 0L;
        await foreach (var keys in PagesAsync(set, cancellationToken).ConfigureAwait(false))
        {
            var delete = new RecordChange.Delete();
            var results = await writer.WriteManyAsync([.. keys.Select(key => new RecordWrite(key, delete))], cancellationToken)
                .ConfigureAwait(false);
            deleted += results.Count(result => result.Applied);
        }

        return deleted;
    }

    private async IAsyncEnumerable<IReadOnlyList<RecordKey>> PagesAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        RecordKind[] kinds = set.Kind is { } kind ? [kind] : [RecordKind.State, RecordKind.User];
        foreach (var one in kinds)
        {
            var call = new CallOptions { Database = layout.DatabaseOf(one), Idempotent = true };
            var names = layout.NamesOf(one, set.Tenant, set.Owner);
            var pages = layout.HasNamesApart(one)
                ? NamePages.OfScoresAsync(server, names, call, cancellationToken)
                : NamePages.InOrderAsync(server, names, set.Prefix, call, cancellationToken);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                // A name that nobody could have given was not entered by this package.
                var keys = page.Where(name => name.StartsWith(set.Prefix, StringComparison.Ordinal))
                    .Where(name => CacheName.IsValid(name) || (name.Length == 0 && one == RecordKind.Table))
                    .Select(name => KeyOf(one, set, name)).ToList();
                if (keys.Count > 0) yield return keys;
            }
        }
    }

    private static RecordKey KeyOf(RecordKind kind, in RecordSet set, string name) => kind switch
    {
        RecordKind.State => RecordKey.State(set.Tenant, set.Owner, name),
        RecordKind.User => RecordKey.User(set.Tenant, set.Owner, name),
        _ => RecordKey.Table(set.Tenant, name.Length == 0 ? TableKey.Table(set.Owner) : TableKey.Row(set.Owner, name)),
    };
}
