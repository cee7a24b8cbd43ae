using System.Text;
using Wappa.Caching;

namespace Wappa.Benchmarks.Json;

/// <summary>The records that all of them write: 300 bytes as a line of our journal, and so for the raw log.</summary>
internal static class Payload
{
    /// <summary>How many different records there are.</summary>
    public const int Keys = 10_000;

    /// <summary>What a raw log writes for each.</summary>
    public const int LineBytes = 300;

    private const int TextBytes = 150;

    /// <summary>The content, about 220 bytes of JSON.</summary>
    public static CacheDocument Document { get; } = CacheDocument.Parse(
        $$"""{"step":"confirm","size":"large","count":1,"note":"{{new string('n', TextBytes)}}"}""");

    public static byte[] Line { get; } = Encoding.UTF8.GetBytes(new string('x', LineBytes - 1) + "\n");

    private static readonly RecordKey[] Records =
        [.. Enumerable.Range(0, Keys).Select(key => RecordKey.State("hotel123", UserOf(key), "pizza_order"))];

    public static RecordKey Record(int key) => Records[key];

    /// <summary>The record's name where names are texts.</summary>
    public static string Name(int key) => $"hotel123_pizza_order_{UserOf(key)}";

    public static string UserOf(int key) => FormattableString.Invariant($"1555{key * 97L % 10_000_000:D7}");
}
