using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Wappa.Caching.Redis.Entries;

/// <summary>How an entry is a string: 26 bytes every entry has, what it has besides, its tags, its value.</summary>
/// <remarks><code>
///  0  W1                                        26  if flagged: the fence, 16 digits
///  2  stored at, 13 digits                          if flagged: when this life began, 13 digits
/// 15  id of 8 random bytes                          if flagged: Ttl, SlidingTtl, FreshFor, in ticks of 8 bytes each
/// 23  flags                                         if flagged: how many tags in 2 bytes, a version of 8 bytes for each, then each
/// 24  where the value begins, 2 bytes                           with its length in 2 bytes before it
/// </code>
/// What scripts compare stands at a fixed place and, if it is a number, in digits; all else is little-endian. Instants are Unix
/// milliseconds by the server's clock, which the scripts write.</remarks>
internal static class EntryFormat
{
    /// <summary>What the script writes in front of all that is sent.</summary>
    internal const int StampLength = 15;

    internal const int VersionLength = 8;

    /// <summary>Of an instant.</summary>
    internal const int InstantLength = 13;

    /// <summary>What stands before the value is never longer.</summary>
    internal const int LongestHead = 60_000;

    private const int StoredAtAt = 2, IdAt = 15, FlagsAt = 23, ValueAtAt = 24, FixedLength = 26, FenceLength = 16;

    // The scripts know the first two.
    private const byte HasTags = 1, HasFence = 2, HasLife = 4, HasTtl = 8, HasSliding = 16, HasFresh = 32;

    private static readonly UTF8Encoding Strict = new(false, true);

    private static ReadOnlySpan<byte> Magic => "W1"u8;

    /// <summary>Everything before the value, with zeros where the server knows more.</summary>
    /// <param name="entry">What to write.</param>
    /// <param name="fence">Of the load that brought it; 0: none.</param>
    /// <param name="isRenewed">Its life began later than it was stored.</param>
    /// <exception cref="ArgumentException">A tag is no text, or they are too long together.</exception>
    internal static EntryHead Head(CacheEntry entry, long fence, bool isRenewed = false)
    {
        var tags = entry.Tags.IsDefault ? [] : entry.Tags;
        var flags = (tags.IsEmpty ? 0 : HasTags) | (fence == 0 ? 0 : HasFence) | (isRenewed ? HasLife : 0) |
            (entry.Ttl is null ? 0 : HasTtl) | (entry.SlidingTtl is null ? 0 : HasSliding) | (entry.FreshFor is null ? 0 : HasFresh);
        long length = FixedLength + (fence == 0 ? 0 : FenceLength) + (isRenewed ? InstantLength : 0) +
            (sizeof(long) * int.PopCount(flags & (HasTtl | HasSliding | HasFresh))) + (tags.IsEmpty ? 0 : sizeof(ushort));
        foreach (var tag in tags) length += VersionLength + sizeof(ushort) + Strict.GetByteCount(tag);
        if (length > (isRenewed ? ushort.MaxValue : LongestHead)) // a renewal adds a little to what was within the limit
        {
            throw new ArgumentException(
                $"The tags of the entry take {length} bytes with what belongs to them; Redis keeps up to {LongestHead}. Use fewer or " +
                "shorter ones.", nameof(entry));
        }

        var bytes = new byte[length];
        var writer = new Writer(bytes);
        writer.Bytes(Magic);
        writer.Digits(entry.StoredAt == default ? 0 : entry.StoredAt.ToUnixTimeMilliseconds(), InstantLength);
        writer.Number(Random.Shared.NextInt64(1, long.MaxValue));
        writer.Bytes([(byte)flags]);
        writer.Short((int)length);
        if (fence != 0) writer.Digits(fence, FenceLength);
        var lifeAt = writer.Position;
        if (isRenewed) writer.Digits(0, InstantLength);
        if (entry.Ttl is { } ttl) writer.Number(ttl.Ticks);
        if (entry.SlidingTtl is { } sliding) writer.Number(sliding.Ticks);
        if (entry.FreshFor is { } fresh) writer.Number(fresh.Ticks);
        if (tags.IsEmpty) return new(bytes, 0, lifeAt);
        writer.Short(tags.Length);
        var versionsAt = writer.Position;
        writer.Skip(VersionLength * tags.Length);
        foreach (var tag in tags) writer.Text(tag, Strict);
        return new(bytes, versionsAt, lifeAt);
    }

    /// <summary>Where the value begins, or nothing if the bytes are no entry's.</summary>
    internal static int? ValueAt(ReadOnlySpan<byte> stored) =>
        stored.Length >= FixedLength && stored.StartsWith(Magic) &&
        BinaryPrimitives.ReadUInt16LittleEndian(stored[ValueAtAt..]) is >= FixedLength and var at
            ? at
            : null;

    /// <summary>Reads an entry and what the store must know of it.</summary>
    /// <param name="stored">All of it; or only what stands before the value, which then is empty.</param>
    /// <exception cref="CacheStoreCorruptException">It is none.</exception>
    internal static StoredEntry Read(ReadOnlySpan<byte> stored)
    {
        var head = EntryMarks.Of(stored);
        return new(ReadEntry(stored, head), head.Id, head.LifeBegan, head.Fence, head.Versions.ToArray(), head.ValueAt);
    }

    /// <summary>Reads an entry that most often needs no more: the rest is there to be <see cref="Recall"/>ed.</summary>
    /// <inheritdoc cref="Read"/>
    internal static CacheEntry ReadEntry(ReadOnlySpan<byte> stored) => ReadEntry(stored, EntryMarks.Of(stored));

    /// <summary>What the store must know of an entry with tags or a sliding life that it has just read.</summary>
    internal static StoredEntry Recall(CacheEntry entry)
    {
        MemoryMarshal.TryGetArray(entry.Value, out var value);
        var head = EntryMarks.Of(value.Array.AsSpan(0, value.Offset));
        return new(entry, head.Id, head.LifeBegan, head.Fence, head.Versions.ToArray(), head.ValueAt);
    }

    /// <summary>A fence as scripts compare it.</summary>
    internal static string Digits(long fence) => fence.ToString("D16", CultureInfo.InvariantCulture);

    /// <summary>A time span in whole milliseconds, rounded up.</summary>
    internal static long Milliseconds(TimeSpan span) =>
        (span.Ticks / TimeSpan.TicksPerMillisecond) + (span.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);

    private static CacheEntry ReadEntry(ReadOnlySpan<byte> stored, in EntryMarks head)
    {
        // One that will be recalled takes the bytes before its value along: no object of its own for what a reader seldom needs.
        ReadOnlyMemory<byte> value = (head.Flags & (HasTags | HasSliding)) == 0
            ? stored[head.ValueAt..].ToArray()
            : stored.ToArray().AsMemory(head.ValueAt);
        var spans = head.Spans;
        return new CacheEntry(value)
        {
            Ttl = ReadSpan(head.Flags & HasTtl, ref spans),
            SlidingTtl = ReadSpan(head.Flags & HasSliding, ref spans),
            FreshFor = ReadSpan(head.Flags & HasFresh, ref spans),
            StoredAt = DateTimeOffset.FromUnixTimeMilliseconds(head.StoredAt),
            Tags = head.Versions.IsEmpty ? [] : ReadTags(head.Texts, head.Versions.Length / VersionLength),
        };
    }

    private static ImmutableArray<string> ReadTags(ReadOnlySpan<byte> texts, int count)
    {
        var tags = new string[count];
        for (var i = 0; i < tags.Length; i++)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(Take(ref texts, sizeof(ushort)));
            tags[i] = Encoding.UTF8.GetString(Take(ref texts, length));
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(tags);
    }

    private static TimeSpan? ReadSpan(int isThere, ref ReadOnlySpan<byte> rest)
    {
        if (isThere == 0) return null;
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(Take(ref rest, sizeof(long)));
        return ticks > 0 ? new TimeSpan(ticks) : throw EntryFailures.NoEntry();
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest, int length)
    {
        if (length > rest.Length) throw EntryFailures.NoEntry();
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static long ReadDigits(ReadOnlySpan<byte> digits)
    {
        var number = 0L;
        foreach (var digit in digits)
        {
            var value = (uint)(digit - '0');
            if (value > 9) throw EntryFailures.NoEntry();
            number = (number * 10) + value;
        }

        return number;
    }

    /// <summary>What stands before a value, in its parts.</summary>
    private ref struct EntryMarks
    {
        internal int Flags;
        internal int ValueAt;
        internal long StoredAt;
        internal long Id;
        internal long Fence;
        internal long LifeBegan;
        internal ReadOnlySpan<byte> Spans;
        internal ReadOnlySpan<byte> Versions;
        internal ReadOnlySpan<byte> Texts;

        internal static EntryMarks Of(ReadOnlySpan<byte> stored)
        {
            if (EntryFormat.ValueAt(stored) is not { } valueAt || valueAt > stored.Length) throw EntryFailures.NoEntry();
            var flags = stored[FlagsAt];
            var rest = stored[FixedLength..valueAt];
            var storedAt = ReadDigits(stored.Slice(StoredAtAt, InstantLength));
            var marks = new EntryMarks
            {
                Flags = flags,
                ValueAt = valueAt,
                StoredAt = storedAt,
                Id = BinaryPrimitives.ReadInt64LittleEndian(stored[IdAt..]),
                Fence = (flags & HasFence) == 0 ? 0 : ReadDigits(Take(ref rest, FenceLength)),
                LifeBegan = (flags & HasLife) == 0 ? storedAt : ReadDigits(Take(ref rest, InstantLength)),
                Spans = Take(ref rest, sizeof(long) * BitOperations.PopCount((uint)flags & (HasTtl | HasSliding | HasFresh))),
            };
            if ((flags & HasTags) == 0) return marks;
            marks.Versions = Take(ref rest, VersionLength * BinaryPrimitives.ReadUInt16LittleEndian(Take(ref rest, sizeof(ushort))));
            marks.Texts = rest;
            return marks;
        }
    }

    private ref struct Writer(Span<byte> room)
    {
        private readonly Span<byte> _room = room;

        internal int Position { get; private set; }

        internal void Bytes(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_room[Position..]);
            Position += bytes.Length;
        }

        internal void Skip(int length) => Position += length;

        internal void Number(long number)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_room[Position..], number);
            Position += sizeof(long);
        }

        internal void Short(int number)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_room[Position..], (ushort)number);
            Position += sizeof(ushort);
        }

        internal void Digits(long number, int length)
        {
            for (var i = length - 1; i >= 0; i--, number /= 10) _room[Position + i] = (byte)('0' + (number % 10));
            Position += length;
        }

        internal void Text(string text, Encoding encoding)
        {
            var length = encoding.GetBytes(text, _room[(Position + sizeof(ushort))..]);
            Short(length);
            Position += length;
        }
    }
}

/// <summary>What stands before a value.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="VersionsAt">Where the versions of its tags stand; 0: it has none.</param>
/// <param name="LifeAt">Where the instant stands at which a renewed life began.</param>
internal readonly record struct EntryHead(byte[] Bytes, int VersionsAt, int LifeAt)
{
    /// <summary>The random id of this write.</summary>
    internal ReadOnlySpan<byte> Id => Bytes.AsSpan(EntryFormat.StampLength, EntryFormat.VersionLength);
}

/// <summary>An entry as it was read; its tags are not compared yet.</summary>
/// <param name="Entry">Null: nothing was there.</param>
/// <param name="Id">Of this write or renewal.</param>
/// <param name="LifeBegan">When it was stored or renewed; the server's Unix milliseconds.</param>
/// <param name="Fence">Of the load that brought it; 0: of none.</param>
/// <param name="Versions">Of its tags, when it was written.</param>
/// <param name="ValueAt">Where its value begins.</param>
internal readonly record struct StoredEntry(CacheEntry? Entry, long Id, long LifeBegan, long Fence, byte[] Versions, int ValueAt)
{
    /// <summary>Whether it is there only if its tags have these versions.</summary>
    internal bool HasTags => Entry is { Tags.IsEmpty: false };
}
