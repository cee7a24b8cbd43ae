using System.Runtime.CompilerServices;
using System.Text;
using Wappa.Caching;
using Wappa.Inbox;

namespace Wappa.Outbox;

/// <summary>What an app sees of the held messages. A decision is an item of the message's user like any other: stored, run in
/// the user's order by whoever runs the user's items, and effective once.</summary>
internal sealed class HeldDesk(PipelineServices services, WebhookInbox inbox) : IHeldMessages
{
    public async IAsyncEnumerable<HeldMessage> ListAsync(
        string tenant, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        CacheName.ThrowIfInvalid(tenant, nameof(tenant));
        await foreach (var (id, row, _) in services.Held.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (row.Tenant == tenant) yield return Message(id, row);
        }
    }

    public ValueTask<bool> ResendAsync(string tenant, string id, CancellationToken cancellationToken = default) =>
        DecideAsync(tenant, id, LocalStatus.Resend, cancellationToken);

    public ValueTask<bool> DropAsync(string tenant, string id, CancellationToken cancellationToken = default) =>
        DecideAsync(tenant, id, LocalStatus.Drop, cancellationToken);

    private async ValueTask<bool> DecideAsync(string tenant, string id, string decision, CancellationToken cancellationToken)
    {
        CacheName.ThrowIfInvalid(tenant, nameof(tenant));
        CacheName.ThrowIfInvalid(id, nameof(id));
        if (await services.Held.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } row) return false;
        var item = row.ToStatus(id, decision, services.Time.GetUtcNow());
        // A message that is sent again can be held again: each time is a decision of its own.
        item.Fingerprint = new FingerprintBuilder().Add(decision).Add(id).Add(row.HeldAt.UtcTicks).ToFingerprint();
        var batch = default(WebhookBatch);
        batch.Add(item);
        return await inbox.AcceptAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    private static HeldMessage Message(string id, HeldRow row)
    {
        var body = Encoding.UTF8.GetBytes(row.Body.GetRawText());
        return new()
        {
            Id = id,
            Kind = BodyField.TypeOf(body),
            UserId = row.User.Length == 0 ? null : row.User,
            Recipient = row.To,
            PhoneNumberId = row.From,
            HeldAt = row.HeldAt,
            IsReported = row.IsReported,
            RawJson = body,
        };
    }
}
