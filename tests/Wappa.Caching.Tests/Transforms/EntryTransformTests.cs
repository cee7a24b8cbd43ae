using System.Text;
using Wappa.Caching.Transforms;

namespace Wappa.Caching.Tests.Transforms;

public sealed class EntryTransformTests
{
    private const string Key = "chat:v1:conversation:123";

    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("""{"name":"Sarah","points":12},""", 200)));

    public static TheoryData<string> Kinds => ["none", "brotli", "deflate", "encrypted", "brotli+encrypted", "deflate+encrypted"];

    [Theory, MemberData(nameof(Kinds))]
    public void Decode_WhatWasEncoded_IsTheValue(string kind)
    {
        var transform = Of(kind);
        foreach (var length in new[] { 0, 1, 3, 4, 5, 8, 9, 100, 1000, Text.Length })
        {
            var value = Text.AsMemory(0, length);
            Read(transform, Key, Write(transform, Key, value)).ShouldBe(value.ToArray());
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Encode_RepetitiveValue_IsSmallerIfAskedTo(string kind)
    {
        var stored = Write(Of(kind), Key, Text);
        if (kind.Contains("brotli", StringComparison.Ordinal) || kind.Contains("deflate", StringComparison.Ordinal))
            stored.Length.ShouldBeLessThan(Text.Length / 5);
        else stored.Length.ShouldBeInRange(Text.Length, Text.Length + EntryFrame.MaxOverhead);
    }

    [Theory]
    [InlineData(EntryCompression.Brotli)]
    [InlineData(EntryCompression.Deflate)]
    public void Encode_RandomValue_IsStoredAsItIs(EntryCompression algorithm)
    {
        var random = new byte[10_000];
        new Random(1).NextBytes(random);
        Write(new EntryTransform(TransformedHarness.Compression(algorithm), null), Key, random).ShouldBe(random);
    }

    [Fact]
    public void Encode_BelowTheThreshold_IsStoredAsItIs()
    {
        var transform = new EntryTransform(TransformedHarness.Compression(threshold: Text.Length), null);
        Write(transform, Key, Text.AsMemory(1)).Length.ShouldBe(Text.Length - 1);
        Write(transform, Key, Text).Length.ShouldBeLessThan(Text.Length);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Decode_WrittenWithoutTransforms_IsTheValue(string kind) => Read(Of(kind), Key, Text).ShouldBe(Text);

    [Theory, MemberData(nameof(Kinds))]
    public void Decode_AlgorithmChangedSince_IsTheValue(string kind)
    {
        var stored = Write(Of(kind), Key, Text);
        foreach (var other in new[] { "brotli+encrypted", "deflate+encrypted", "encrypted" }) Read(Of(other), Key, stored).ShouldBe(Text);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Encode_ValueThatLooksLikeAFrame_IsReadAsWritten(string kind)
    {
        var transform = Of(kind);
        byte[][] frames =
        [
            [0xF5, (byte)'W', (byte)'a', (byte)'p'], [(byte)'p', (byte)'a', (byte)'W', 0xF5],
            Write(Of("none"), Key, new byte[] { 0xF5, (byte)'W', (byte)'a', (byte)'p', 1 }), Write(Of("brotli"), Key, Text),
            Write(Of("encrypted"), Key, Text),
        ];
        foreach (var frame in frames) Read(transform, Key, Write(transform, Key, frame)).ShouldBe(frame);
    }

    [Fact]
    public void Encode_SameValueTwice_EncryptsDifferently()
    {
        var transform = Of("encrypted");
        var (first, second) = (Write(transform, Key, Text), Write(transform, Key, Text));
        first.ShouldNotBe(second);
        Encoding.Latin1.GetString(first).ShouldNotContain("Sarah");
    }

    [Theory]
    [InlineData("encrypted")]
    [InlineData("brotli+encrypted")]
    [InlineData("brotli")]
    public void Decode_MovedToAnotherKey_IsCorrupt(string kind)
    {
        var transform = Of(kind);
        var stored = Write(transform, Key, Text);
        foreach (var other in new[] { "chat:v1:conversation:124", "c", Key + "\0", "chat:v1:\uD83C" })
            transform.Decode(other, stored, out _, out _).ShouldBe(Decoded.Corrupt);
    }

    [Fact]
    public void Decode_KeyRotated_OldAndNewAreRead()
    {
        var options = TransformedHarness.Encryption("k1");
        var transform = new EntryTransform(null, options);
        var old = Write(transform, Key, Text);
        options.Keys.Add("k2", TransformedHarness.KeyOf("k2"));
        var young = Write(transform, Key, Text);

        Read(transform, Key, old).ShouldBe(Text);
        Read(transform, Key, young).ShouldBe(Text);
        Encoding.Latin1.GetString(young).ShouldContain("k2");
        options.Keys.Remove("k1").ShouldBeTrue();
        transform.Decode(Key, old, out _, out var keyId).ShouldBe(Decoded.UnknownKey);
        keyId.ShouldBe("k1");
        Read(transform, Key, young).ShouldBe(Text);
    }

    [Fact]
    public void Decode_EncryptionNoLongerConfigured_IsAnUnknownKeyAndNeverTheCipher() =>
        Of("brotli").Decode(Key, Write(Of("encrypted"), Key, Text), out _, out _).ShouldBe(Decoded.UnknownKey);

    [Fact]
    public void Encode_EncryptWritesOff_WritesPlainAndReadsBoth()
    {
        var stored = Write(Of("encrypted"), Key, Text);
        var options = TransformedHarness.Encryption("k1");
        options.EncryptWrites = false;
        var transform = new EntryTransform(null, options);
        Write(transform, Key, Text).ShouldBe(Text);
        Read(transform, Key, stored).ShouldBe(Text);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("brotli")]
    public void Decode_ReadUnencryptedOff_PlainIsRefused(string kind)
    {
        var options = TransformedHarness.Encryption("k1");
        options.ReadUnencrypted = false;
        var transform = new EntryTransform(null, options);
        transform.Decode(Key, Write(Of(kind), Key, Text), out _, out _).ShouldBe(Decoded.Unencrypted);
        Read(transform, Key, Write(Of("encrypted"), Key, Text)).ShouldBe(Text);
    }

    internal static EntryTransform Of(string kind) => new(
        kind.Contains("brotli", StringComparison.Ordinal) ? TransformedHarness.Compression()
            : kind.Contains("deflate", StringComparison.Ordinal) ? TransformedHarness.Compression(EntryCompression.Deflate) : null,
        kind.Contains("encrypted", StringComparison.Ordinal) ? TransformedHarness.Encryption("k1") : null);

    internal static byte[] Write(EntryTransform transform, string key, ReadOnlyMemory<byte> value)
    {
        using var stored = transform.Encode(key, value);
        return stored.Value.ToArray();
    }

    private static byte[] Read(EntryTransform transform, string key, ReadOnlyMemory<byte> stored)
    {
        transform.Decode(key, stored, out var value, out _).ShouldBe(Decoded.Value);
        return value.ToArray();
    }
}
