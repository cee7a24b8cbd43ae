using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>The reads of one key, and what answers them.</summary>
/// <param name="key">The hash.</param>
/// <param name="read">What is asked of it.</param>
/// <param name="field">The field of <see cref="HashRead.Field"/>.</param>
internal readonly struct HashCommand(string key, HashRead read, string field = "") : IRedisCommand
{
    public string? Key => key;

    public void Write(ref CommandWriter writer)
    {
        switch (read)
        {
            case HashRead.Everything:
                writer.Begin("HGETALL"u8, 1);
                writer.Write(key);
                break;
            case HashRead.Field:
                writer.Begin("HMGET"u8, 3);
                writer.Write(key);
                writer.Write(HashField.MetaName);
                HashField.WriteName(ref writer, field);
                break;
            case HashRead.Length:
                writer.Begin("HLEN"u8, 1);
                writer.Write(key);
                break;
            default:
                writer.Begin("PTTL"u8, 1);
                writer.Write(key);
                break;
        }
    }
}

/// <summary>What is asked of a hash.</summary>
internal enum HashRead : byte
{
    /// <summary>HGETALL.</summary>
    Everything,

    /// <summary>HMGET of the metadata and one field.</summary>
    Field,

    /// <summary>HLEN, which other than PTTL minds the type of the key.</summary>
    Length,

    /// <summary>PTTL.</summary>
    Ttl,
}

/// <summary>One answer of two: the hash, or its remaining time.</summary>
/// <param name="Record">Of HGETALL.</param>
/// <param name="Remaining">Of PTTL.</param>
internal readonly record struct HashPart(StoredRecord Record, long Remaining);

/// <summary>The parsers of these reads.</summary>
internal static class HashReplies
{
    internal static ReplyParser<StoredRecord> Everything { get; } = new EverythingReader();

    /// <summary>Of HGETALL and PTTL alike, for a batch in which they take turns.</summary>
    internal static ReplyParser<HashPart> Part { get; } = new PartReader();

    private sealed class EverythingReader : ReplyParser<StoredRecord>
    {
        public override StoredRecord Parse(ref RespReader reader) => StoredRecord.ReadAll(ref reader);
    }

    private sealed class PartReader : ReplyParser<HashPart>
    {
        public override HashPart Parse(ref RespReader reader) => reader.Kind == RespKind.Integer
            ? new(default, reader.ReadInteger())
            : new(StoredRecord.ReadAll(ref reader), 0);
    }
}

/// <summary>Reads the answer about one field.</summary>
internal sealed class FieldReply(string field) : ReplyParser<StoredRecord>
{
    public override StoredRecord Parse(ref RespReader reader) => StoredRecord.ReadOne(ref reader, field);
}
