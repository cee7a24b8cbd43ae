using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Wappa.Webhooks;

/// <summary>
/// Checks <c>X-Hub-Signature-256: sha256=&lt;64 hex digits&gt;</c>, HMAC-SHA256 of the raw body under the app secret.
/// Digits may be upper or lower case.
/// </summary>
internal sealed class SignatureVerifier(IOptions<WhatsAppOptions> options, IHostEnvironment environment)
{
    internal const string HeaderName = "X-Hub-Signature-256";
    private const string Prefix = "sha256=";

    private readonly WhatsAppOptions _options = options.Value;
    private readonly bool _optional = environment.IsDevelopment();
    private Key? _key;

    /// <summary>False only in Development without a secret.</summary>
    internal bool IsRequired => _options.WebhookSecret is not null || !_optional;

    /// <summary>Compares in constant time.</summary>
    internal bool IsValid(ReadOnlySpan<byte> body, string? header)
    {
        if (_options.WebhookSecret is not { } secret || header is null) return false;
        if (header.Length != Prefix.Length + (2 * SHA256.HashSizeInBytes)) return false;
        if (!header.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        var status = Convert.FromHexString(header.AsSpan(Prefix.Length), given, out _, out _);
        if (status != OperationStatus.Done) return false;
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(KeyOf(secret), body, expected);
        return CryptographicOperations.FixedTimeEquals(given, expected);
    }

    // The secret may be set while the app starts; its bytes are made again when it is another string.
    private byte[] KeyOf(string secret)
    {
        var key = _key;
        if (!ReferenceEquals(key?.Secret, secret)) _key = key = new(secret, Encoding.UTF8.GetBytes(secret));
        return key.Bytes;
    }

    private sealed record Key(string Secret, byte[] Bytes);
}
