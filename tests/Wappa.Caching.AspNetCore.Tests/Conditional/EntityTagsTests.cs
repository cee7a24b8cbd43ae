using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Wappa.Caching.AspNetCore.Tests.Conditional;

public class EntityTagsTests
{
    [Fact]
    public void Compute_AContent_IsTheStartOfItsSha256()
    {
        var content = "hello"u8.ToArray();
        var expected = Convert.ToBase64String(SHA256.HashData(content)[..16]).TrimEnd('=').Replace('+', '-').Replace('/', '_');

        EntityTags.Compute(content).ShouldBe($"\"{expected}\"");
    }

    [Fact]
    public void Compute_InPieces_IsTheSame()
    {
        var content = RandomNumberGenerator.GetBytes(100_000);
        var last = new Piece(content.AsMemory(70_000), 70_000);
        var first = new Piece(content.AsMemory(0, 70_000), 0) { After = last };

        EntityTags.Compute(new ReadOnlySequence<byte>(first, 0, last, 30_000)).ShouldBe(EntityTags.Compute(content));
        EntityTags.Compute(new ReadOnlySequence<byte>(content)).ShouldBe(EntityTags.Compute(content));
    }

    [Fact]
    public void Compute_AnyContent_IsAValidStrongTag()
    {
        for (var length = 0; length < 200; length++)
        {
            var tag = EntityTags.Compute(RandomNumberGenerator.GetBytes(length));
            EntityTags.IsValid(tag).ShouldBeTrue();
            tag.Length.ShouldBe(24);
        }
    }

    [Fact]
    public void From_OtherParts_AreOtherTags()
    {
        string[] tags =
        [
            EntityTags.From("user", 5, 1), EntityTags.From("user", 5, 2), EntityTags.From("user", 51), EntityTags.From("user:5", 1),
            EntityTags.From("user%3A5", 1), EntityTags.From("ユーザー", 5, 1),
        ];

        tags.Distinct().Count().ShouldBe(tags.Length);
        tags.ShouldAllBe(tag => EntityTags.IsValid(tag));
        EntityTags.From("user", 5, 1).ShouldBe(tags[0]);
    }

    [Fact]
    public void From_NoParts_IsRefused() => Should.Throw<ArgumentException>(() => EntityTags.From());

    [Theory]
    [InlineData("\"\"", true)]
    [InlineData("\"abc\"", true)]
    [InlineData("W/\"abc\"", true)]
    [InlineData("\"a,b\"", true)]
    [InlineData("\"é\"", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("\"", false)]
    [InlineData("abc", false)]
    [InlineData("*", false)]
    [InlineData("\"a b\"", false)]
    [InlineData("\"a\"b\"", false)]
    [InlineData("w/\"abc\"", false)]
    [InlineData("W/ \"abc\"", false)]
    [InlineData("\"a\r\nX: y\"", false)]
    [InlineData("\"a\u007f\"", false)]
    public void IsValid_AText_IsAsRfc9110Says(string? text, bool valid) => EntityTags.IsValid(text).ShouldBe(valid);

    [Theory]
    [InlineData("\"v1\"", "\"v1\"")]
    [InlineData("W/\"v1\"", "W/\"v1\"")]
    public void Of_ATag_IsThatTag(string value, string tag) => EntityTags.Of(value).ShouldBe(tag);

    [Theory]
    [InlineData("user:5:1")]
    [InlineData("\"a\r\nSet-Cookie: x=y\"")]
    [InlineData("")]
    [InlineData("日本語")]
    public void Of_AnyOtherText_IsItsHash(string value) =>
        EntityTags.Of(value).ShouldBe(EntityTags.Compute(Encoding.UTF8.GetBytes(value)));

    [Fact]
    public void Of_ALongText_IsItsHash() =>
        EntityTags.Of(new string('x', 10_000)).ShouldBe(EntityTags.Compute(Encoding.UTF8.GetBytes(new string('x', 10_000))));

    [Theory]
    [InlineData("\"v1\"", "gzip", "\"v1--gzip\"")]
    [InlineData("\"v1\"", "br, gzip", "\"v1--br..gzip\"")]
    [InlineData("W/\"v1\"", "gzip", "W/\"v1\"")]
    public void InCoding_ATag_IsAnother(string tag, string coding, string expected) =>
        EntityTags.InCoding(tag, coding).ShouldBe(expected);

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        internal Piece After
        {
            init => Next = value;
        }
    }
}
