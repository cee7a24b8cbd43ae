using Wappa.Caching.Redis.Resp;

namespace Wappa.Benchmarks.Redis;

/// <summary>GET, or HGETALL.</summary>
internal readonly struct OneKey(bool isHash, string key) : IRedisCommand
{
    public string? Key => key;

    public void Write(ref CommandWriter writer)
    {
        writer.Begin(isHash ? "HGETALL"u8 : "GET"u8, 1);
        writer.Write(key);
    }
}

/// <summary>A command with one key and words that are the same from call to call.</summary>
internal readonly struct FixedWords(byte[] name, string key, byte[][] words) : IRedisCommand
{
    public string? Key => key;

    public void Write(ref CommandWriter writer)
    {
        writer.Begin(name, 1 + words.Length);
        writer.Write(key);
        foreach (var word in words) writer.Write(word);
    }
}

/// <summary>A script with one key and arguments that are the same from call to call.</summary>
internal readonly struct FixedArguments(string key, byte[][] words) : IScriptArguments
{
    public string? Key => key;

    public int KeyCount => 1;

    public int ArgumentCount => words.Length;

    public void Write(ref CommandWriter writer)
    {
        writer.Write(key);
        foreach (var word in words) writer.Write(word);
    }
}

/// <summary>Reads a hash as bytes and no more: all names and values, one after the other, in one array.</summary>
internal sealed class RawHash : ReplyParser<byte[]>
{
    [ThreadStatic]
    private static byte[]? _room;

    public static RawHash Parser { get; } = new();

    public override byte[] Parse(ref RespReader reader)
    {
        var room = _room ??= new byte[4096];
        var length = 0;
        for (var words = 2 * reader.ReadMapLength(); words > 0; words--)
        {
            var word = reader.ReadBytes();
            word.CopyTo(room.AsSpan(length));
            length += word.Length;
        }

        return room[..length];
    }
}
