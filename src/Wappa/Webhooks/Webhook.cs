using System.Text.Json;
using Wappa.Inbox;
using Wappa.Telemetry;
using Wappa.Webhooks;

namespace Wappa;

/// <summary>One thing the app is told: by WhatsApp a message, a status, an error, or an event of another field; by the app itself a
/// timer, or the end of a state.</summary>
public abstract class Webhook
{
    private protected Webhook()
    {
    }

    /// <summary>Whose data the turn sees: the name configured for the phone number, else the app's tenant, else the
    /// phone number id; for events of no number the business account's id.</summary>
    public required string Tenant { get; init; }

    /// <summary>The business's phone number id it came in on; empty for events that concern no number.</summary>
    public string PhoneNumberId { get; init; } = "";

    /// <summary>The same number as people write it; <see langword="null"/> if not given.</summary>
    public string? DisplayPhoneNumber { get; init; }

    /// <summary>The WhatsApp business account; <see langword="null"/> if not given.</summary>
    public string? BusinessAccountId { get; init; }

    /// <summary>The item as it came, UTF-8 JSON: the message, the status, the array of errors, or the change's
    /// value.</summary>
    public ReadOnlyMemory<byte> RawJson { get; init; }

    /// <summary>Takes over what items of every kind have in common.</summary>
    internal ItemDraft Draft
    {
        init
        {
            PhoneNumberId = value.PhoneNumberId ?? "";
            DisplayPhoneNumber = value.DisplayPhoneNumber;
            BusinessAccountId = value.AccountId;
            RawJson = value.RawJson;
        }
    }

    /// <summary>Names the turn in logs: never a person.</summary>
    internal abstract string Kind { get; }

    /// <summary>Who the lane and the caches belong to; null for items about no user.</summary>
    internal abstract string? UserId { get; }

    /// <summary>Whether it stands in the mailbox until it is done, and is nothing if it does not.</summary>
    internal virtual bool IsTimer => false;

    /// <summary>Equal for two deliveries of one item; default: deliveries of this item cannot be told apart.</summary>
    internal Fingerprint Fingerprint { get; set; }

    /// <summary>The id of the turn that a replay repeats; null: it is not a replay.</summary>
    internal string? OriginalTurnId { get; set; }

    /// <summary>The batch record it is stored in; null where nothing outlives the process.</summary>
    internal BatchTicket? Ticket { get; set; }

    /// <summary>Whether an earlier process accepted it, and may have died of it.</summary>
    internal bool IsRecovered { get; set; }

    /// <summary>When it was accepted, or its last attempt failed; a timestamp of the app's clock.</summary>
    internal long AcceptedAt { get; set; }

    /// <summary>The delivery that brought it; null if nobody watches, or another process accepted it.</summary>
    internal ItemOrigin? Origin { get; set; }

    /// <summary>How often its turn has begun, earlier processes included as far as they could say so.</summary>
    internal int Attempts { get; set; }

    /// <summary>How often the store failed under it.</summary>
    internal int StoreFailures { get; set; }

    /// <summary>Why its last attempt failed; null: it has not, or nobody could say.</summary>
    internal Exception? Failure { get; set; }

    /// <summary>The next item of the batch, then of the lane. Items are linked through themselves: no list is
    /// allocated.</summary>
    internal Webhook? Next { get; set; }

    /// <summary>Parses <see cref="RawJson"/>. O(length) at each call.</summary>
    /// <returns>A value that needs no disposal. Reading a string of it throws <see cref="InvalidOperationException"/>
    /// if that string holds half of a surrogate pair.</returns>
    /// <exception cref="JsonException">The webhook was made without its JSON.</exception>
    public JsonElement ParseRawJson() => JsonElement.Parse(RawJson.Span);

    internal abstract Task HandleAsync(WappaEventHandler handler, CancellationToken ct);

    internal abstract Fingerprint Identify();
}
