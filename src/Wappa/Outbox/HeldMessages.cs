using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wappa.Caching;
using Wappa.Inbox;

namespace Wappa.Outbox;

/// <summary>The list of held messages: one row each, of all tenants in one table, because whoever looks for what is overdue
/// knows no tenants. The mailbox decides; a row that a crash has left over leads to a message that is held no more.</summary>
internal sealed class HeldMessages(IDocumentStore store, TimeSpan rememberFor)
{
    private const string Table = CacheName.ReservedPrefix + "held";

    // What this process has held, and what it saw when it last looked: a status may come to another user than the one whose turn
    // sent the message, and asking the store about each status would cost more than it is worth.
    private readonly ConcurrentDictionary<string, HeldRow> _known = new(StringComparer.Ordinal);

    internal async ValueTask AddAsync(LaneKey key, OutboxEntry entry)
    {
        var row = new HeldRow(
            key.Tenant, key.User, entry.PhoneNumberId, entry.Recipient, entry.HeldAt, false, JsonElement.Parse(entry.Body));
        await store.ApplyAsync(KeyOf(entry.Id), new RecordChange.CreateIfAbsent(DocumentOf(row), rememberFor)).ConfigureAwait(false);
        _known[entry.Id] = row;
    }

    internal async ValueTask DeleteAsync(string id)
    {
        await store.ApplyAsync(KeyOf(id), new RecordChange.Delete()).ConfigureAwait(false);
        _known.TryRemove(id, out _);
    }

    /// <summary>Takes what a look at the whole list has found.</summary>
    internal void Learn(IReadOnlyDictionary<string, HeldRow> rows)
    {
        foreach (var id in _known.Keys.Where(id => !rows.ContainsKey(id))) _known.TryRemove(id, out _);
        foreach (var (id, row) in rows) _known[id] = row;
    }

    /// <summary>The held message that a status of WhatsApp's speaks of, if another lane than the status's own holds it.</summary>
    /// <returns>An item for that lane; null: as far as is known, there is none.</returns>
    internal StatusWebhook? SettleElsewhere(Webhook item, LaneKey own, DateTimeOffset now) =>
        item is StatusWebhook { Status: { IsLocal: false, HandleId: { } id } } && _known.TryGetValue(id, out var row) && row.Key != own
            ? row.ToStatus(id, LocalStatus.Drop, now)
            : null;

    /// <summary>Forgets what one user's turns have sent.</summary>
    internal async ValueTask DeleteOfAsync(LaneKey key, CancellationToken cancellationToken)
    {
        await foreach (var (id, row, _) in ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (row.Key == key) await DeleteAsync(id).ConfigureAwait(false);
        }
    }

    internal async IAsyncEnumerable<(string Id, HeldRow Row, long Revision)> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = store.ListAsync(RecordSet.Rows(InboxKeys.Tenant, Table), cancellationToken);
        await foreach (var (key, record) in rows.ConfigureAwait(false))
        {
            if (record.IsHit) yield return (key.Name, Read(record.Document), record.Revision);
        }
    }

    internal async ValueTask<HeldRow?> FindAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        var record = await store.GetAsync(KeyOf(id), cancellationToken).ConfigureAwait(false);
        return record.IsHit && Read(record.Document) is { } row && row.Tenant == tenant ? row : null;
    }

    /// <returns>False: somebody else has done it, or it is gone.</returns>
    internal async ValueTask<bool> TryMarkReportedAsync(string id, HeldRow row, long revision, CancellationToken cancellationToken)
    {
        var change = new RecordChange.ReplaceIf(DocumentOf(row with { IsReported = true }), revision);
        return (await store.ApplyAsync(KeyOf(id), change, cancellationToken).ConfigureAwait(false)).Applied;
    }

    private static RecordKey KeyOf(string id) => RecordKey.Table(InboxKeys.Tenant, TableKey.Row(Table, id));

    private static CacheDocument DocumentOf(HeldRow row) =>
        CacheDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(row, HeldJson.Default.HeldRow));

    private static HeldRow Read(CacheDocument document)
    {
        try
        {
            return JsonSerializer.Deserialize(document.Utf8Json, HeldJson.Default.HeldRow) ?? throw new JsonException("It is null.");
        }
        catch (JsonException error)
        {
            throw new CacheStoreCorruptException(
                "A row of the held messages cannot be read: something else has changed it. Mend or delete it.", error);
        }
    }
}

/// <summary>A held message as it is listed.</summary>
internal sealed record HeldRow(
    [property: JsonPropertyName("tenant")] string Tenant,
    [property: JsonPropertyName("user")] string User,
    [property: JsonPropertyName("from")] string From,
    [property: JsonPropertyName("to")] string To,
    [property: JsonPropertyName("held_at")] DateTimeOffset HeldAt,
    [property: JsonPropertyName("reported")] bool IsReported,
    [property: JsonPropertyName("body")] JsonElement Body)
{
    internal LaneKey Key => new(Tenant, User);

    /// <summary>An item that tells the lane of the message's user something about it.</summary>
    internal StatusWebhook ToStatus(string id, string state, DateTimeOffset now) =>
        LocalStatus.Of(Key, new LocalMessage(id, From, To, OutboxTag.Find(JsonMarshal.GetRawUtf8Value(Body))), state, now);
}

[JsonSerializable(typeof(HeldRow))]
internal sealed partial class HeldJson : JsonSerializerContext;
