using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Wappa.Caching.Redis.Entries;

/// <summary>How an entry is a string: 92 bytes of metadata, the versions of its tags, the tags, the value. What scripts read or write
/// has a fixed place, and if it is a number, digits.</summary>
/// <remarks><code>
///  0  We1 and a zero           40  Ttl, ticks (0: none)          80  how many tags, 4 digits
///  4  stored at, 14 digits     48  SlidingTtl                    84  where the value begins, 8 digits
/// 18  this life began          56  FreshFor                      92  a version of 8 bytes for each tag, then
/// 32  id of 8 random bytes     64  fence, 16 digits (0: none)        each tag with its length in 4 bytes before it
/// </code>
/// Instants are Unix milliseconds by the server's clock, written by the scripts.</remarks>
internal static class EntryFormat
{
    internal const int IdAt = 32;
    internal const int VersionsAt = 92;
    internal const int VersionLength = 8;

    private const int StoredAtAt = 4, LifeAt = 18, InstantLength = 14, TtlAt = 40, SlidingAt = 48, FreshAt = 56, FenceAt = 64, FenceLength = 16,
        TagCountAt = 80, ValueAtAt = 84;

    private const int MostTags = 9_999;
    private const int MostTagBytes = 16 << 20;

    private static readonly UTF8Encoding Strict = new(false, true);

    private static ReadOnlySpan<byte> Magic => "We1\0"u8;

    /// <summary>Everything before the value, with zeros where the server knows more.</summary>
    /// <param name="entry">What to write.</param>
    /// <param name="fence">Of the load that brought it; 0: none.</param>
    /// <exception cref="ArgumentException">A tag is no text, or there are too many.</exception>
    internal static byte[] Head(CacheEntry entry, long fence)
    {
        var tags = entry.Tags.IsDefault ? [] : entry.Tags;
        if (tags.Length > MostTags)
            throw new ArgumentException($"The entry has {tags.Length} tags; Redis keeps up to {MostTags}. Use fewer.", nameof(entry));
        long length = VersionsAt;
        foreach (var tag in tags) length += VersionLength + sizeof(int) + Strict.GetByteCount(tag);
        if (length > MostTagBytes)
            throw new ArgumentException($"The tags of the entry take {length} bytes; Redis keeps up to {MostTagBytes}.", nameof(entry));
        var head = new byte[length];
        Magic.CopyTo(head);
        head.AsSpan(StoredAtAt, 2 * InstantLength).Fill((byte)'0');
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(IdAt), Random.Shared.NextInt64(1, long.MaxValue));
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(TtlAt), entry.Ttl?.Ticks ?? 0);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(SlidingAt), entry.SlidingTtl?.Ticks ?? 0);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(FreshAt), entry.FreshFor?.Ticks ?? 0);
        WriteDigits(head.AsSpan(FenceAt, FenceLength), fence);
        WriteDigits(head.AsSpan(TagCountAt, 4), tags.Length);
        WriteDigits(head.AsSpan(ValueAtAt, 8), length);
        var at = VersionsAt + (VersionLength * tags.Length);
        foreach (var tag in tags)
        {
            var written = Strict.GetBytes(tag, head.AsSpan(at + sizeof(int)));
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(at), written);
            at += sizeof(int) + written;
        }

        return head;
    }

    /// <summary>What follows the id of a renewed entry: a new id and the time to live.</summary>
    internal static byte[] Renewal(TimeSpan ttl)
    {
        var part = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(part, Random.Shared.NextInt64(1, long.MaxValue));
        BinaryPrimitives.WriteInt64LittleEndian(part.AsSpan(TtlAt - IdAt), ttl.Ticks);
        return part;
    }

    /// <summary>Where the value begins, or nothing if the bytes are no entry's.</summary>
    internal static int? ValueAt(ReadOnlySpan<byte> stored) =>
        stored.Length >= VersionsAt && stored.StartsWith(Magic) && ReadDigits(stored.Slice(ValueAtAt, 8)) is >= VersionsAt and var at
            ? (int)at
            : null;

    /// <summary>Reads an entry.</summary>
    /// <param name="stored">All of it; or only what stands before the value, which then is empty.</param>
    /// <exception cref="CacheStoreCorruptException">It is none.</exception>
    internal static StoredEntry Read(ReadOnlySpan<byte> stored)
    {
        var valueAt = ValueAt(stored) ?? throw EntryFailures.NoEntry();
        var tagCount = (int)ReadDigits(stored.Slice(TagCountAt, 4));
        if (valueAt > stored.Length || tagCount < 0) throw EntryFailures.NoEntry();
        var storedAt = ReadDigits(stored.Slice(StoredAtAt, InstantLength));
        var lifeBegan = ReadDigits(stored.Slice(LifeAt, InstantLength));
        if (storedAt < 0 || storedAt > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() || lifeBegan < 0) throw EntryFailures.NoEntry();
        var entry = new CacheEntry(stored.Length == valueAt ? default : stored[valueAt..].ToArray())
        {
            Ttl = ReadSpan(stored[TtlAt..]),
            SlidingTtl = ReadSpan(stored[SlidingAt..]),
            FreshFor = ReadSpan(stored[FreshAt..]),
            StoredAt = DateTimeOffset.FromUnixTimeMilliseconds(storedAt),
            Tags = tagCount == 0 ? [] : ReadTags(stored[VersionsAt..valueAt], tagCount),
        };
        var versions = tagCount == 0 ? [] : stored.Slice(VersionsAt, VersionLength * tagCount).ToArray();
        return new(entry, BinaryPrimitives.ReadInt64LittleEndian(stored[IdAt..]), lifeBegan, versions);
    }

    /// <summary>A fence as scripts compare it.</summary>
    internal static string Digits(long fence) => fence.ToString("D16", CultureInfo.InvariantCulture);

    /// <summary>A time span in whole milliseconds, rounded up.</summary>
    internal static long Milliseconds(TimeSpan span) =>
        (span.Ticks / TimeSpan.TicksPerMillisecond) + (span.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);

    private static ImmutableArray<string> ReadTags(ReadOnlySpan<byte> block, int count)
    {
        var tags = new string[count];
        if (block.Length < VersionLength * count) throw EntryFailures.NoEntry();
        block = block[(VersionLength * count)..];
        for (var i = 0; i < count; i++)
        {
            if (block.Length < sizeof(int)) throw EntryFailures.NoEntry();
            var length = BinaryPrimitives.ReadInt32LittleEndian(block);
            if (length < 0 || length > block.Length - sizeof(int)) throw EntryFailures.NoEntry();
            tags[i] = Encoding.UTF8.GetString(block.Slice(sizeof(int), length));
            block = block[(sizeof(int) + length)..];
        }

        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(tags);
    }

    private static TimeSpan? ReadSpan(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadInt64LittleEndian(at) switch
    {
        0 => null,
        > 0 and var ticks => new TimeSpan(ticks),
        _ => throw EntryFailures.NoEntry(),
    };

    // -1: no digits.
    private static long ReadDigits(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long number, out var used) && used == digits.Length && number >= 0 ? number : -1;

    private static void WriteDigits(Span<byte> room, long number)
    {
        for (var i = room.Length - 1; i >= 0; i--, number /= 10) room[i] = (byte)('0' + (number % 10));
    }
}

/// <summary>An entry as it was read; its tags are not compared yet.</summary>
/// <param name="Entry">Null: nothing was there.</param>
/// <param name="Id">Of this write or renewal.</param>
/// <param name="LifeBegan">When it was stored or renewed; the server's Unix milliseconds.</param>
/// <param name="Versions">Of its tags, when it was written.</param>
internal readonly record struct StoredEntry(CacheEntry? Entry, long Id, long LifeBegan, byte[] Versions)
{
    /// <summary>Whether it is there only if its tags have these versions.</summary>
    internal bool HasTags => Entry is { Tags.Length: > 0 };
}
