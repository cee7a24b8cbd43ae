using System.Text;
using Wappa.Benchmarks.Cases;
using Wappa.Caching;

namespace Wappa.Benchmarks.Redis;

/// <summary>What is in the server, and how it is called.</summary>
internal static class RedisData
{
    public const int Keys = 10_000;
    public const int TextBytes = 200;

    private static readonly string[] Texts =
        [.. Enumerable.Range(0, Keys).Select(key => FormattableString.Invariant($"bench:text:{key:D8}"))];
    private static readonly string[] Hashes =
        [.. Enumerable.Range(0, Keys).Select(key => FormattableString.Invariant($"bench:hash:{key:D8}"))];

    private static readonly string[] Scratches =
        [.. Enumerable.Range(0, Keys).Select(key => FormattableString.Invariant($"bench:scratch:{key:D8}"))];

    /// <summary>Five fields, 138 bytes.</summary>
    public static Order Order { get; } = Order.Of(1);

    public static CacheDocument Document { get; } = Stores.NewSerializer().ToDocument(Order);

    /// <summary>Its names and values by turns, as a hash has them.</summary>
    public static byte[][] Fields { get; } = FieldsOf(Document);

    public static byte[] Value { get; } = [.. Enumerable.Repeat((byte)'v', TextBytes)];

    /// <summary>The key of a string of 200 bytes.</summary>
    public static string Text(int key) => Texts[key];

    /// <summary>The key of a hash with an order's five fields.</summary>
    public static string Hash(int key) => Hashes[key];

    /// <summary>The key of a hash that scripts write to.</summary>
    public static string Scratch(int key) => Scratches[key];

    private static byte[][] FieldsOf(CacheDocument document)
    {
        var words = new List<byte[]>();
        foreach (var name in document.FieldNames)
        {
            document.TryGetField(name, out var json);
            words.AddRange([Encoding.UTF8.GetBytes(name), json.ToArray()]);
        }

        return [.. words];
    }
}
