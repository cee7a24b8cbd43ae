using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>The accepted items in the store: one record for each POST and partition, until all of it is done.</summary>
/// <param name="store">The app's store.</param>
/// <param name="partitions">How many partitions there are.</param>
/// <param name="maxRecordBytes">The largest record; what is larger becomes several.</param>
/// <param name="time">Waits before a failed deletion is tried again are counted by it.</param>
/// <param name="logger">Where records are reported that cannot be read.</param>
/// <param name="draining">Ends waits: what cannot be deleted now is left to the next process.</param>
/// <param name="stop">Ends deletions.</param>
internal sealed class BatchLog(
    IDocumentStore store, int partitions, int maxRecordBytes, TimeProvider time, ILogger logger, CancellationToken draining,
    CancellationToken stop)
{
    private static readonly TimeSpan DeletePause = TimeSpan.FromSeconds(1);

    // Nothing but this class reads these records.
    private static readonly JsonWriterOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly Lock _gate = new();
    private List<(RecordWrite Write, Tenure? Tenure)> _deletes = [];
    private Task _deleting = Task.CompletedTask;

    /// <summary>Stores the items of a POST.</summary>
    /// <param name="batch">The items. Those of one partition stay in order.</param>
    /// <param name="tenure">Gives each its ticket; null: they are read back by the owner of their partition.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The partitions, each once.</returns>
    /// <exception cref="CacheStoreException">The store failed. Part of it may be stored, and comes up at the next start: a
    /// second delivery of an item is harmless.</exception>
    internal async ValueTask<IReadOnlyCollection<int>> StoreAsync(
        WebhookBatch batch, Tenure? tenure, CancellationToken cancellationToken)
    {
        var writes = new List<RecordWrite>(1);
        var drafts = Split(batch);
        foreach (var (partition, items) in drafts) Write(partition, items, tenure, writes);
        try
        {
            if (writes is [var only]) await store.ApplyAsync(only.Key, only.Change, cancellationToken).ConfigureAwait(false);
            else await store.WriteManyAsync(writes, cancellationToken).ConfigureAwait(false);
            return drafts.Keys;
        }
        catch
        {
            // Nobody was told that they are accepted. What is stored nevertheless would lie there until the next start, if it is this
            // process's alone. If not, the owner of the partition may run it already: a delivery repeated meanwhile is answered as
            // one that waits there, so the batch must not go before it is done.
            foreach (var write in tenure is null ? [] : writes) Delete(write.Key, tenure: null);
            throw;
        }
    }

    /// <summary>Reads all batches of a store that is this process's alone, in the order in which they were stored.</summary>
    internal async ValueTask<List<Webhook>> ReadAsync(Tenure tenure, CancellationToken cancellationToken)
    {
        var records = new List<KeyValuePair<RecordKey, DocumentRecord>>();
        for (var partition = 0; partition < partitions; partition++)
        {
            await foreach (var pair in ListAsync(partition, cancellationToken).ConfigureAwait(false)) records.Add(pair);
        }

        records.Sort(static (left, right) => BatchOrder.Compare(BatchOrder.Of(left), BatchOrder.Of(right)));
        var items = new List<Webhook>();
        foreach (var (key, record) in records)
        {
            if (record.IsHit) Read(key, record.Document, tenure, isRecovered: true, items);
        }

        return items;
    }

    /// <summary>The batches of a partition, in no order.</summary>
    internal IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(int partition, CancellationToken cancellationToken) =>
        store.ListAsync(InboxKeys.Batches(partition), cancellationToken);

    /// <summary>A batch's place among the others: its revision when it was stored.</summary>
    internal static long OrderOf(in DocumentRecord record) =>
        record.Document is { } document && document.TryGetField("order", out var order) && Utf8Parser.TryParse(order, out long at, out _)
            ? at
            : record.Revision;

    /// <summary>A batch without some of its items, which keeps its place.</summary>
    internal static CacheDocument Rewritten(IEnumerable<StoredItem> items, in DocumentRecord record) => CacheDocument.Parse(
        JsonSerializer.SerializeToUtf8Bytes(new StoredBatch([.. items], OrderOf(record)), InboxJson.Default.StoredBatch));

    /// <summary>The items of a batch; none if it cannot be read.</summary>
    internal static IReadOnlyList<StoredItem> ItemsOf(CacheDocument document)
    {
        try
        {
            return JsonSerializer.Deserialize(document.Utf8Json, InboxJson.Default.StoredBatch)?.Items ?? [];
        }
        catch (JsonException)
        {
            return []; // the start has reported it
        }
    }

    /// <summary>Deletes a record, together with others that are done about now. Nobody waits for it: a record that is left
    /// by a crash is read again, and its items are found to be done.</summary>
    internal void Delete(RecordKey key, Tenure? tenure)
    {
        lock (_gate)
        {
            _deletes.Add((new(key, new RecordChange.Delete()), tenure));
            if (_deletes.Count == 1 && _deleting.IsCompleted) _deleting = DeleteAsync();
        }
    }

    /// <summary>Waits until what is done is deleted, or gives up.</summary>
    internal async ValueTask FlushAsync(TimeSpan timeout)
    {
        Task deleting;
        lock (_gate) deleting = _deleting;
        try
        {
            await deleting.WaitAsync(timeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The next process finds them done.
        }
    }

    private async Task DeleteAsync()
    {
        // Not on the caller's back, and not under its lock; meanwhile others come together.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var isLast = false;
        while (Take() is { } deletes)
        {
            try
            {
                await store.WriteManyAsync(deletes.ConvertAll(delete => delete.Write), stop).ConfigureAwait(false);
                foreach (var (write, tenure) in deletes) tenure?.Forget(write.Key.Name);
            }
#pragma warning disable CA1031 // Whatever the store throws: the records stay until it works, or until the next start.
            catch (Exception)
#pragma warning restore CA1031
            {
                lock (_gate) _deletes.AddRange(deletes);
                if (isLast) return;
                try
                {
                    await Task.Delay(DeletePause, time, draining).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    isLast = true; // once more, now
                }
            }
        }
    }

    private List<(RecordWrite Write, Tenure? Tenure)>? Take()
    {
        lock (_gate)
        {
            if (_deletes.Count == 0)
            {
                _deleting = Task.CompletedTask; // the next to come starts a new round
                return null;
            }

            var deletes = _deletes;
            _deletes = [];
            return deletes;
        }
    }

    private SortedDictionary<int, List<Webhook>> Split(WebhookBatch batch)
    {
        var parts = new SortedDictionary<int, List<Webhook>>();
        for (var item = batch.First; item is not null; item = item.Next)
        {
            var partition = PartitionHash.Of(item, partitions);
            if (!parts.TryGetValue(partition, out var part)) parts.Add(partition, part = []);
            part.Add(item);
        }

        return parts;
    }

    private void Write(int partition, List<Webhook> batch, Tenure? tenure, List<RecordWrite> writes)
    {
        var name = Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);
        var items = new List<Webhook>();
        var stored = new List<byte[]>();
        var size = 0;
        foreach (var item in batch)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(StoredItem.Of(item), InboxJson.Default.StoredItem);
            if (items.Count > 0 && size + json.Length > maxRecordBytes - 64) Close();
            items.Add(item);
            stored.Add(json);
            size += json.Length + 1;
        }

        Close();

        void Close()
        {
            var key = InboxKeys.Batch(partition, string.Create(CultureInfo.InvariantCulture, $"{name}-{writes.Count:d4}"));
            var ticket = tenure is null ? null : new BatchTicket(this, key, tenure, items.Count);
            foreach (var item in items) item.Ticket = ticket;
            writes.Add(new(key, new RecordChange.Set(DocumentOf(stored, size))));
            items.Clear();
            stored.Clear();
            size = 0;
        }
    }

    private static CacheDocument DocumentOf(List<byte[]> items, int size)
    {
        var output = new ArrayBufferWriter<byte>(size + 64);
        using (var json = new Utf8JsonWriter(output, JsonOptions))
        {
            json.WriteStartObject();
            json.WriteStartArray("items"u8);
            foreach (var item in items) json.WriteRawValue(item, skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return CacheDocument.Parse(output.WrittenSpan);
    }

    /// <summary>Adds the items of a batch to a list.</summary>
    internal void Read(RecordKey key, CacheDocument document, Tenure tenure, bool isRecovered, List<Webhook> items)
    {
        var first = items.Count;
        try
        {
            var batch = JsonSerializer.Deserialize(document.Utf8Json, InboxJson.Default.StoredBatch);
            foreach (var item in batch?.Items ?? []) items.Add(item.ToWebhook());
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidDataException)
        {
            // It stays where it is: somebody may mend it, and losing it is not ours to decide.
            Log.BatchUnreadable(logger, error.GetType().Name);
            items.RemoveRange(first, items.Count - first);
            return;
        }

        var ticket = new BatchTicket(this, key, tenure, items.Count - first);
        foreach (var item in items.Skip(first))
        {
            item.Ticket = ticket;
            item.IsRecovered = isRecovered;
        }

        if (items.Count == first) Delete(key, tenure);
    }
}
