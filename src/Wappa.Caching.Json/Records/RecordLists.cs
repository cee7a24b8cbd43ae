using System.Runtime.InteropServices;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Records;

/// <summary>Several records at once: what is in memory and what only the files have.</summary>
/// <remarks>What is in memory is looked at before the names of files: a record that leaves memory has its name there
/// already.</remarks>
internal sealed class RecordLists(
    ResidentRecords records, RecordReader reader, RecordFiles files, NameIndex names, RecordDamage damage)
    : IRecordSource
{
    /// <inheritdoc/>
    public IReadOnlyList<DocumentRecord> Many(IReadOnlyList<RecordKey> keys)
    {
        var all = new DocumentRecord[keys.Count];
        var run = new List<RecordKey>();
        for (var i = 0; i < all.Length;)
        {
            var stripe = records.StripeOf(keys[i]);
            run.Clear();
            var first = i;
            do run.Add(keys[i]);
            while (++i < all.Length && ReferenceEquals(records.StripeOf(keys[i]), stripe));
            if (run.Count == 1) all[first] = reader.Read(run[0]);
            else reader.ReadTogether(stripe, CollectionsMarshal.AsSpan(run))!.CopyTo(all, first);
        }

        return all;
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<RecordKey, DocumentRecord>> List(RecordSet set) =>
        set.Kind == RecordKind.Table ? Rows(set) : OfUser(set);

    /// <summary>The records of a user at one moment.</summary>
    private List<KeyValuePair<RecordKey, DocumentRecord>> OfUser(RecordSet set)
    {
        var stripe = records.StripeOf(set);
        while (true)
        {
            var keys = Keys(set);
            var known = keys.ToHashSet();
            var found = reader.ReadTogether(
                stripe, CollectionsMarshal.AsSpan(keys), () => records.OfUserLocked(set).TrueForAll(record => known.Contains(record.Key)));
            if (found is null) continue; // a record was created meanwhile, maybe together with a change of another
            return [.. keys.Zip(found, KeyValuePair.Create)];
        }
    }

    /// <summary>The rows of a table, each as it is when it is come to.</summary>
    private IEnumerable<KeyValuePair<RecordKey, DocumentRecord>> Rows(RecordSet set)
    {
        foreach (var key in Keys(set))
        {
            if (key.Name.Length > 0) yield return KeyValuePair.Create(key, reader.Read(key));
        }
    }

    /// <summary>The keys of a set, each once; some of them may have expired or been deleted.</summary>
    internal List<RecordKey> Keys(RecordSet set)
    {
        var keys = new HashSet<RecordKey>();
        if (set.Kind == RecordKind.Table)
        {
            foreach (var row in records.Rows(set))
            {
                if (row.IsIn(set)) keys.Add(row.Key);
            }
        }
        else
        {
            lock (records.StripeOf(set).Lock)
            {
                foreach (var record in records.OfUserLocked(set)) keys.Add(record.Key);
            }
        }

        var hash = files.Layout.OwnerHash(set.Kind ?? RecordKind.User, set.Tenant, set.Owner);
        foreach (var path in names.Of(hash))
        {
            if (KeyOf(path) is { } key && set.Contains(key)) keys.Add(key);
        }

        return [.. keys];
    }

    /// <summary>The record a file belongs to; null: it is no record's, or nobody can tell.</summary>
    /// <exception cref="CacheStoreUnavailableException">The disk failed.</exception>
    internal RecordKey? KeyOf(string path)
    {
        var slash = path.LastIndexOf('/');
        for (var i = 0; i < files.Layout.Directories.Count; i++)
        {
            if (!path.AsSpan(0, slash).SequenceEqual(files.Layout.Directories[i])) continue;
            return files.Layout.Read(i, path.AsSpan(slash + 1), out _) switch
            {
                FileNameKind.Record => files.Layout.TryParse(i, path.AsSpan(slash + 1), out var key) ? key : null,
                FileNameKind.Shortened => KeyIn(path),
                _ => null,
            };
        }

        return null;
    }

    private RecordKey? KeyIn(string path)
    {
        try
        {
            var state = files.ReadAny(path, out var image, out _);
            if (state is RecordFileState.Valid or RecordFileState.Edited) return image.Key;
            return state is not null && damage.TakeUnlessReplaced(path, out var key) ? key : null;
        }
        catch (FileSystemException error)
        {
            throw Failures.Unreadable(error);
        }
    }
}
