namespace Wappa.Caching.Tests.Keys;

public sealed class CacheNameTests
{
    // Not in attributes: their texts are kept as UTF-8, which has no half of a surrogate pair.
    public static TheoryData<string, string> Bad => new()
    {
        { "", "1 to 256" },
        { "a\0", "U+0000 at position 1" },
        { "\u001f", "U+001F" },
        { "\u007f", "U+007F" },
        { "é\u009f", "U+009F" },
        { "\ud83c", "surrogate pair at position 0" },
        { "ab\udf55", "surrogate pair at position 2" },
        { "\ud83c\ud83c\udf55", "surrogate pair at position 0" },
    };

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("~")]
    [InlineData("+4915112345678")]
    [InlineData("ä日本🍕")]
    [InlineData("a:b%*?[]\\{}\"'")]
    [InlineData("\u00a0\u200b\u2028\ufeff\uffff")]
    public void Name_OfVisibleOrInvisibleText_IsValid(string name)
    {
        CacheName.IsValid(name).ShouldBeTrue();
        CacheName.ThrowIfInvalid(name, "tenant");
    }

    [Theory, MemberData(nameof(Bad))]
    public void Name_OfWhatCannotBeKept_IsRefusedWithTheReason(string name, string reason)
    {
        CacheName.IsValid(name).ShouldBeFalse();
        var error = Should.Throw<ArgumentException>(() => CacheName.ThrowIfInvalid(name, "tenant"));
        error.Message.ShouldContain(reason);
        error.Message.ShouldContain("tenant");
    }

    [Fact]
    public void Name_Length_IsAtMost256()
    {
        CacheName.IsValid(new string('x', 256)).ShouldBeTrue();
        CacheName.IsValid(string.Concat(Enumerable.Repeat("🍕", 128))).ShouldBeTrue();
        CacheName.IsValid(new string('x', 257)).ShouldBeFalse();
        CacheName.IsValid(new string('é', 257)).ShouldBeFalse();
        CacheName.IsValid(null).ShouldBeFalse();
        Should.Throw<ArgumentNullException>(() => CacheName.ThrowIfInvalid(null!, "tenant"));

        var error = Should.Throw<ArgumentException>(() =>
            CacheName.ThrowIfInvalid("secret" + new string('x', 300), "user id"));
        error.Message.ShouldContain("306");
        error.Message.ShouldContain("256");
        error.Message.ShouldNotContain("secret");
    }
}
