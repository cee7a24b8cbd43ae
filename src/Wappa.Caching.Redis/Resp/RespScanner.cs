namespace Wappa.Caching.Redis.Resp;

/// <summary>Finds where a reply ends, and refuses what is no RESP or beyond the limits, before anybody parses it. Goes on where it stopped
/// when more bytes have come, so that a reply in a thousand pieces is gone over once.</summary>
/// <remarks>RESP3's streamed strings and aggregates (<c>$?</c>, <c>*?</c>) are refused: no server sends them.</remarks>
/// <param name="maxBytes">Of one reply.</param>
/// <param name="maxDepth">Of arrays in arrays; attributes count.</param>
internal sealed class RespScanner(int maxBytes, int maxDepth)
{
    private const int LongestLine = 64 << 10;
    private const int SmallestValue = 3; // a sign, CR LF

    private static ReadOnlySpan<byte> Signs => "+-:$*_#,(!=%~>|"u8;

    private readonly long[] _missing = new long[maxDepth + 1];
    private int _depth;
    private int _position;

    /// <summary>How many bytes the reply has at the least, as far as is known: what the receive buffer must have room for.</summary>
    internal int Wanted { get; private set; }

    /// <summary>Begins a new reply.</summary>
    internal void Reset()
    {
        _depth = 0;
        _position = 0;
        _missing[0] = 1;
        Wanted = SmallestValue;
    }

    /// <summary>Looks for the reply's end.</summary>
    /// <param name="bytes">From the reply's first byte on; those of the previous call and more behind them.</param>
    /// <param name="length">The reply's length, if it is complete.</param>
    /// <returns>False: more bytes are needed.</returns>
    /// <exception cref="RespFormatException">No RESP, or beyond the limits.</exception>
    internal bool TryScan(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        while (_depth > 0 || _missing[0] > 0)
        {
            if (!TryStep(bytes)) return false;
            if (_position > maxBytes) throw TooLarge();
            while (_depth > 0 && _missing[_depth] == 0) _depth--;
        }

        length = _position;
        return true;
    }

    private bool TryStep(ReadOnlySpan<byte> bytes)
    {
        if (_position >= bytes.Length) return Lacks(bytes);
        var kind = (RespKind)bytes[_position];
        if (Signs.IndexOf((byte)kind) < 0)
            throw new RespFormatException($"A reply begins with byte 0x{(byte)kind:X2}, which RESP does not know. Is it a Redis server?");
        if (!TryReadLine(bytes, out var line, out var next)) return false;
        switch (kind)
        {
            case RespKind.BulkString or RespKind.BulkError or RespKind.VerbatimString:
                return TryPassBlob(bytes, kind, line, next);
            case RespKind.Array or RespKind.Set or RespKind.Push or RespKind.Map or RespKind.Attribute:
                Enter(kind, line, next);
                return true;
            default:
                _missing[_depth]--;
                _position = next;
                return true;
        }
    }

    private bool TryPassBlob(ReadOnlySpan<byte> bytes, RespKind kind, ReadOnlySpan<byte> line, int next)
    {
        var count = ReadCount(line, mayBeNull: kind == RespKind.BulkString);
        if (count >= 0)
        {
            var end = next + count + 2;
            if (end > maxBytes) throw TooLarge();
            Wanted = Math.Max(Wanted, (int)end);
            if (bytes.Length < end) return false;
            if (bytes[(int)end - 2] != (byte)'\r' || bytes[(int)end - 1] != (byte)'\n')
                throw new RespFormatException("A string in a reply is longer than it says.");
            next = (int)end;
        }

        _missing[_depth]--;
        _position = next;
        return true;
    }

    private void Enter(RespKind kind, ReadOnlySpan<byte> line, int next)
    {
        var count = ReadCount(line, mayBeNull: kind == RespKind.Array);
        if (kind is RespKind.Map or RespKind.Attribute) count *= 2;
        if (count > maxBytes / SmallestValue) throw TooLarge();
        if (kind != RespKind.Attribute) _missing[_depth]--; // an attribute stands before the value it belongs to
        if (count > 0)
        {
            if (_depth == maxDepth)
                throw new RespFormatException($"A reply is nested deeper than {maxDepth} levels, the limit (MaxReplyDepth).");
            _missing[++_depth] = count;
        }

        _position = next;
    }

    private bool TryReadLine(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line, out int next)
    {
        line = default;
        next = 0;
        var rest = bytes[(_position + 1)..];
        var end = rest.IndexOf((byte)'\r');
        if (end > LongestLine || (end < 0 && rest.Length > LongestLine))
            throw new RespFormatException($"A line of a reply has more than {LongestLine} bytes. Is it a Redis server?");
        if (end < 0 || end + 1 >= rest.Length) return Lacks(bytes);
        if (rest[end + 1] != (byte)'\n') throw new RespFormatException("A line of a reply ends with CR but no LF. Is it a Redis server?");
        line = rest[..end];
        next = _position + end + 3;
        return true;
    }

    private bool Lacks(ReadOnlySpan<byte> bytes)
    {
        Wanted = Math.Max(Wanted, bytes.Length + 1);
        return false;
    }

    private static long ReadCount(ReadOnlySpan<byte> line, bool mayBeNull)
    {
        if (line is [(byte)'-', (byte)'1'] && mayBeNull) return -1;
        if (line.Length is 0 or > 10) throw NoCount();
        var count = 0L;
        foreach (var digit in line)
        {
            if (digit is < (byte)'0' or > (byte)'9') throw NoCount();
            count = (count * 10) + (digit - '0');
        }

        return count;
    }

    private RespFormatException TooLarge() => new(
        $"A reply is larger than {maxBytes} bytes, the limit (MaxReplyBytes). Read less at once, or raise it.");

    private static RespFormatException NoCount() => new("A reply has no valid length where one must be. Is it a Redis server?");
}
