using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wappa.UserData;
using Wappa.Webhooks;

namespace Wappa.Inbox;

/// <summary>An item as it is stored: its bytes as they came, and what was settled about it when it came, so that the item
/// read back is the item that was accepted.</summary>
internal sealed record StoredItem
{
    private const int DeflatedFrom = 64 * 1024;
    private static readonly JsonReaderOptions JsonLimits = new() { MaxDepth = 64 };

    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    [JsonPropertyName("tenant")]
    public required string Tenant { get; init; }

    [JsonPropertyName("number")]
    public string PhoneNumberId { get; init; } = "";

    [JsonPropertyName("display")]
    public string? DisplayPhoneNumber { get; init; }

    [JsonPropertyName("account")]
    public string? BusinessAccountId { get; init; }

    [JsonPropertyName("user")]
    public StoredUser? User { get; init; }

    /// <summary>The ids a status itself names its user by.</summary>
    [JsonPropertyName("wa_id")]
    public string? WaId { get; init; }

    [JsonPropertyName("bsuid")]
    public string? Bsuid { get; init; }

    /// <summary>Of an event: the field, and when it happened, in seconds since 1970.</summary>
    [JsonPropertyName("field")]
    public string? Field { get; init; }

    [JsonPropertyName("at")]
    public long? At { get; init; }

    /// <summary>Of a timer: when it was due, in milliseconds since 1970. Its name is the field.</summary>
    [JsonPropertyName("due")]
    public long? Due { get; init; }

    /// <summary>The identity of an item that has none of its own, or is replayed under another; hexadecimal.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>The id of its turn, if that is not its identity.</summary>
    [JsonPropertyName("turn")]
    public string? Turn { get; init; }

    /// <summary>The item's JSON. In base64, because it need not be text: WhatsApp has been seen to send bytes that are
    /// no UTF-8.</summary>
    [JsonPropertyName("json")]
    public byte[]? Json { get; init; }

    /// <summary>The same, deflated: what is that large would not fit into a record otherwise.</summary>
    [JsonPropertyName("json_deflated")]
    public byte[]? Deflated { get; init; }

    internal static StoredItem Of(Webhook item)
    {
        var status = item as StatusWebhook;
        var @event = item as EventWebhook;
        var timer = item as TimerWebhook;
        var expired = item as StateExpiredWebhook;
        var large = item.RawJson.Length >= DeflatedFrom;
        return new()
        {
            Kind = item.Kind,
            Tenant = item.Tenant,
            PhoneNumberId = item.PhoneNumberId,
            DisplayPhoneNumber = item.DisplayPhoneNumber,
            BusinessAccountId = item.BusinessAccountId,
            User = StoredUser.Of((item as MessageWebhook)?.User ?? status?.User) ??
                (item.UserId is { } id ? StoredUser.Named(id) : null),
            WaId = status?.PayloadIds.WaId,
            Bsuid = status?.PayloadIds.Bsuid,
            Field = @event?.Field ?? timer?.Name ?? expired?.State,
            Due = (timer?.DueAt ?? expired?.DueAt)?.ToUnixTimeMilliseconds(),
            At = @event?.Timestamp?.ToUnixTimeSeconds(),
            Id = item.Fingerprint != item.Identify() ? item.Fingerprint.ToString() : null,
            Turn = item.OriginalTurnId,
            Json = large ? null : item.RawJson.ToArray(),
            Deflated = large ? Deflate(item.RawJson.Span) : null,
        };
    }

    /// <summary>The item's JSON as it came.</summary>
    internal ReadOnlyMemory<byte> Content => Json ?? (Deflated is null ? [] : Inflate(Deflated));

    /// <summary>The item, equal to the one that was stored in everything but the object.</summary>
    /// <exception cref="JsonException">Something else has changed it.</exception>
    internal Webhook ToWebhook()
    {
        var json = Json ?? Inflate(Deflated ?? throw new JsonException("The item has no JSON."));
        var item = Read(json);
        item.Fingerprint = Id is null ? item.Identify() : Fingerprint.Parse(Id);
        item.OriginalTurnId = Turn;
        return item;
    }

    private Webhook Read(byte[] json)
    {
        var draft = new ItemDraft
        {
            Content = "",
            RawJson = json,
            PhoneNumberId = PhoneNumberId,
            DisplayPhoneNumber = DisplayPhoneNumber,
            AccountId = BusinessAccountId,
        };
        var reader = new Utf8JsonReader(json, JsonLimits);
        if (json.Length > 0) reader.Read();
        return Kind switch
        {
            "message" when MessageReader.Read(ref reader, json) is { Content: Message message } => new MessageWebhook
            {
                Tenant = Tenant, Draft = draft, User = User?.ToUser() ?? throw Unreadable(), Message = message,
            },
            "status" when StatusReader.Read(ref reader, json) is { Content: MessageStatus status } => new StatusWebhook
            {
                Tenant = Tenant, Draft = draft, User = User?.ToUser(), PayloadIds = (WaId, Bsuid), Status = status,
            },
            "error" => new ErrorWebhook { Tenant = Tenant, Draft = draft, Errors = ErrorReader.Read(ref reader) },
            "event" => new EventWebhook
            {
                Tenant = Tenant, Draft = draft, Field = Field ?? throw Unreadable(),
                Timestamp = At is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
            },
            _ => ReadOwn(draft),
        };
    }

    private Webhook ReadOwn(ItemDraft draft)
    {
        if (Kind == "erase") return new EraseItem { Tenant = Tenant, Draft = draft, User = User?.Id ?? throw Unreadable() };
        var (name, due) = (Field ?? throw Unreadable(), DateTimeOffset.FromUnixTimeMilliseconds(Due ?? throw Unreadable()));
        return Kind switch
        {
            "timer" => new TimerWebhook { Tenant = Tenant, Draft = draft, Owner = User?.Id, Name = name, DueAt = due },
            "expiry" => new StateExpiredWebhook { Tenant = Tenant, Draft = draft, Owner = User?.Id, State = name, DueAt = due },
            _ => throw Unreadable(),
        };
    }

    private static JsonException Unreadable() => new("A stored item lacks a part; something else has changed the record.");

    private static byte[] Deflate(ReadOnlySpan<byte> bytes)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Fastest)) deflate.Write(bytes);
        return output.ToArray();
    }

    private static byte[] Inflate(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var inflate = new DeflateStream(new MemoryStream(bytes), CompressionMode.Decompress)) inflate.CopyTo(output);
        return output.ToArray();
    }
}

/// <summary>Who an item is about, as it was settled when it came.</summary>
internal sealed record StoredUser(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("phone")] string? Phone,
    [property: JsonPropertyName("bsuid")] string? Bsuid,
    [property: JsonPropertyName("parent")] string? Parent,
    [property: JsonPropertyName("name")] string? Name,
    [property: JsonPropertyName("username")] string? Username,
    [property: JsonPropertyName("country")] string? Country,
    [property: JsonPropertyName("key_hash")] string? KeyHash)
{
    internal static StoredUser? Of(WebhookUser? user) => user is null ? null : new(
        user.UserId, user.PhoneNumber, user.Bsuid, user.ParentBsuid, user.Name, user.Username, user.CountryCode,
        user.IdentityKeyHash);

    /// <summary>A user of whom nothing but the id matters.</summary>
    internal static StoredUser Named(string id) => new(id, null, null, null, null, null, null, null);

    internal WebhookUser ToUser() => new()
    {
        UserId = Id,
        PhoneNumber = Phone,
        Bsuid = Bsuid,
        ParentBsuid = Parent,
        Name = Name,
        Username = Username,
        CountryCode = Country,
        IdentityKeyHash = KeyHash,
    };
}

/// <summary>A row of the dead letters.</summary>
internal sealed record StoredDeadLetter(
    [property: JsonPropertyName("item")] StoredItem Item,
    [property: JsonPropertyName("attempts")] int Attempts,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("given_up_at")] DateTimeOffset GivenUpAt);

/// <summary>A batch record.</summary>
/// <param name="Items">Its items.</param>
/// <param name="Order">Its place among the others, if it was written again; null: its revision.</param>
internal sealed record StoredBatch(
    [property: JsonPropertyName("items")] IReadOnlyList<StoredItem> Items,
    [property: JsonPropertyName("order")] long? Order = null);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredBatch))]
[JsonSerializable(typeof(StoredDeadLetter))]
[JsonSerializable(typeof(StoredItem))]
[JsonSerializable(typeof(Timers.StoredHint))]
internal sealed partial class InboxJson : JsonSerializerContext;
