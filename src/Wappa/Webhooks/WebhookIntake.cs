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
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="people">What is known of the people in it. If it has unknown ones afterwards, the items are not usable: let
    /// them be decided and read again.</param>
    /// <returns>Its items; null if it is JSON but not an object.</returns>
    /// <exception cref="JsonException">Not JSON, or nested deeper than 64.</exception>
    internal WebhookBatch? Read(ReadOnlySpan<byte> body, Identities people)
    {
        var reader = _reader ??= new();
        try
        {
            if (!reader.Read(body)) return null;
            var batch = default(WebhookBatch);
            var ignored = reader.Ignored;
            foreach (ref readonly var draft in reader.Items)
            {
                var reason = Settle(draft, people, out var item);
                if (item is not null) batch.Add(item);
                else ignored.Add(reason);
            }

            if (ignored.Count > 0 && !people.HasUnknown)
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

    private IgnoredReasons Settle(in ItemDraft draft, Identities people, out Webhook? item)
    {
        item = null;
        var isEvent = draft.Content is string;
        if (!isEvent && string.IsNullOrEmpty(draft.PhoneNumberId)) return IgnoredReasons.NoPhoneNumberId;
        var tenant = tenants.Find(draft.PhoneNumberId, draft.AccountId);
        if (!CacheName.IsValid(tenant) || CacheName.IsReserved(tenant!)) return IgnoredReasons.UnusableTenant;
        var user = isEvent ? null : UserOf(draft, tenant!, people);
        if (user is not null && (!CacheName.IsValid(user.UserId) || CacheName.IsReserved(user.UserId)))
            return IgnoredReasons.UnusableUserId;
        if (user is null && draft.Content is Message) return IgnoredReasons.MessageWithoutUser;
        item = NewItem(draft, tenant!, user);
        LearnChanges(draft, tenant!, people);
        return IgnoredReasons.None;
    }

    private static void LearnChanges(in ItemDraft draft, string tenant, Identities people)
    {
        if (draft.Content is SystemMessage { NewPhoneNumber: var number, NewBsuid: var bsuid } && (number ?? bsuid) is not null)
            people.Add(new(new(tenant, draft.WaId, draft.Bsuid), number, bsuid));
        else if (draft.Content is UserIdUpdateReader.Field)
            UserIdUpdateReader.Read(draft.RawJson, tenant, people);
    }

    private WebhookUser? UserOf(in ItemDraft draft, string tenant, Identities people)
    {
        var contact = draft.Contact;
        var waId = draft.WaId ?? contact?.WaId;
        var bsuid = draft.Bsuid ?? contact?.Bsuid;
        // An id that cannot be used is refused as the user's, not taken for nobody.
        var userId = people.Find(new(tenant, waId, bsuid), aliases) ?? waId ?? bsuid;
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
