using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Wappa.Emulator;

/// <summary>Makes ids that look like WhatsApp's. With a seed they are the same in every run.</summary>
/// <param name="seed">Null: unpredictable ones.</param>
internal sealed class LocalIds(int? seed)
{
    private readonly Lock _lock = new();
    private readonly Random? _random = seed is { } value ? new Random(value) : null;

    /// <summary>The id of a message of a customer: <c>wamid.</c> and base64, so that apps meet the <c>=</c>, <c>+</c> and
    /// <c>/</c> they will meet in earnest.</summary>
    internal string Inbound(string phone) => Message(phone, 0x12, 10);

    /// <summary>The id of a message of the business.</summary>
    internal string Outbound(string phone) => Message(phone, 0x11, 9);

    /// <summary>The id of a file: digits.</summary>
    internal string Media()
    {
        var number = BitConverter.ToUInt64(Bytes(8)) % 900_000_000_000_000;
        return (number + 100_000_000_000_000).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A business-scoped user id.</summary>
    internal string User() => "US." + Digits(20);

    /// <summary>A user id that is always the same for a number, and does not tell it.</summary>
    internal static string UserOf(string phone) => "US." + string.Concat(
        SHA256.HashData(Encoding.ASCII.GetBytes(phone)).Take(20).Select((value, index) => index is 0 ? '7' : (char)('0' + (value % 10))));

    internal string Digits(int count) =>
        string.Create(count, Bytes(count), static (span, bytes) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = (char)('0' + (bytes[i] % 10));
            if (span[0] == '0') span[0] = '1';
        });

    /// <summary>The id of an answer of the Graph API.</summary>
    internal string Trace() => "A" + Convert.ToHexString(Bytes(11));

    internal string Hex(int bytes) => Convert.ToHexStringLower(Bytes(bytes));

    private string Message(string phone, byte direction, int length)
    {
        var peer = Encoding.ASCII.GetBytes(phone);
        var id = Encoding.ASCII.GetBytes(Convert.ToHexString(Bytes(length)));
        byte[] packed = [0x1C, 0x18, (byte)peer.Length, .. peer, 0x15, 0x02, 0x00, direction, 0x18, (byte)id.Length, .. id, 0x00];
        return "wamid." + Convert.ToBase64String(packed);
    }

    private byte[] Bytes(int count)
    {
        if (_random is null) return RandomNumberGenerator.GetBytes(count);
        var bytes = new byte[count];
        lock (_lock) _random.NextBytes(bytes);
        return bytes;
    }
}
