using System.Text.Json;

namespace Wappa.Inbox;

/// <summary>Until when a user may be sent anything but templates, by the number the user wrote to. A number that is not named
/// is not known about: the platform decides.</summary>
/// <remarks>Counted from when a message came here, which is no earlier than when it was written: what is refused here, the
/// platform would refuse as well.</remarks>
internal sealed class ServiceWindows
{
    private static readonly TimeSpan AfterMessage = TimeSpan.FromHours(24);
    private static readonly TimeSpan AfterAdvertisement = TimeSpan.FromHours(72);

    private Dictionary<string, long>? _ends; // in seconds since 1970

    /// <summary>The user wrote.</summary>
    internal void Open(MessageWebhook message, DateTimeOffset now)
    {
        var end = (now + (message.Message.Referral is null ? AfterMessage : AfterAdvertisement)).ToUnixTimeSeconds();
        _ends ??= new(StringComparer.Ordinal);
        if (_ends.GetValueOrDefault(message.PhoneNumberId) < end) _ends[message.PhoneNumberId] = end;
    }

    /// <summary>Whether the user is known to have written to the number, and too long ago.</summary>
    internal bool IsClosed(string number, DateTimeOffset now) =>
        _ends is not null && _ends.TryGetValue(number, out var end) && now.ToUnixTimeSeconds() > end;

    internal void Write(Utf8JsonWriter json)
    {
        if (_ends is null) return;
        json.WriteStartObject("windows"u8);
        foreach (var (number, end) in _ends) json.WriteNumber(number, end);
        json.WriteEndObject();
    }

    internal static ServiceWindows Read(JsonElement windows)
    {
        var read = new ServiceWindows();
        foreach (var window in windows.EnumerateObject())
            (read._ends ??= new(StringComparer.Ordinal))[window.Name] = window.Value.GetInt64();
        return read;
    }
}
