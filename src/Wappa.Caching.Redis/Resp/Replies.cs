using System.Text;

namespace Wappa.Caching.Redis.Resp;

/// <summary>The parsers of plain replies.</summary>
internal static class Replies
{
    /// <summary>A whole number.</summary>
    internal static ReplyParser<long> Integer { get; } = new IntegerParser();

    /// <summary>A whole number; or null, which is said by scripts that have done nothing.</summary>
    internal static ReplyParser<long?> IntegerOrNull { get; } = new IntegerOrNullParser();

    /// <summary>1 and 0, <c>#t</c> and <c>#f</c>; <c>OK</c> is true and null false, as of <c>SET … NX</c>.</summary>
    internal static ReplyParser<bool> Boolean { get; } = new BooleanParser();

    /// <summary>Text, or null.</summary>
    internal static ReplyParser<string?> Text { get; } = new TextParser();

    /// <summary>Bytes in an array of their own, or null.</summary>
    internal static ReplyParser<byte[]?> Bytes { get; } = new BytesParser();

    /// <summary>Bytes in a rented array.</summary>
    internal static ReplyParser<PooledBytes> Pooled { get; } = new PooledParser();

    /// <summary>Anything but an error; its value is of no interest.</summary>
    internal static ReplyParser<bool> Any { get; } = new AnyParser();

    private sealed class IntegerParser : ReplyParser<long>
    {
        public override long Parse(ref RespReader reader) => reader.ReadInteger();
    }

    private sealed class IntegerOrNullParser : ReplyParser<long?>
    {
        public override long? Parse(ref RespReader reader) => reader.TryReadNull() ? null : reader.ReadInteger();

        public override bool HasWritten(long? reply) => reply is not null;
    }

    private sealed class BooleanParser : ReplyParser<bool>
    {
        public override bool Parse(ref RespReader reader)
        {
            if (reader.TryReadNull()) return false;
            if (reader.Kind == RespKind.SimpleString) return reader.ReadBytes().SequenceEqual("OK"u8);
            return reader.ReadBoolean();
        }
    }

    private sealed class TextParser : ReplyParser<string?>
    {
        public override string? Parse(ref RespReader reader) => reader.TryReadNull() ? null : Encoding.UTF8.GetString(reader.ReadBytes());
    }

    private sealed class BytesParser : ReplyParser<byte[]?>
    {
        public override byte[]? Parse(ref RespReader reader) => reader.TryReadNull() ? null : reader.ReadBytes().ToArray();
    }

    private sealed class PooledParser : ReplyParser<PooledBytes>
    {
        public override PooledBytes Parse(ref RespReader reader) =>
            reader.TryReadNull() ? default : PooledBytes.Copy(reader.ReadBytes());
    }

    private sealed class AnyParser : ReplyParser<bool>
    {
        public override bool Parse(ref RespReader reader) => true;
    }
}
