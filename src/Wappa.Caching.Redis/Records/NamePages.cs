using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>The names in an index, a page at a time, so that the server is never held up.</summary>
internal static class NamePages
{
    internal const int PageSize = 256;

    // No byte of UTF-8 is as large, so it ends everything that begins with a prefix.
    private const byte BeyondText = 0xff;

    /// <summary>Of an index whose scores are all equal: in the order of the names, each once.</summary>
    internal static async IAsyncEnumerable<IReadOnlyList<string>> InOrderAsync(
        RecordServer server, string names, string prefix, CallOptions call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] first = prefix.Length == 0 ? [(byte)'-'] : [(byte)'[', .. Encoding.UTF8.GetBytes(prefix)];
        byte[] end = prefix.Length == 0 ? [(byte)'+'] : [(byte)'(', .. Encoding.UTF8.GetBytes(prefix), BeyondText];
        while (true)
        {
            var page = await server.SendAsync(new RangeCommand(names, first, end), RangeReply.Instance, call, cancellationToken)
                .ConfigureAwait(false);
            if (page.Count > 0) yield return page;
            if (page.Count < PageSize) yield break;
            first = [(byte)'(', .. Encoding.UTF8.GetBytes(page[^1])];
        }
    }

    /// <summary>Of an index with announcements: in no order. Redis may tell a name twice while the index grows or shrinks; here it
    /// is told once.</summary>
    internal static async IAsyncEnumerable<IReadOnlyList<string>> OfScoresAsync(
        RecordServer server, string names, CallOptions call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        var cursor = "0";
        do
        {
            (cursor, var page) = await server.SendAsync(new ScanCommand(names, cursor), ScanReply.Instance, call, cancellationToken)
                .ConfigureAwait(false);
            page.RemoveAll(name => !told.Add(name));
            if (page.Count > 0) yield return page;
        }
        while (cursor != "0");
    }

    private readonly struct RangeCommand(string names, byte[] first, byte[] end) : IRedisCommand
    {
        public string? Key => names;

        public void Write(ref CommandWriter writer)
        {
            writer.Begin("ZRANGEBYLEX"u8, 6);
            writer.Write(names);
            writer.Write(first);
            writer.Write(end);
            writer.Write("LIMIT"u8);
            writer.Write(0);
            writer.Write(PageSize);
        }
    }

    private readonly struct ScanCommand(string names, string cursor) : IRedisCommand
    {
        public string? Key => names;

        public void Write(ref CommandWriter writer)
        {
            writer.Begin("ZSCAN"u8, 4);
            writer.Write(names);
            writer.Write(cursor);
            writer.Write("COUNT"u8);
            writer.Write(PageSize);
        }
    }

    private sealed class RangeReply : ReplyParser<List<string>>
    {
        internal static RangeReply Instance { get; } = new();

        public override List<string> Parse(ref RespReader reader)
        {
            var page = new List<string>();
            for (var left = reader.ReadArrayLength(); left > 0; left--) page.Add(Encoding.UTF8.GetString(reader.ReadBytes()));
            return page;
        }
    }

    private sealed class ScanReply : ReplyParser<(string Cursor, List<string> Page)>
    {
        internal static ScanReply Instance { get; } = new();

        public override (string Cursor, List<string> Page) Parse(ref RespReader reader)
        {
            if (reader.ReadArrayLength() != 2) throw new RespFormatException("ZSCAN did not answer with a cursor and a page.");
            var cursor = Encoding.UTF8.GetString(reader.ReadBytes());
            var page = new List<string>();
            for (var left = reader.ReadMapLength(); left > 0; left--)
            {
                page.Add(Encoding.UTF8.GetString(reader.ReadBytes()));
                reader.Skip();
            }

            return (cursor, page);
        }
    }
}
