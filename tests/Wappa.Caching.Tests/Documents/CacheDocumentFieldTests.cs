using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Wappa.Caching.Tests.Documents;

public sealed class CacheDocumentFieldTests
{
    private const string Three = """{"first":{"a":[1,"}"]},"middle":"x,\"middle\":1","last":[{"b":2}]}""";

    [Theory]
    [InlineData("first", """{"middle":"x,\"middle\":1","last":[{"b":2}]}""")]
    [InlineData("middle", """{"first":{"a":[1,"}"]},"last":[{"b":2}]}""")]
    [InlineData("last", """{"first":{"a":[1,"}"]},"middle":"x,\"middle\":1"}""")]
    public void RemoveField_FirstMiddleOrLast_LeavesTheOthers(string field, string expected) =>
        CacheDocument.Parse(Three).RemoveField(field).ToString().ShouldBe(expected);

    [Fact]
    public void RemoveField_ThatIsNotThere_IsTheDocumentItself()
    {
        var document = CacheDocument.Parse(Three);

        foreach (var name in (string[])["", "a", "b", "firs", "first ", "FIRST", "x", "middle\"", "\"middle"])
        {
            document.RemoveField(name).ShouldBeSameAs(document, name);
            document.Contains(name).ShouldBeFalse(name);
        }
    }

    [Theory]
    [InlineData("first", """{"first":7,"middle":"x,\"middle\":1","last":[{"b":2}]}""")]
    [InlineData("last", """{"first":{"a":[1,"}"]},"middle":"x,\"middle\":1","last":7}""")]
    [InlineData("b", """{"first":{"a":[1,"}"]},"middle":"x,\"middle\":1","last":[{"b":2}],"b":7}""")]
    public void SetField_ReplacesInPlaceOrAddsAtTheEnd(string field, string expected) =>
        CacheDocument.Parse(Three).SetField(field, "7"u8).ToString().ShouldBe(expected);

    [Theory]
    [InlineData(" [ 1 , { \"a\" : null } ] ", """[1,{"a":null}]""")]
    [InlineData(" 1 ", "1")]
    [InlineData("\"a b\"", "\"a b\"")]
    public void SetField_Value_IsStoredWithoutWhiteSpace(string json, string expected) =>
        CacheDocument.Empty.SetField("f", Encoding.UTF8.GetBytes(json)).ToString().ShouldBe($$"""{"f":{{expected}}}""");

    [Theory]
    [InlineData("")]
    [InlineData("1 2")]
    [InlineData("{")]
    [InlineData("1,\"x\":2")]
    [InlineData("undefined")]
    [InlineData("\"a")]
    public void SetField_And_Append_OfNoJsonValue_AreRefused(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);

        Should.Throw<CacheSerializationException>(() => CacheDocument.Empty.SetField("f", bytes));
        Should.Throw<CacheSerializationException>(() => CacheDocument.Empty.Append("f", bytes, null, out _));
    }

    [Fact]
    public void SetField_And_Append_OfTooDeepAValue_AreRefused()
    {
        byte[] Nested(int levels) => Encoding.UTF8.GetBytes(new string('[', levels) + new string(']', levels));

        CacheDocument.Empty.SetField("f", Nested(63)).ByteCount.ShouldBe(6 + 126);
        Should.Throw<CacheSerializationException>(() => CacheDocument.Empty.SetField("f", Nested(64)))
            .Message.ShouldContain("63");
        CacheDocument.Empty.Append("f", Nested(62), null, out _).ByteCount.ShouldBe(6 + 2 + 124);
        Should.Throw<CacheSerializationException>(() => CacheDocument.Empty.Append("f", Nested(63), null, out _))
            .Message.ShouldContain("62");
    }

    // A name may look like the text between two strings; only a name that begins there is one.
    [Theory]
    [InlineData(":")]
    [InlineData("::")]
    [InlineData(": ")]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("{")]
    [InlineData("\"")]
    [InlineData("\\")]
    [InlineData("\":")]
    [InlineData(",\"a")]
    [InlineData("a")]
    public void Contains_NameThatLooksLikePunctuation_IsOnlyFoundWhereItIsAName(string name)
    {
        string[] texts = [":", "::", ": ", "", ",", "{", "}", "\"", "\\", "\":", ",\"a", "a", "a,", "b{", "x\":",
            ",\":\":", "{\"a\":1"];
        foreach (var (other, value) in texts.SelectMany(_ => texts, (other, value) => (other, value)))
        {
            if (other == name) continue;
            var without = CacheDocument.Empty.SetField(other, JsonSerializer.SerializeToUtf8Bytes(value))
                .SetField("list", JsonSerializer.SerializeToUtf8Bytes(new[] { value, other }))
                .SetField("named", Named(name, value));
            without.Contains(name).ShouldBeFalse(without.ToString());
            without.RemoveField(name).ShouldBeSameAs(without);

            var with = without.SetField(name, "5"u8);
            with.Count.ShouldBe(4, with.ToString());
            with.GetField<int>(name).ShouldBe(5);
            with.GetField<string>(other).ShouldBe(value);
            with.RemoveField(name).Equals(without).ShouldBeTrue();
        }
    }

    [Fact]
    public void Fields_AnyNames_BehaveLikeADictionary() => Prop.ForAll<string?[], string?>((names, other) =>
    {
        var expected = new Dictionary<string, int>();
        var document = CacheDocument.Empty;
        foreach (var (name, index) in names.Select((name, index) => (Valid(name), index)))
        {
            expected[name] = index;
            document = document.SetField(name, JsonSerializer.SerializeToUtf8Bytes(index));
        }

        document.FieldNames.ShouldBe(expected.Keys);
        CacheDocument.Parse(document.Utf8Json).Equals(document).ShouldBeTrue();
        document.Contains(Valid(other)).ShouldBe(expected.ContainsKey(Valid(other)));
        foreach (var (name, index) in expected)
        {
            document.GetField<int>(name).ShouldBe(index);
            document = document.RemoveField(name);
            document.Contains(name).ShouldBeFalse();
        }

        document.ToString().ShouldBe("{}");
    }).Check();

    [Theory]
    [InlineData("""{"l":[]}""", 1, """{"l":[9]}""")]
    [InlineData("""{"l":null}""", 1, """{"l":[9]}""")]
    [InlineData("""{}""", 1, """{"l":[9]}""")]
    [InlineData("""{"l":[[1,2],"],[",{"a":[]}]}""", 4, """{"l":[[1,2],"],[",{"a":[]},9]}""")]
    public void Append_AddsAtTheEndAndTellsTheLength(string json, int length, string expected)
    {
        CacheDocument.Parse(json).Append("l", "9"u8, null, out var newLength).ToString().ShouldBe(expected);
        newLength.ShouldBe(length);
    }

    [Theory]
    [InlineData(1, "[9]")]
    [InlineData(2, "[\"],[\",9]")]
    [InlineData(3, "[[1,2],\"],[\",9]")]
    [InlineData(4, "[{},[1,2],\"],[\",9]")]
    [InlineData(100, "[{},[1,2],\"],[\",9]")]
    public void Append_WithMaxLength_DropsTheOldest(int maxLength, string expected)
    {
        var document = CacheDocument.Parse("""{"before":1,"l":[{},[1,2],"],["],"after":2}""");

        document.Append("l", "9"u8, maxLength, out var length).ToString()
            .ShouldBe($$"""{"before":1,"l":{{expected}},"after":2}""");
        length.ShouldBe(Math.Min(maxLength, 4));
    }

    [Fact]
    public void Append_ToSomethingElseOrKeepingNothing_IsRefused()
    {
        var document = CacheDocument.Parse("""{"l":"text"}""");

        Should.Throw<CacheTypeException>(() => document.Append("l", "9"u8, null, out _))
            .Message.ShouldContain("a string");
        Should.Throw<ArgumentOutOfRangeException>(() => document.Append("m", "9"u8, 0, out _));
    }

    private static byte[] Named(string name, string value) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { [name] = value });

    // Half a surrogate pair cannot be a name; the generator makes such strings too.
    private static string Valid(string? name) =>
        new([.. (name ?? "").Where(character => !char.IsSurrogate(character))]);
}
