using System.Buffers.Text;

namespace Wappa.Caching.Redis.Resp;

/// <summary>What a reply is, by the sign it begins with.</summary>
internal enum RespKind : byte
{
    SimpleString = (byte)'+',
    Error = (byte)'-',
    Integer = (byte)':',
    BulkString = (byte)'$',
    Array = (byte)'*',
    Null = (byte)'_',
    Boolean = (byte)'#',
    Double = (byte)',',
    BigNumber = (byte)'(',
    BulkError = (byte)'!',
    VerbatimString = (byte)'=',
    Map = (byte)'%',
    Set = (byte)'~',
    Push = (byte)'>',
    Attribute = (byte)'|',
}

/// <summary>Reads one complete reply, forward only, where it lies in the receive buffer. RESP2 and RESP3 read alike: a map may
/// come as an array, a null as <c>$-1</c>, <c>*-1</c> or <c>_</c>, a number as text.</summary>
/// <remarks><see cref="RespScanner"/> has been over the bytes before: lengths are true and nesting is bounded.</remarks>
internal ref struct RespReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;

    internal RespReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _position = 0;
    }

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsAtEnd => _position >= _bytes.Length;

    /// <summary>What comes next; a null in RESP2's spelling is <see cref="RespKind.Null"/> too.</summary>
    public RespKind Kind
    {
        get
        {
            SkipAttributes();
            var kind = (RespKind)At(_position);
            return kind is RespKind.BulkString or RespKind.Array && At(_position + 1) == (byte)'-' ? RespKind.Null : kind;
        }
    }

    /// <summary>Reads a null if one comes next.</summary>
    /// <returns>False: something else comes next, and nothing was read.</returns>
    public bool TryReadNull()
    {
        if (Kind != RespKind.Null) return false;
        ReadLine();
        return true;
    }

    /// <summary>Reads a string; or any other scalar as its text.</summary>
    /// <returns>Valid as long as the receive buffer is: during the parse.</returns>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var kind = Kind;
        switch (kind)
        {
            case RespKind.BulkString:
                return ReadBlob();
            case RespKind.VerbatimString:
                return ReadBlob() is { Length: >= 4 } text ? text[4..] : throw Malformed();
            case RespKind.SimpleString or RespKind.Integer or RespKind.Double or RespKind.BigNumber or RespKind.Boolean:
                return ReadLine();
            default:
                throw Unexpected(kind, "a string");
        }
    }

    /// <summary>Reads a whole number, or a string that is one.</summary>
    public long ReadInteger()
    {
        var kind = Kind;
        if (kind is not (RespKind.Integer or RespKind.BulkString or RespKind.SimpleString or RespKind.BigNumber))
            throw Unexpected(kind, "an integer");
        return ToInteger(ReadBytes());
    }

    /// <summary>Reads a number, or a string that is one; <c>inf</c>, <c>-inf</c> and <c>nan</c> included.</summary>
    public double ReadDouble()
    {
        var kind = Kind;
        if (kind is not (RespKind.Double or RespKind.Integer or RespKind.BulkString or RespKind.SimpleString))
            throw Unexpected(kind, "a number");
        var text = ReadBytes();
        if (text.SequenceEqual("inf"u8)) return double.PositiveInfinity;
        if (text.SequenceEqual("-inf"u8)) return double.NegativeInfinity;
        if (text.SequenceEqual("nan"u8) || text.SequenceEqual("-nan"u8)) return double.NaN;
        return Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length ? value : throw Malformed();
    }

    /// <summary>Reads true and false, RESP2's 1 and 0.</summary>
    public bool ReadBoolean()
    {
        if (Kind != RespKind.Boolean) return ReadInteger() != 0;
        return ReadLine() is [(byte)'t'];
    }

    /// <summary>Reads the head of an array, set, push or map.</summary>
    /// <returns>How many values follow; of a map, keys and values.</returns>
    public int ReadArrayLength()
    {
        var kind = Kind;
        return kind switch
        {
            RespKind.Array or RespKind.Set or RespKind.Push => ReadLength(),
            RespKind.Map => ReadLength() * 2,
            _ => throw Unexpected(kind, "an array"),
        };
    }

    /// <summary>Reads the head of a map, or of an array that holds keys and values by turns.</summary>
    /// <returns>How many pairs follow.</returns>
    public int ReadMapLength()
    {
        var kind = Kind;
        if (kind is not (RespKind.Map or RespKind.Array or RespKind.Set)) throw Unexpected(kind, "a map");
        var length = ReadLength();
        if (kind == RespKind.Map) return length;
        return length % 2 == 0 ? length / 2 : throw new RespFormatException("A map came as an array with an odd number of elements.");
    }

    /// <summary>Reads over one value with all that is in it.</summary>
    public void Skip()
    {
        for (long missing = 1; missing > 0; missing--)
        {
            var kind = Kind;
            if (kind is RespKind.BulkString or RespKind.VerbatimString or RespKind.BulkError) ReadBlob();
            else if (kind is RespKind.Array or RespKind.Set or RespKind.Push) missing += ReadLength();
            else if (kind is RespKind.Map) missing += 2L * ReadLength();
            else ReadLine();
        }
    }

    /// <summary>Reads an error if one comes next, without throwing it.</summary>
    /// <param name="line">The error's text.</param>
    internal bool TryReadError(out ReadOnlySpan<byte> line)
    {
        var kind = Kind;
        line = kind switch
        {
            RespKind.Error => ReadLine(),
            RespKind.BulkError => ReadBlob(),
            _ => default,
        };
        return kind is RespKind.Error or RespKind.BulkError;
    }

    private void SkipAttributes()
    {
        while ((RespKind)At(_position) == RespKind.Attribute)
            for (var left = ReadLength() * 2L; left > 0; left--) Skip();
    }

    private Exception Unexpected(RespKind kind, string wanted) => TryReadError(out var line)
        ? new RedisServerException(line)
        : new RespFormatException($"A reply has {Name(kind)} where {wanted} was expected.");

    private ReadOnlySpan<byte> ReadBlob()
    {
        var length = ReadLength();
        if (_bytes.Length - _position < (long)length + 2) throw Malformed();
        var blob = _bytes.Slice(_position, length);
        _position += length + 2;
        return blob;
    }

    private int ReadLength() => ToInteger(ReadLine()) is >= 0 and <= int.MaxValue / 2 and var length ? (int)length : throw Malformed();

    private ReadOnlySpan<byte> ReadLine()
    {
        var rest = _bytes[(_position + 1)..];
        var end = rest.IndexOf((byte)'\r');
        if (end < 0) throw Malformed();
        _position += end + 3;
        return rest[..end];
    }

    private readonly byte At(int position) => (uint)position < (uint)_bytes.Length ? _bytes[position] : throw Malformed();

    private static long ToInteger(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'+', ..]) text = text[1..];
        return Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length
            ? value
            : throw new RespFormatException("A reply has text where an integer of 64 bits was expected.");
    }

    private static string Name(RespKind kind) => kind switch
    {
        RespKind.BulkString or RespKind.SimpleString or RespKind.VerbatimString => "a string",
        RespKind.Integer or RespKind.BigNumber => "an integer",
        RespKind.Array or RespKind.Set or RespKind.Push => "an array",
        RespKind.Map => "a map",
        RespKind.Null => "null",
        _ => "another kind of value",
    };

    private static RespFormatException Malformed() => new("A reply ends in the middle of a value.");
}
