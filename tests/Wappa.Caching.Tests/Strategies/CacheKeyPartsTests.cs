namespace Wappa.Caching.Tests.Strategies;

public sealed class CacheKeyPartsTests
{
    private static readonly Guid Id = Guid.Parse("0b5f7f3e-6c1d-4f29-9a77-2f0f0e9c1a55");

    private static readonly CacheKeyPart[][] All =
    [
        ["conversation", 123, "messages"],
        ["a"],
        [long.MinValue, long.MaxValue, 0, -1],
        [Id, "x", Id],
        ["a:b", "100%", "*", "ä", "👍", "{x}"],
        [1, 2, 3, 4, 5, 6, 7, "eight"],
        [new string('x', 256), new string(':', 256), new string('%', 256)],
    ];

    public static TheoryData<int> Keys => [.. Enumerable.Range(0, All.Length)];

    [Theory, MemberData(nameof(Keys))]
    public void TryWrite_AnyParts_IsWhatTheKeyBuilderBuilds(int which)
    {
        var parts = All[which];
        var expected = CacheKeyBuilder.Build("chat", parts);
        var key = CacheKeyParts.Create(parts);
        var text = new char[4_000];
        key.TryWrite(CacheKeyBuilder.Prefix("chat", 1), text, out var written).ShouldBeTrue();
        new string(text, 0, written).ShouldBe(expected);
        for (var size = 0; size < expected.Length; size++)
            key.TryWrite(CacheKeyBuilder.Prefix("chat", 1), text.AsSpan(0, size), out _).ShouldBeFalse();
        key.TryWrite(CacheKeyBuilder.Prefix("chat", 1), text.AsSpan(0, expected.Length), out _).ShouldBeTrue();
    }

    [Fact]
    public void TryWrite_PartThatIsNoName_IsRefused()
    {
        foreach (var part in new[] { "", "line\nbreak", "half \ud83d" })
        {
            CacheKeyParts key = ["conversation", part];
            Should.Throw<ArgumentException>(() => key.TryWrite("chat:v1", new char[300], out _));
        }

        CacheKeyParts none = [];
        Should.Throw<ArgumentException>(() => none.TryWrite("chat:v1", new char[300], out _)).Message.ShouldContain("at least one part");
        CacheKeyParts tooLong = [new string('x', 257)];
        Should.Throw<ArgumentException>(() => tooLong.TryWrite("chat:v1", new char[3000], out _));
    }

    [Fact]
    public void Parts_OfAnyKind_AreReadBack()
    {
        CacheKeyParts key = ["conversation", 123, Id, "4", 5, 6];
        key.Count.ShouldBe(6);
        key.Text(0).ShouldBe("conversation");
        key.Int64(1).ShouldBe(123);
        key.Text(1).ShouldBe("123");
        key.Guid(2).ShouldBe(Id);
        key.Text(2).ShouldBe($"{Id}");
        key.Int64(5).ShouldBe(6);
        key[4].ShouldBe((CacheKeyPart)5);
        List<string> all = [];
        foreach (var part in key) all.Add(part.ToString());
        all.ShouldBe(["conversation", "123", $"{Id}", "4", "5", "6"]);
        key.ToString().ShouldNotContain("123");
    }

    [Fact]
    public void Parts_WrittenAsText_AreReadAsWhatTheyMeanInTheKey()
    {
        CacheKeyParts key = ["123", $"{Id}", "-7", "007", "1.0", $"{Id:N}", " 1", "+1", "99999999999999999999"];
        key.Int64(0).ShouldBe(123); // the same key as with the number 123
        key.Guid(1).ShouldBe(Id);
        key.Int64(2).ShouldBe(-7);
        foreach (var other in new[] { 3, 4, 5, 6, 7, 8 }) Should.Throw<InvalidOperationException>(() => key.Int64(other));
        Should.Throw<InvalidOperationException>(() => key.Guid(5));
        Should.Throw<InvalidOperationException>(() => key.Guid(0)).Message.ShouldNotContain("123");
    }

    [Theory, InlineData(-1), InlineData(3), InlineData(int.MaxValue)]
    public void Parts_BeyondTheEnd_AreRefused(int index)
    {
        CacheKeyParts key = ["conversation", 123, "messages"];
        Should.Throw<ArgumentOutOfRangeException>(() => key[index]);
        Should.Throw<ArgumentOutOfRangeException>(() => default(CacheKeyParts).Text(0));
    }
}
