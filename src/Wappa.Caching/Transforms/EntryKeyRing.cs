using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Wappa.Caching.Transforms;

namespace Wappa.Caching;

/// <summary>The keys entries are encrypted with, each under an id that is written beside what it encrypted. The newest encrypts;
/// every key decrypts what it once encrypted. Keys may be added and removed while the app runs; any thread.</summary>
/// <remarks>
/// <para>To change the key of several nodes without a miss: <see cref="AddForReading(string, string)"/> on all of them, then
/// <see cref="Add(string, string)"/> on all of them, and <see cref="Remove"/> of the old one when the longest time to live has
/// passed.</para>
/// <para>Nothing public gives a key out again: not a property, not <see cref="ToString"/>, not an exception.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class EntryKeyRing
{
    /// <summary>The length of a key, in bytes: AES-256.</summary>
    public const int KeyBytes = 32;

    /// <summary>The most characters of an id.</summary>
    public const int MaxIdLength = 32;

    private readonly Lock _lock = new();
    private EntryKey[] _keys = []; // newest last; replaced as a whole, so that readers take no lock

    /// <summary>The ids of all keys, newest last.</summary>
    public IReadOnlyList<string> KeyIds => [.. Keys.Select(key => key.Id)];

    private EntryKey[] Keys => Volatile.Read(ref _keys);

    /// <summary>A new random key, to be kept where the app keeps its secrets.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>Adds a key, which encrypts from now on. A key that is there already under this id becomes the newest.</summary>
    /// <param name="id">1 to 32 of the characters <c>A-Z a-z 0-9 . _ -</c>; no secret, it is written beside each value and into
    /// logs. Never give an id to another key.</param>
    /// <param name="key">32 bytes; copied.</param>
    /// <returns>The same ring.</returns>
    /// <exception cref="ArgumentException">The id or the key cannot be, or another key has this id.</exception>
    public EntryKeyRing Add(string id, ReadOnlySpan<byte> key) => Put(id, key, newest: true);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{byte})"/>
    /// <param name="id">The id.</param>
    /// <param name="base64">32 bytes in Base64, as configuration and secret stores keep them.</param>
    public EntryKeyRing Add(string id, string base64) => Put(id, FromBase64(base64), newest: true);

    /// <summary>Adds a key that decrypts only, unless it is alone: one that other nodes encrypt with, or will soon.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{byte})"/>
    public EntryKeyRing AddForReading(string id, ReadOnlySpan<byte> key) => Put(id, key, newest: false);

    /// <inheritdoc cref="AddForReading(string, ReadOnlySpan{byte})"/>
    /// <param name="id">The id.</param>
    /// <param name="base64">32 bytes in Base64.</param>
    public EntryKeyRing AddForReading(string id, string base64) => Put(id, FromBase64(base64), newest: false);

    /// <summary>Forgets a key. What it encrypted is a miss from now on.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="InvalidOperationException">It is the only one.</exception>
    public bool Remove(string id)
    {
        lock (_lock)
        {
            var left = _keys.Where(key => key.Id != id).ToArray();
            if (left.Length == _keys.Length) return false;
            if (left.Length == 0)
                throw new InvalidOperationException("The only key of the ring cannot be removed; add the one that follows it first.");
            Volatile.Write(ref _keys, left);
            return true;
        }
    }

    /// <summary>How many keys there are, and nothing of them.</summary>
    public override string ToString() => $"{Keys.Length} key(s)";

    internal EntryKey? Newest => Keys is [.., var newest] ? newest : null;

    internal bool TryFind(ReadOnlySpan<byte> asciiId, [NotNullWhen(true)] out EntryKey? key)
    {
        foreach (var known in Keys)
        {
            if (!asciiId.SequenceEqual(known.AsciiId)) continue;
            key = known;
            return true;
        }

        key = null;
        return false;
    }

    internal static bool IsIdCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';

    private EntryKeyRing Put(string id, ReadOnlySpan<byte> key, bool newest)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (id.Length > MaxIdLength || !id.All(IsIdCharacter))
        {
            throw new ArgumentException(
                $"The id of a key has 1 to {MaxIdLength} of the characters A-Z a-z 0-9 . _ -; this one has {id.Length} or others.",
                nameof(id));
        }

        if (key.Length != KeyBytes)
            throw new ArgumentException($"The key '{id}' has {key.Length} bytes; AES-256 takes {KeyBytes}.", nameof(key));
        var added = new EntryKey(id, key);
        lock (_lock)
        {
            var known = Array.Find(_keys, one => one.Id == id);
            if (known is not null && !known.IsSame(added))
            {
                throw new ArgumentException(
                    $"Another key has the id '{id}'; what it encrypted could not be read. Take a new id.", nameof(id));
            }

            if (known is not null && !newest) return this;
            var others = _keys.Where(one => one.Id != id);
            Volatile.Write(ref _keys, newest ? [.. others, known ?? added] : [added, .. others]);
        }

        return this;
    }

    private static byte[] FromBase64(string base64)
    {
        ArgumentNullException.ThrowIfNull(base64);
        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(base64, key, out var written) && written == KeyBytes
            ? key
            : throw new ArgumentException($"A key is {KeyBytes} bytes in Base64; this text is not.", nameof(base64));
    }
}
