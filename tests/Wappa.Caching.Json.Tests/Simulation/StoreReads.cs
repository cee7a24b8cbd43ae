namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>Reads everything a store holds, in every way there is.</summary>
internal sealed class StoreReads(JsonDocumentStore store, Func<DateTimeOffset> now)
{
    internal KeyState Read(int key) => ToState(Done(store.GetAsync(SimKeys.All[key])));

    internal KeyState[] ReadAll()
    {
        var found = new KeyState[SimKeys.All.Length];
        for (var key = 0; key < found.Length; key++) found[key] = Read(key);
        return found;
    }

    internal KeyState[] ReadTogether() => [.. Done(store.GetManyAsync(SimKeys.All)).Select(ToState)];

    /// <summary>Reads what can be read.</summary>
    /// <param name="corrupt">How many reads said that the record is damaged.</param>
    /// <returns>Null: that one is damaged.</returns>
    internal KeyState?[] ReadDamaged(out int corrupt)
    {
        corrupt = 0;
        var found = new KeyState?[SimKeys.All.Length];
        for (var key = 0; key < found.Length; key++)
        {
            try
            {
                found[key] = Read(key);
            }
            catch (CacheStoreCorruptException)
            {
                corrupt++;
            }
        }

        try
        {
            if (corrupt == 0) CheckLists([.. found.Select(state => state!.Value)]);
        }
        catch (CacheStoreCorruptException)
        {
            corrupt++;
        }

        return found;
    }

    /// <summary>Listings must say what reads said.</summary>
    internal void CheckLists(KeyState[] found)
    {
        foreach (var set in SimKeys.Sets)
        {
            var listed = List(set);
            for (var key = 0; key < found.Length; key++)
            {
                if (!set.Contains(SimKeys.All[key])) continue;
                listed.Remove(SimKeys.All[key], out var record);
                if (ToState(record) != found[key])
                    throw new Violation($"{SimKeys.NameOf(key)} is {found[key]}, and in the listing it is {ToState(record)}.");
            }

            if (listed.Count > 0) throw new Violation($"The listing of {set} has {listed.Count} records that are not there.");
        }
    }

    private Dictionary<RecordKey, DocumentRecord> List(RecordSet set)
    {
        Dictionary<RecordKey, DocumentRecord> listed = [];
        var records = store.ListAsync(set).GetAsyncEnumerator();
        while (Done(records.MoveNextAsync()))
        {
            if (!listed.TryAdd(records.Current.Key, records.Current.Value)) throw new Violation("A record was listed twice.");
        }

        return listed;
    }

    internal KeyState ToState(DocumentRecord record) => record.IsHit
        ? new(record.Document, record.Revision, record.Ttl.Remaining is { } left ? now() + left : DateTimeOffset.MaxValue)
        : KeyState.Missing;

    internal static T Done<T>(ValueTask<T> task) => task.IsCompleted
        ? task.GetAwaiter().GetResult()
        : throw new Violation("A call still waits although nobody else is there to end it.");
}
