using System.Text.Json;
using Microsoft.Extensions.Logging;
using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Telemetry;

namespace Wappa.Webhooks;

/// <summary>Makes a verified body into items that own their bytes: who they are about, whose data they touch.</summary>
internal sealed class WebhookIntake(TenantDirectory tenants, UserAliases aliases, TurnMeter meter, ILogger<WebhookIntake> logger)
{
    // Reading never awaits, so a reader per thread is enough and none is made per request.
    [ThreadStatic]
    private static EnvelopeReader? _reader;

    /// <summary>Reads a body.</summary>
    /// <returns>Its items; null if it is JSON but not an object.</returns>
    /// <exception cref="JsonException">Not JSON, or nested deeper than 64.</exception>
    internal WebhookBatch? Read(ReadOnlySpan<byte> body)
    {
        var reader = _reader ??= new();
        try
        {
            if (!reader.Read(body)) return null;
            var batch = default(WebhookBatch);
            var ignored = reader.Ignored;
            foreach (ref readonly var draft in reader.Items)
            {
                var reason = Settle(draft, out var item);
                if (item is not null) batch.Add(item);
                else ignored.Add(reason);
            }

            if (ignored.Count > 0)
            {
                meter.Ignored.Add(ignored.Count);
                Log.ItemsIgnored(logger, ignored.Count, ignored.Reasons);
            }

            return batch;
        }
        finally
        {
            reader.Clear();
        }
    }

    private IgnoredReasons Settle(in ItemDraft draft, out Webhook? item)
    {
        item = null;
        var isEvent = draft.Content is string;
        if (!isEvent && string.IsNullOrEmpty(draft.PhoneNumberId)) return IgnoredReasons.NoPhoneNumberId;
        var tenant = tenants.Find(draft.PhoneNumberId, draft.AccountId);
        if (!CacheName.IsValid(tenant) || CacheName.IsReserved(tenant!)) return IgnoredReasons.UnusableTenant;
        var user = isEvent ? null : UserOf(draft, tenant!);
        if (user is not null && (!CacheName.IsValid(user.UserId) || CacheName.IsReserved(user.UserId)))
            return IgnoredReasons.UnusableUserId;
        if (user is null && draft.Content is Message) return IgnoredReasons.MessageWithoutUser;
        item = NewItem(draft, tenant!, user);
        LearnChanges(draft, tenant!);
        return IgnoredReasons.None;
    }

    // After the item's own user is settled: the message about a change still belongs to who the user was.
    private void LearnChanges(in ItemDraft draft, string tenant)
    {
        if (draft.Content is SystemMessage { NewPhoneNumber: var number, NewBsuid: var bsuid })
            aliases.Change(tenant, draft.WaId, draft.Bsuid, number, bsuid);
        else if (draft.Content is UserIdUpdateReader.Field)
            UserIdUpdateReader.Read(draft.RawJson, tenant, aliases);
    }

    private WebhookUser? UserOf(in ItemDraft draft, string tenant)
    {
        var contact = draft.Contact;
        var waId = draft.WaId ?? contact?.WaId;
        var bsuid = draft.Bsuid ?? contact?.Bsuid;
        var userId = aliases.Resolve(tenant, waId, bsuid);
        if (userId is null) return null;
        return new()
        {
            UserId = userId,
            // The id may be a number the payload left out but an earlier one named.
            PhoneNumber = waId ?? (userId == bsuid ? null : userId),
            Bsuid = bsuid,
            ParentBsuid = draft.ParentBsuid ?? contact?.ParentBsuid,
            Name = contact?.Name,
            Username = contact?.Username,
            CountryCode = contact?.CountryCode,
            IdentityKeyHash = contact?.IdentityKeyHash,
        };
    }

    private static Webhook NewItem(in ItemDraft draft, string tenant, WebhookUser? user) => draft.Content switch
    {
        Message message => new MessageWebhook
        {
            Tenant = tenant,
            Draft = draft,
            User = user!,
            Message = message,
        },
        MessageStatus status => new StatusWebhook
        {
            Tenant = tenant,
            Draft = draft,
            User = user,
            PayloadIds = (draft.WaId, draft.Bsuid),
            Status = status,
        },
        WebhookError[] errors => new ErrorWebhook
        {
            Tenant = tenant,
            Draft = draft,
            Errors = errors,
        },
        _ => new EventWebhook
        {
            Tenant = tenant,
            Draft = draft,
            Field = (string)draft.Content,
            Timestamp = draft.EntryTime,
        },
    };
}
