using System.Security.Cryptography;
using System.Text;

namespace Wappa.Emulator;

/// <summary>Message ids that look like WhatsApp's: <c>wamid.</c> and base64, so that apps meet the <c>=</c>, <c>+</c> and
/// <c>/</c> they will meet in earnest.</summary>
internal static class WhatsAppMessageId
{
    internal static string NewInbound(string phone) => New(phone, 0x12);

    internal static string NewOutbound(string phone) => New(phone, 0x11);

    private static string New(string phone, byte direction)
    {
        var peer = Encoding.ASCII.GetBytes(phone);
        var id = Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(10)));
        byte[] packed = [0x1C, 0x18, (byte)peer.Length, .. peer, 0x15, 0x02, 0x00, direction, 0x18, (byte)id.Length, .. id, 0x00];
        return "wamid." + Convert.ToBase64String(packed);
    }
}
