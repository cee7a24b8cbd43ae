using System.Text;
using Wappa.Caching.Transforms;

namespace Wappa.Caching.Tests.Transforms;

/// <summary>Whatever happens to stored bytes: the value that was written, or none.</summary>
public sealed class DamagedEntryTests
{
    private const string Key = "chat:v1:conversation:123";

    private static readonly byte[] Value = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("""{"name":"Sarah"},""", 20)));

    public static TheoryData<string> Kinds => ["brotli", "deflate", "encrypted", "brotli+encrypted", "deflate+encrypted"];

    [Theory, MemberData(nameof(Kinds))]
    public void Decode_AnyBitFlipped_IsNeverAValue(string kind)
    {
        var (transform, stored) = Stored(kind);
        for (var bit = 0; bit < stored.Length * 8; bit++)
        {
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
            ShouldBeRefused(transform, stored, $"bit {bit}");
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Decode_CutAnywhere_IsNeverAValue(string kind)
    {
        var (transform, stored) = Stored(kind);
        for (var length = 4; length < stored.Length; length++) ShouldBeRefused(transform, stored[..length], $"the first {length}");
        for (var length = 4; length < stored.Length; length++) ShouldBeRefused(transform, stored[^length..], $"the last {length}");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Decode_RandomDamageInside_IsNeverAValue(string kind)
    {
        var (transform, stored) = Stored(kind);
        var random = new Random(20250115);
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = Damage(stored, random, keep: 4);
            if (!damaged.AsSpan().SequenceEqual(stored)) ShouldBeRefused(transform, damaged, $"round {round}");
        }
    }

    // With both marks gone nothing tells a frame from a plain value, so this is where only the strict setting is safe.
    [Theory]
    [InlineData("encrypted")]
    [InlineData("brotli+encrypted")]
    public void Decode_DamageAnywhereWithReadUnencryptedOff_IsNeverAValue(string kind)
    {
        var (_, stored) = Stored(kind);
        var options = TransformedHarness.Encryption("k1");
        options.ReadUnencrypted = false;
        var transform = new EntryTransform(TransformedHarness.Compression(), options);
        var random = new Random(20250116);
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = Damage(stored, random, keep: 0);
            if (!damaged.AsSpan().SequenceEqual(stored)) ShouldBeRefused(transform, damaged, $"round {round}");
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Decode_HalvesOfTwoEntries_IsNeverAValue(string kind)
    {
        var (transform, stored) = Stored(kind);
        var other = EntryTransformTests.Write(transform, Key, Encoding.UTF8.GetBytes(new string('x', 50) + Encoding.UTF8.GetString(Value)));
        for (var at = 5; at < Math.Min(stored.Length, other.Length) - 5; at++)
        {
            byte[] spliced = [.. stored[..at], .. other[at..]];
            if (!spliced.AsSpan().SequenceEqual(stored) && !spliced.AsSpan().SequenceEqual(other)) ShouldBeRefused(transform, spliced, $"{at}");
        }
    }

    private static (EntryTransform Transform, byte[] Stored) Stored(string kind)
    {
        var transform = EntryTransformTests.Of(kind);
        return (transform, EntryTransformTests.Write(transform, Key, Value));
    }

    private static byte[] Damage(byte[] stored, Random random, int keep)
    {
        var damaged = stored.ToArray();
        var inside = damaged.AsSpan(keep, damaged.Length - (2 * keep));
        switch (random.Next(3))
        {
            case 0:
                for (var i = random.Next(1, 8); i > 0; i--) inside[random.Next(inside.Length)] = (byte)random.Next(256);
                return damaged;
            case 1:
                var from = random.Next(inside.Length);
                random.NextBytes(inside.Slice(from, random.Next(inside.Length - from)));
                return damaged;
            default:
                var (cut, count) = (random.Next(inside.Length), random.Next(1, 20));
                return [.. damaged[..(keep + cut)], .. damaged[Math.Min(damaged.Length - keep, keep + cut + count)..]];
        }
    }

    private static void ShouldBeRefused(EntryTransform transform, byte[] stored, string what)
    {
        var result = transform.Decode(Key, stored, out var value, out _);
        if (result == Decoded.Value) value.ToArray().ShouldBe(Value, what);
    }
}
