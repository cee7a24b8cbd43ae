using System.Buffers.Binary;
using System.Buffers.Text;

namespace Wappa.Inbox;

/// <summary>How far the user's last messages came, so that a status which comes late moves nothing back, after a restart
/// either. A message takes 16 bytes: 8 of its id's fingerprint, 4 of the time, 1 of the state, 3 of an error's code.</summary>
internal sealed class Deliveries
{
    /// <summary>How many messages are remembered; the one without news for the longest time goes first.</summary>
    internal const int Capacity = 50;

    private const int Size = 16;
    private const int MaxCode = 0xFF_FFFF;

    private readonly List<(ulong Message, MessageDelivery Delivery)> _known = []; // the oldest news first

    internal bool IsEmpty => _known.Count == 0;

    /// <summary>How far a message came, as far as is known.</summary>
    internal MessageDelivery Find(string messageId)
    {
        var index = IndexOf(KeyOf(messageId));
        return index < 0 ? MessageDelivery.None : _known[index].Delivery;
    }

    /// <summary>Takes a status in.</summary>
    internal void Add(MessageStatus status)
    {
        var key = KeyOf(status.MessageId);
        var index = IndexOf(key);
        var known = index < 0 ? MessageDelivery.None : _known[index].Delivery;
        var now = known.Add(status);
        if (ReferenceEquals(now, known)) return;
        if (index >= 0) _known.RemoveAt(index);
        else if (_known.Count == Capacity) _known.RemoveAt(0);
        _known.Add((key, now));
    }

    /// <summary>Base64url.</summary>
    internal string ToText()
    {
        var bytes = new byte[_known.Count * Size];
        var rest = bytes.AsSpan();
        foreach (var (message, delivery) in _known)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, message);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[8..], SecondsOf(delivery.Timestamp));
            var code = Math.Clamp(delivery.ErrorCode ?? 0, 0, MaxCode);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[12..], ((uint)code << 8) | (byte)delivery.State);
            rest = rest[Size..];
        }

        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>Null: it is no such text.</returns>
    internal static Deliveries? TryRead(string? text)
    {
        if (text is null || !Base64Url.IsValid(text)) return null;
        var rest = Base64Url.DecodeFromChars(text).AsSpan();
        if (rest.Length % Size != 0) return null;
        var read = new Deliveries();
        for (; !rest.IsEmpty; rest = rest[Size..])
        {
            var seconds = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
            var last = BinaryPrimitives.ReadUInt32LittleEndian(rest[12..]);
            var state = (DeliveryState)(byte)last;
            read._known.Add((BinaryPrimitives.ReadUInt64LittleEndian(rest), new()
            {
                State = state,
                Timestamp = seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds),
                ErrorCode = state == DeliveryState.Failed ? (int)(last >> 8) : null,
            }));
        }

        return read;
    }

    private static ulong KeyOf(string messageId) => new FingerprintBuilder().Add(messageId).ToFingerprint().Key;

    // 0 stands for "not said".
    private static uint SecondsOf(DateTimeOffset? time) =>
        time is { } at && at.ToUnixTimeSeconds() is > 0 and <= uint.MaxValue and var seconds ? (uint)seconds : 0;

    private int IndexOf(ulong key) => _known.FindIndex(item => item.Message == key);
}
