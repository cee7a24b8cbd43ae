using System.Text;
using Wappa.Caching.Transforms;

namespace Wappa.Caching.Tests.Transforms;

/// <summary>The cipher against the vectors its specification gives.</summary>
public sealed class EntryKeyTests
{
    [Theory]
    [InlineData(1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271")]
    [InlineData(3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d")]
    public void Seal_VectorOfTheSpecification_IsThat(byte keyByte, string associated, string expected)
    {
        var key = new EntryKey("k", Enumerable.Repeat(keyByte, 32).ToArray());
        var nonce = "ABCDEFGHIJKLMNOPQRSTUVWX"u8.ToArray();
        var plain = "XAES-256-GCM"u8.ToArray();
        var cipher = new byte[plain.Length];
        var tag = new byte[EntryKey.TagBytes];

        key.Seal(nonce, plain, Encoding.ASCII.GetBytes(associated), cipher, tag);

        Convert.ToHexStringLower([.. cipher, .. tag]).ShouldBe(expected);
        var opened = new byte[plain.Length];
        key.TryOpen(nonce, cipher, tag, Encoding.ASCII.GetBytes(associated), opened).ShouldBeTrue();
        opened.ShouldBe(plain);
    }

    [Fact]
    public void Seal_ManyThreads_EachGetsItsOwn()
    {
        var key = new EntryKey("k", TransformedHarness.KeyBytes);
        Parallel.For(0, 2_000, i =>
        {
            var nonce = new byte[EntryKey.NonceBytes];
            BitConverter.TryWriteBytes(nonce, i);
            var plain = BitConverter.GetBytes(i);
            var (cipher, tag, opened) = (new byte[4], new byte[EntryKey.TagBytes], new byte[4]);
            key.Seal(nonce, plain, [], cipher, tag);
            key.TryOpen(nonce, cipher, tag, [], opened).ShouldBeTrue();
            opened.ShouldBe(plain);
        });
    }
}
