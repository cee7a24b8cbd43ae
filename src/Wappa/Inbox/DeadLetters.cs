using System.Runtime.CompilerServices;
using System.Text.Json;
using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>The dead letters as rows of a table of their tenant.</summary>
internal sealed class DeadLetters(PipelineServices services)
{
    /// <summary>Adds an item; doing it again changes nothing but the time.</summary>
    internal async ValueTask AddAsync(Webhook item)
    {
        var row = new StoredDeadLetter(
            StoredItem.Of(item), item.Attempts, item.Failure?.GetType().FullName, services.Time.GetUtcNow());
        var document = CacheDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(row, InboxJson.Default.StoredDeadLetter));
        await services.Store.ApplyAsync(KeyOf(item.Tenant, item.Fingerprint.ToString()), new RecordChange.Set(document))
            .ConfigureAwait(false);
    }

    internal async ValueTask<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        var deleted = await services.Store.ApplyAsync(KeyOf(tenant, id), new RecordChange.Delete(), cancellationToken)
            .ConfigureAwait(false);
        return deleted.Applied;
    }

    internal async IAsyncEnumerable<DeadLetter> ListAsync(
        string tenant, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = services.Store.ListAsync(RecordSet.Rows(tenant, InboxKeys.DeadLetterTable), cancellationToken);
        await foreach (var (key, record) in rows.ConfigureAwait(false))
        {
            if (record.IsHit) yield return Letter(key.Name, Read(record.Document));
        }
    }

    /// <summary>Deletes the dead letters of a user, at the cost of what the tenant has.</summary>
    internal async ValueTask EraseAsync(string tenant, string user)
    {
        var deletes = new List<RecordWrite>();
        var rows = services.Store.ListAsync(RecordSet.Rows(tenant, InboxKeys.DeadLetterTable));
        await foreach (var (key, record) in rows.ConfigureAwait(false))
        {
            if (record.IsHit && Read(record.Document).Item.User?.Id == user) deletes.Add(new(key, new RecordChange.Delete()));
        }

        if (deletes.Count > 0) await services.Store.WriteManyAsync(deletes).ConfigureAwait(false);
    }

    /// <summary>The item of a dead letter, under an identity that a second replay of the same letter shares: the mailbox knows
    /// the item's own as done.</summary>
    /// <returns>Null: there is none.</returns>
    internal async ValueTask<Webhook?> FindAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        var record = await services.Store.GetAsync(KeyOf(tenant, id), cancellationToken).ConfigureAwait(false);
        if (!record.IsHit) return null;
        var row = Read(record.Document);
        var item = row.Item.ToWebhook();
        item.OriginalTurnId ??= item.Fingerprint.ToString();
        item.Fingerprint = new FingerprintBuilder().Add("replay").Add(id).Add(row.GivenUpAt.UtcTicks).ToFingerprint();
        return item;
    }

    private static RecordKey KeyOf(string tenant, string id) => InboxKeys.DeadLetter(tenant, id);

    private static DeadLetter Letter(string id, StoredDeadLetter row)
    {
        var item = row.Item.ToWebhook();
        return new()
        {
            Id = id,
            Kind = item.Kind,
            UserId = item.UserId,
            Attempts = row.Attempts,
            ErrorType = row.Error,
            GivenUpAt = row.GivenUpAt,
            RawJson = item.RawJson,
        };
    }

    private static StoredDeadLetter Read(CacheDocument document)
    {
        try
        {
            return JsonSerializer.Deserialize(document.Utf8Json, InboxJson.Default.StoredDeadLetter)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException error)
        {
            throw new CacheStoreCorruptException(
                "A dead letter cannot be read: something else has changed the row. Mend or delete it.", error);
        }
    }
}

/// <summary>What an app sees of the dead letters.</summary>
internal sealed class InboxDeadLetters(WebhookInbox inbox) : IDeadLetters
{
    public IAsyncEnumerable<DeadLetter> ListAsync(string tenant, CancellationToken cancellationToken = default)
    {
        CacheName.ThrowIfInvalid(tenant, nameof(tenant));
        return inbox.DeadLetters.ListAsync(tenant, cancellationToken);
    }

    public async ValueTask<bool> ReplayAsync(string tenant, string id, CancellationToken cancellationToken = default)
    {
        CacheName.ThrowIfInvalid(tenant, nameof(tenant));
        CacheName.ThrowIfInvalid(id, nameof(id));
        if (await inbox.DeadLetters.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } item) return false;
        var batch = default(WebhookBatch);
        batch.Add(item);
        if (!await inbox.AcceptAsync(batch, cancellationToken).ConfigureAwait(false)) return false;
        // Only now: an item that is neither here nor there would be lost. If it fails again, it is another letter.
        await inbox.DeadLetters.DeleteAsync(tenant, id, CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    public ValueTask<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken = default)
    {
        CacheName.ThrowIfInvalid(tenant, nameof(tenant));
        CacheName.ThrowIfInvalid(id, nameof(id));
        return inbox.DeadLetters.DeleteAsync(tenant, id, cancellationToken);
    }
}
