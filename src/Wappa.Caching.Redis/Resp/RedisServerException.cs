using System.Text;

namespace Wappa.Caching.Redis.Resp;

/// <summary>The server answered with an error.</summary>
internal sealed class RedisServerException : Exception
{
    private const int LongestShown = 160;

    /// <param name="line">The error without its leading sign.</param>
    internal RedisServerException(ReadOnlySpan<byte> line)
        : this(Encoding.UTF8.GetString(line))
    {
    }

    private RedisServerException(string text)
        : base($"The Redis server answered with an error: {Shown(text)}")
    {
        Text = text;
        Code = text.AsSpan().IndexOf(' ') is var space and > 0 ? text[..space] : text;
    }

    /// <summary>The first word: <c>ERR</c>, <c>WRONGTYPE</c>, <c>NOPERM</c>, …</summary>
    public string Code { get; }

    /// <summary>All of it, for decisions of code. Never for a log: servers quote keys and arguments in it.</summary>
    public string Text { get; }

    // Servers quote what they were sent: in quotes, or after "with args". None of it may get into a log.
    private static string Shown(string text)
    {
        var end = text.Length;
        foreach (var mark in (ReadOnlySpan<char>)['\'', '"', '`'])
            if (text.IndexOf(mark, StringComparison.Ordinal) is var at and >= 0 && at < end) end = at;

        var shown = new StringBuilder(Math.Min(end, LongestShown) + 1);
        foreach (var letter in text.AsSpan(0, Math.Min(end, LongestShown))) shown.Append(char.IsControl(letter) ? ' ' : letter);
        if (shown.Length < text.Length) shown.Append('…');
        return shown.ToString();
    }
}

/// <summary>A reply has another shape than its reader wanted, or the stream is no RESP at all.</summary>
/// <param name="message">What stood where, without values.</param>
internal sealed class RespFormatException(string message) : Exception(message);
