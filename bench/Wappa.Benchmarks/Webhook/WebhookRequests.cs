using System.Security.Cryptography;
using System.Text;

namespace Wappa.Benchmarks.Webhook;

/// <summary>
/// Webhook POSTs as they go over the wire, made and signed before anything is timed, all of one length. Every one has
/// its own message id, so that no server may skip one as a repetition, and they come from ten thousand users.
/// </summary>
internal sealed class WebhookRequests
{
    public const string Path = "/webhook/whatsapp";
    public const string Secret = "0123456789abcdef0123456789abcdef";
    private const int BodyLength = 700;
    public const int Users = 10_000;
    private const string User = "15550000000";
    private const string MessageId = "wamid.HBgLMTU1NTAwMDAwMDAVAgASGBQzQTAwMDAwMDAwMDA=";
    private static readonly byte[] Key = Encoding.UTF8.GetBytes(Secret);

    private readonly byte[] _bytes;
    private readonly int _length;

    /// <param name="count">How many.</param>
    /// <param name="first">The number of the first message; other runs begin elsewhere.</param>
    /// <param name="userCount">From how many users.</param>
    public WebhookRequests(int count, long first, int userCount = Users)
    {
        var body = NewBody();
        var head = $"POST {Path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" +
            $"Content-Length: {BodyLength}\r\nX-Hub-Signature-256: sha256={new string('0', 64)}\r\n\r\n";
        var template = Encoding.UTF8.GetBytes(head + body);
        var users = Positions(template, User);
        var id = template.AsSpan().IndexOf(Encoding.UTF8.GetBytes(MessageId)) + "wamid.".Length;
        var signature = head.IndexOf("sha256=", StringComparison.Ordinal) + "sha256=".Length;
        _length = template.Length;
        _bytes = GC.AllocateUninitializedArray<byte>(checked(count * _length));
        for (var i = 0; i < count; i++)
        {
            var request = _bytes.AsSpan(i * _length, _length);
            template.CopyTo(request);
            foreach (var user in users) Digits(request.Slice(user + 4, 7), (first + i) % userCount);
            Digits(request.Slice(id, 16), first + i);
            Sign(request[head.Length..], request.Slice(signature, 64));
        }

        Count = count;
    }

    public int Count { get; }

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(index * _length, _length);

    private static string NewBody()
    {
        const string Text = "%TEXT%";
        const string Lines =
            $$"""
            {"object":"whatsapp_business_account","entry":[{"id":"880100200300401","changes":[{"value":{
            "messaging_product":"whatsapp",
            "metadata":{"display_phone_number":"15550104477","phone_number_id":"770100200300402"},
            "contacts":[{"profile":{"name":"Mira Okafor"},"wa_id":"{{User}}"}],
            "messages":[{"from":"{{User}}","id":"{{MessageId}}","timestamp":"1736937000",
            "text":{"body":"{{Text}}"},"type":"text"}]},"field":"messages"}]}]}
            """;
        var body = Lines.Replace("\n", "", StringComparison.Ordinal);
        var filler = BodyLength - (Encoding.UTF8.GetByteCount(body) - Text.Length);
        var words = string.Concat(Enumerable.Repeat("one large pizza with mushrooms please, ", 20));
        return body.Replace(Text, words[..filler], StringComparison.Ordinal);
    }

    private static List<int> Positions(ReadOnlySpan<byte> text, string part)
    {
        var wanted = Encoding.UTF8.GetBytes(part);
        var found = new List<int>();
        for (var at = 0; text[at..].IndexOf(wanted) is >= 0 and var next; at += next + wanted.Length)
            found.Add(at + next);
        return found;
    }

    private static void Digits(Span<byte> place, long number)
    {
        for (var i = place.Length - 1; i >= 0; i--, number /= 10) place[i] = (byte)('0' + (number % 10));
    }

    private static void Sign(ReadOnlySpan<byte> body, Span<byte> hex)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Key, body, hash);
        Convert.TryToHexStringLower(hash, hex, out _);
    }
}
