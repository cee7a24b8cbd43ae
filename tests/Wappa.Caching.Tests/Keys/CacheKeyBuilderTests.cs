using FsCheck;
using FsCheck.Fluent;

namespace Wappa.Caching.Tests.Keys;

public sealed class CacheKeyBuilderTests
{
    [Fact]
    public void Keys_OfTheSpecification_AreWrittenToTheLetter()
    {
        CacheKeyBuilder.Build("chat", "conversation", 123, "messages").ShouldBe("chat:v1:conversation:123:messages");
        CacheKeyBuilder.Pattern("chat", "conversation", "*", "messages").ShouldBe("chat:v1:conversation:*:messages");
        CacheKeyBuilder.BuildVersion("chat", 2, "conversation").ShouldBe("chat:v2:conversation");
        CacheKeyBuilder.Build("chat", Guid.Empty).ShouldBe("chat:v1:00000000-0000-0000-0000-000000000000");
        CacheKeyBuilder.Build("chat", long.MinValue).ShouldBe("chat:v1:-9223372036854775808");
    }

    [Fact]
    public void Parts_AreEscaped()
    {
        CacheKeyBuilder.Build("a:b", "100%", "*", "x*y").ShouldBe("a%3Ab:v1:100%25:%2A:x%2Ay");
        CacheKeyBuilder.Pattern("chat", "*", "a*", "**", "%2A").ShouldBe("chat:v1:*:a%2A:%2A%2A:%252A");
    }

    [Fact]
    public void Build_IsInjective()
    {
        var parts = Arb.From(Gen.Elements("a", "b", "ab", "a:b", ":", "%", "*", "%2A", "%3A", "1", "v1", "a:")
            .NonEmptyListOf()
            .Select(list => list.Take(4).ToArray()));
        Prop.ForAll(parts, parts, (one, other) =>
        {
            (Build(one) == Build(other)).ShouldBe(one.SequenceEqual(other));
        }).Check(2000);

        static string Build(string[] parts) =>
            CacheKeyBuilder.Build("ns", [.. parts.Select(part => (CacheKeyPart)part)]);
    }

    [Theory]
    [InlineData("chat:v1:a:*:c", "chat:v1:a:b:c", true)]
    [InlineData("chat:v1:a:*:c", "chat:v1:a:b:d", false)]
    [InlineData("chat:v1:a:*", "chat:v1:a:b:c", false)]
    [InlineData("chat:v1:a:*", "chat:v2:a:b", false)]
    [InlineData("chat:v1:%2A", "chat:v1:%2A", true)]
    [InlineData("chat:v1:%2A", "chat:v1:x", false)]
    [InlineData("chat:v1:*", "chat:v1:%2A", true)]
    public void Matches_WholePartsOnly(string pattern, string key, bool matches) =>
        CacheKeyBuilder.Matches(pattern, key).ShouldBe(matches);

    [Fact]
    public void Build_NothingOrSomethingBad_IsRefused()
    {
        Should.Throw<ArgumentException>(() => CacheKeyBuilder.Build("chat"));
        Should.Throw<ArgumentException>(() => CacheKeyBuilder.Build("", "a"));
        Should.Throw<ArgumentException>(() => CacheKeyBuilder.Build("chat", "a", ""));
        Should.Throw<ArgumentException>(() => CacheKeyBuilder.Build("chat", "a\n"));
        Should.Throw<ArgumentException>(() => CacheKeyBuilder.Build("chat", new string('x', 257)));
        Should.Throw<ArgumentException>(() => CacheKeyBuilder.Pattern("chat"));
        Should.Throw<ArgumentOutOfRangeException>(() => CacheKeyBuilder.BuildVersion("chat", 0, "a"));
        Should.Throw<ArgumentNullException>(() => (CacheKeyPart)null!);
    }
}
