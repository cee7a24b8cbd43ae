using System.Buffers;
using System.Buffers.Text;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>A hash as it was read: a record, or nothing.</summary>
/// <param name="Document">Null: there was no hash.</param>
/// <param name="Revision">0 without a hash.</param>
internal readonly record struct StoredRecord(CacheDocument? Document, long Revision)
{
    // What a hash without metadata has: somebody made it by hand, and it is a record like any other.
    private const long RevisionByHand = 1;

    // What a script's numbers hold exactly, and the microseconds of the year 2255. Larger ones are somebody's mistake.
    private const long LargestRevision = 9_000_000_000_000_000;

    private static readonly TimeSpan LongestTtl = TimeSpan.FromDays(5_000 * 365.25);

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _json;

    /// <summary>The record with the remaining time that was read after it.</summary>
    /// <param name="remaining">What PTTL says: milliseconds, -1 for no expiry, -2 for no such key.</param>
    internal DocumentRecord WithTtl(long remaining)
    {
        if (Document is null || remaining == -2) return DocumentRecord.Miss;
        return DocumentRecord.Hit(Document, Revision, remaining < 0 ? null : Remaining(remaining));
    }

    /// <summary>PTTL's answer as a time to live.</summary>
    internal static CacheTtl Ttl(long remaining) => remaining switch
    {
        -2 => CacheTtl.Missing,
        < 0 => CacheTtl.NoExpiry,
        _ => CacheTtl.After(Remaining(remaining)),
    };

    /// <summary>Reads all fields and values of a hash; none: there is no hash.</summary>
    internal static StoredRecord ReadAll(ref RespReader reader)
    {
        var pairs = reader.ReadMapLength();
        if (pairs == 0) return default;
        var revision = RevisionByHand;
        var json = _json ??= new ArrayBufferWriter<byte>(1024);
        json.ResetWrittenCount();
        json.Write("{"u8);
        for (; pairs > 0; pairs--)
        {
            var name = reader.ReadBytes();
            var value = reader.ReadBytes();
            if (HashField.IsOfRecord(name)) HashField.AppendTo(json, name, value);
            else if (name.SequenceEqual("$meta"u8)) revision = ReadRevision(value);
        }

        json.Write("}"u8);
        return new(Take(json), revision);
    }

    /// <summary>Reads the metadata and one field, either of which may be missing.</summary>
    internal static StoredRecord ReadOne(ref RespReader reader, string field)
    {
        if (reader.ReadArrayLength() != 2) throw new RespFormatException("HMGET of two fields did not answer with two values.");
        var revision = reader.TryReadNull() ? RevisionByHand : ReadRevision(reader.ReadBytes());
        if (reader.TryReadNull()) return new(CacheDocument.Empty, revision);
        return new(CacheDocument.Empty.SetField(field, reader.ReadBytes()), revision);
    }

    /// <summary>A time to live as the server is told it: in whole milliseconds, and at most 5,000 years. Redis takes as many as there are,
    /// but Garnet knows no year after 9999 and would refuse, the record half written.</summary>
    internal static long Milliseconds(TimeSpan ttl) => Math.Min(ttl.Ticks, LongestTtl.Ticks) / TimeSpan.TicksPerMillisecond;

    private static TimeSpan Remaining(long milliseconds) => milliseconds == 0
        ? new TimeSpan(1) // less than a millisecond, but not over
        : TimeSpan.FromTicks(Math.Min(milliseconds, TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond) * TimeSpan.TicksPerMillisecond);

    private static long ReadRevision(ReadOnlySpan<byte> meta) =>
        Utf8Parser.TryParse(meta, out long revision, out _) && revision is > 0 and <= LargestRevision ? revision : RevisionByHand;

    private static CacheDocument Take(ArrayBufferWriter<byte> json)
    {
        if (json.WrittenCount == 2) return CacheDocument.Empty;
        var document = CacheDocument.Trusted(json.WrittenSpan.ToArray());
        if (json.Capacity > 1 << 18) _json = null; // one large record is no reason to keep so much for good
        return document;
    }
}
