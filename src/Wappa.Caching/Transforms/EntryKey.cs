using System.Security.Cryptography;
using System.Text;

namespace Wappa.Caching.Transforms;

/// <summary>One key of the ring: AES-256-GCM with a nonce of 24 random bytes, as XAES-256-GCM says
/// (https://c2sp.org/XAES-256-GCM).</summary>
/// <remarks>
/// AES-GCM's own nonce has 12 bytes: chosen at random, a key is spent after 2^32 values, which a busy cache writes in weeks, and a nonce
/// that repeats gives away the key that authenticates. Counting nonces cannot be shared by nodes and does not survive a restart.
/// So the first 12 bytes of the nonce derive a key of the value's own (a CMAC of two blocks), under which the other 12 are the nonce:
/// good for 2^80 values, for one more key schedule.
/// </remarks>
internal sealed class EntryKey
{
    internal const int NonceBytes = 24;
    internal const int TagBytes = 16;

    private const int Block = 16;
    private const int HalfNonce = NonceBytes / 2;

    private readonly byte[] _key;
    private readonly byte[] _subkey = new byte[Block]; // K1 of CMAC
    private Aes? _spare; // an instance serves one thread at a time; who finds none here makes one

    internal EntryKey(string id, ReadOnlySpan<byte> key)
    {
        Id = id;
        AsciiId = Encoding.ASCII.GetBytes(id);
        _key = key.ToArray();
        Encrypt(stackalloc byte[Block], _subkey);
        Double(_subkey);
    }

    internal string Id { get; }

    internal byte[] AsciiId { get; }

    internal bool IsSame(EntryKey other) => CryptographicOperations.FixedTimeEquals(_key, other._key);

    /// <summary>Encrypts and authenticates.</summary>
    /// <param name="nonce">24 random bytes.</param>
    /// <param name="plain">What to encrypt.</param>
    /// <param name="associated">What is authenticated with it.</param>
    /// <param name="cipher">As long as <paramref name="plain"/>.</param>
    /// <param name="tag">16 bytes.</param>
    internal void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated, Span<byte> cipher, Span<byte> tag)
    {
        using var gcm = Derive(nonce);
        gcm.Encrypt(nonce[HalfNonce..], plain, cipher, tag, associated);
    }

    /// <summary>The inverse of <see cref="Seal"/>.</summary>
    /// <returns>False: it is not what was sealed with this key, nonce and associated data.</returns>
    internal bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated, Span<byte> plain)
    {
        using var gcm = Derive(nonce);
        try
        {
            gcm.Decrypt(nonce[HalfNonce..], cipher, tag, plain, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private AesGcm Derive(ReadOnlySpan<byte> nonce)
    {
        Span<byte> blocks = stackalloc byte[2 * Block];
        blocks.Clear();
        (blocks[1], blocks[2]) = (1, (byte)'X');
        (blocks[Block + 1], blocks[Block + 2]) = (2, (byte)'X');
        nonce[..HalfNonce].CopyTo(blocks[4..]);
        nonce[..HalfNonce].CopyTo(blocks[(Block + 4)..]);
        for (var i = 0; i < blocks.Length; i++) blocks[i] ^= _subkey[i % Block];
        Span<byte> derived = stackalloc byte[2 * Block];
        Encrypt(blocks, derived);
        var gcm = new AesGcm(derived, TagBytes);
        CryptographicOperations.ZeroMemory(derived);
        return gcm;
    }

    private void Encrypt(ReadOnlySpan<byte> blocks, Span<byte> result)
    {
        var aes = Interlocked.Exchange(ref _spare, null);
        if (aes is null)
        {
            aes = Aes.Create();
            aes.Key = _key;
        }

#pragma warning disable CA5358 // One or two single blocks of a CMAC, not a text in ECB mode.
        aes.EncryptEcb(blocks, result, PaddingMode.None);
#pragma warning restore CA5358
        Interlocked.Exchange(ref _spare, aes)?.Dispose();
    }

    // In GF(2^128), the bytes being one number with the highest first.
    private static void Double(Span<byte> block)
    {
        var carry = block[0] >> 7;
        for (var i = 0; i < Block - 1; i++) block[i] = (byte)((block[i] << 1) | (block[i + 1] >> 7));
        block[Block - 1] = (byte)((block[Block - 1] << 1) ^ (carry * 0x87));
    }
}
