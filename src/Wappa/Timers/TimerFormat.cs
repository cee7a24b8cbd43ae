using System.Runtime.InteropServices;
using System.Text.Json;
using Wappa.Inbox;

namespace Wappa.Timers;

/// <summary>The timers in a mailbox's record: <c>"timers":[{"id":"…","name":"…","due":1789000000000,"from":"…","payload":{…}}]</c>;
/// one that watches a state has <c>state</c> instead of <c>name</c>, and no payload.</summary>
internal static class TimerFormat
{
    internal static void Write(Utf8JsonWriter json, List<TimerEntry> timers)
    {
        if (timers.Count == 0) return;
        json.WriteStartArray("timers"u8);
        foreach (var timer in timers)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, timer.Id.ToString());
            json.WriteString(timer.IsExpiry ? "state"u8 : "name"u8, timer.Name);
            json.WriteNumber("due"u8, timer.Due.ToUnixTimeMilliseconds());
            json.WriteString("from"u8, timer.PhoneNumberId);
            if (timer.DisplayPhoneNumber is { } display) json.WriteString("display"u8, display);
            if (timer.BusinessAccountId is { } account) json.WriteString("account"u8, account);
            if (timer.Payload.Length > 0)
            {
                json.WritePropertyName("payload"u8);
                json.WriteRawValue(timer.Payload, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <exception cref="InvalidOperationException">It is no list of timers.</exception>
    /// <exception cref="FormatException">A part of it cannot be.</exception>
    internal static List<TimerEntry> Read(JsonElement list)
    {
        var timers = new List<TimerEntry>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            var isExpiry = Text(item, "state"u8) is not null;
            timers.Add(new()
            {
                Id = Fingerprint.Parse(Required(item, "id"u8)),
                Name = Required(item, isExpiry ? "state"u8 : "name"u8),
                IsExpiry = isExpiry,
                Due = DateTimeOffset.FromUnixTimeMilliseconds(
                    item.TryGetProperty("due"u8, out var due) ? due.GetInt64() : throw Missing()),
                PhoneNumberId = Text(item, "from"u8) ?? "",
                DisplayPhoneNumber = Text(item, "display"u8),
                BusinessAccountId = Text(item, "account"u8),
                Payload = item.TryGetProperty("payload"u8, out var payload) ? JsonMarshal.GetRawUtf8Value(payload).ToArray() : [],
            });
        }

        return timers;
    }

    private static string? Text(JsonElement item, ReadOnlySpan<byte> name) =>
        item.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Required(JsonElement item, ReadOnlySpan<byte> name) => Text(item, name) ?? throw Missing();

    private static FormatException Missing() => new("A timer lacks a part.");
}
