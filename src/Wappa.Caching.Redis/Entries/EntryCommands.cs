using System.Buffers.Binary;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>GET.</summary>
internal readonly struct GetCommand(string key) : IRedisCommand
{
    public string? Key => key;

    public void Write(ref CommandWriter writer)
    {
        writer.Begin("GET"u8, 1);
        writer.Write(key);
    }
}

/// <summary>GETRANGE from the beginning: what is known about an entry, without its value.</summary>
/// <param name="key">The entry.</param>
/// <param name="length">In bytes.</param>
internal readonly struct HeadCommand(string key, int length) : IRedisCommand
{
    public string? Key => key;

    public void Write(ref CommandWriter writer)
    {
        writer.Begin("GETRANGE"u8, 3);
        writer.Write(key);
        writer.Write(0);
        writer.Write(length - 1);
    }
}

/// <summary>PTTL or GETDEL, which removes strings only.</summary>
/// <param name="key">Of an entry or a tag.</param>
/// <param name="isRemoval">GETDEL.</param>
internal readonly struct KeyCommand(string key, bool isRemoval) : IRedisCommand
{
    public string? Key => key;

    public void Write(ref CommandWriter writer)
    {
        writer.Begin(isRemoval ? "GETDEL"u8 : "PTTL"u8, 1);
        writer.Write(key);
    }
}

/// <summary>A page of the strings of one node.</summary>
/// <param name="cursor">Where to go on; <c>0</c> to begin.</param>
/// <param name="pattern">Of the keys.</param>
internal readonly struct ScanCommand(string cursor, string pattern) : IRedisCommand
{
    private const int PageSize = 1_000;

    public string? Key => null;

    public void Write(ref CommandWriter writer)
    {
        writer.Begin("SCAN"u8, 7);
        writer.Write(cursor);
        writer.Write("MATCH"u8);
        writer.Write(pattern);
        writer.Write("COUNT"u8);
        writer.Write(PageSize);
        writer.Write("TYPE"u8);
        writer.Write("string"u8);
    }
}

/// <summary>The moment of the last removal in each of some stripes, after that in which the fences were made.</summary>
/// <param name="fences">The hash.</param>
/// <param name="stripes">Its fields.</param>
internal readonly struct MomentsCommand(string fences, string[] stripes) : IRedisCommand
{
    public string? Key => fences;

    public void Write(ref CommandWriter writer)
    {
        writer.Begin("HMGET"u8, 2 + stripes.Length);
        writer.Write(fences);
        writer.Write("since"u8);
        foreach (var stripe in stripes) writer.Write(stripe);
    }
}

/// <summary>The parsers of these.</summary>
internal static class EntryReplies
{
    /// <summary>A whole entry, or nothing.</summary>
    internal static ReplyParser<CacheEntry?> Entry { get; } = new EntryReader();

    /// <summary>The same with all that is known about it.</summary>
    internal static ReplyParser<StoredEntry> Stored { get; } = new StoredReader();

    /// <summary>The beginning of one.</summary>
    internal static ReplyParser<EntryLook> Head { get; } = new HeadReader();

    /// <summary>What <c>entry-remove.lua</c> answers.</summary>
    internal static ReplyParser<RemovedEntry> Removed { get; } = new RemovedReader();

    /// <summary>A version; 0 if there is none.</summary>
    internal static ReplyParser<long> Version { get; } = new VersionReader();

    internal static ReplyParser<ScanPage> Page { get; } = new PageReader();

    /// <summary>Of <see cref="MomentsCommand"/>: null in front of all if there are no fences, 0 for a stripe without removals.</summary>
    internal static ReplyParser<long[]?> Moments { get; } = new MomentsReader();

    private sealed class EntryReader : ReplyParser<CacheEntry?>
    {
        public override CacheEntry? Parse(ref RespReader reader) =>
            reader.TryReadNull() ? null : EntryFormat.ReadEntry(reader.ReadBytes());
    }

    private sealed class StoredReader : ReplyParser<StoredEntry>
    {
        public override StoredEntry Parse(ref RespReader reader) =>
            reader.TryReadNull() ? default : EntryFormat.Read(reader.ReadBytes());
    }

    private sealed class HeadReader : ReplyParser<EntryLook>
    {
        public override EntryLook Parse(ref RespReader reader)
        {
            var bytes = reader.ReadBytes();
            if (bytes.IsEmpty) return default;
            var valueAt = EntryFormat.ValueAt(bytes) ?? throw EntryFailures.NoEntry();
            return valueAt > bytes.Length ? new(default, valueAt) : new(EntryFormat.Read(bytes[..valueAt]), 0);
        }
    }

    private sealed class RemovedReader : ReplyParser<RemovedEntry>
    {
        public override RemovedEntry Parse(ref RespReader reader)
        {
            if (reader.Kind == RespKind.Integer) return new(reader.ReadInteger() == 0 ? Removal.OfNoEntry : Removal.Done, default);
            var bytes = reader.ReadBytes();
            return bytes.IsEmpty ? default : new(Removal.Done, EntryFormat.Read(bytes));
        }
    }

    private sealed class VersionReader : ReplyParser<long>
    {
        public override long Parse(ref RespReader reader) =>
            !reader.TryReadNull() && reader.ReadBytes() is { Length: EntryFormat.VersionLength } version
                ? BinaryPrimitives.ReadInt64LittleEndian(version)
                : 0;
    }

    private sealed class PageReader : ReplyParser<ScanPage>
    {
        public override ScanPage Parse(ref RespReader reader)
        {
            if (reader.ReadArrayLength() != 2) throw new RespFormatException("SCAN did not answer with a cursor and a page.");
            var cursor = System.Text.Encoding.UTF8.GetString(reader.ReadBytes());
            var keys = new List<string>();
            for (var left = reader.ReadArrayLength(); left > 0; left--)
                keys.Add(System.Text.Encoding.UTF8.GetString(reader.ReadBytes()));
            return new(cursor, keys);
        }
    }

    private sealed class MomentsReader : ReplyParser<long[]?>
    {
        public override long[]? Parse(ref RespReader reader)
        {
            var moments = new long[reader.ReadArrayLength()];
            for (var i = 0; i < moments.Length; i++)
            {
                if (!reader.TryReadNull()) moments[i] = reader.ReadInteger();
                else if (i == 0) return null;
            }

            return moments;
        }
    }
}

/// <summary>The beginning of an entry.</summary>
/// <param name="Stored">What it tells; nothing if there is none.</param>
/// <param name="Missing">Above 0: it was cut, and so many bytes stand before the value.</param>
internal readonly record struct EntryLook(StoredEntry Stored, int Missing);

/// <summary>What was removed.</summary>
/// <param name="Removal">How it went.</param>
/// <param name="Tagged">Of an entry with tags, all but its value.</param>
internal readonly record struct RemovedEntry(Removal Removal, StoredEntry Tagged);

/// <summary>How a removal went.</summary>
internal enum Removal
{
    /// <summary>There was nothing.</summary>
    OfNothing,

    /// <summary>An entry was removed; it was live if it had all its tags.</summary>
    Done,

    /// <summary>A string that is no entry was left as it is.</summary>
    OfNoEntry,
}

/// <summary>A page of keys.</summary>
/// <param name="Cursor">Where to go on; <c>0</c>: that was all.</param>
/// <param name="Keys">May be empty before the end.</param>
internal readonly record struct ScanPage(string Cursor, List<string> Keys);
