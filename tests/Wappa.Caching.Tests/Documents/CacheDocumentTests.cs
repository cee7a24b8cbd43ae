using System.Text;
using System.Text.Json;

namespace Wappa.Caching.Tests.Documents;

public sealed class CacheDocumentTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData(" { } ", "{}")]
    [InlineData("\t{\r\n \"a\" : 1 ,\n\"b\":[ 1 , 2 ]\n}\n", """{"a":1,"b":[1,2]}""")]
    [InlineData("""{"a":{ "b" : { } , "c" : [ ] }}""", """{"a":{"b":{},"c":[]}}""")]
    [InlineData("""{"a":" spaced , text "}""", """{"a":" spaced , text "}""")]
    [InlineData("""{"a":1.10,"b":1E+3,"c":-0}""", """{"a":1.10,"b":1E+3,"c":-0}""")]
    [InlineData("""{"a":"\u0041\/\n"}""", """{"a":"\u0041\/\n"}""")]
    public void Parse_KeepsTextsAndStripsWhiteSpace(string json, string expected) =>
        CacheDocument.Parse(json).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("""{"\u0061":1}""", "a")]
    [InlineData("""{"\/":1}""", "/")]
    [InlineData("""{"\u00e9\ud83c\udf55":1}""", "é🍕")]
    [InlineData("""{"\u0022\\":1}""", "\"\\")]
    [InlineData("""{"":1}""", "")]
    public void Parse_NameInAnyEscaping_IsFoundByItsText(string json, string name)
    {
        var document = CacheDocument.Parse(json);

        document.FieldNames.ShouldBe([name]);
        document.Contains(name).ShouldBeTrue();
        document.GetField<int>(name).ShouldBe(1);
        document.RemoveField(name).ToString().ShouldBe("{}");
        document.Equals(CacheDocument.Empty.SetField(name, "1"u8)).ShouldBeTrue();
    }

    [Fact]
    public void Parse_NameTwice_LastWins()
    {
        var document = CacheDocument.Parse("""{"a":1,"b":2,"a":3,"\u0062":4}""");

        document.ToString().ShouldBe("""{"a":3,"b":4}""");
        document.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("{}{}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":1}//")]
    [InlineData("\ufeff{}")]
    [InlineData("{\"\\ud800\":1}")]
    public void Parse_NoObject_IsRefusedWithoutQuotingIt(string json)
    {
        var error = Should.Throw<CacheSerializationException>(() => CacheDocument.Parse(json));

        error.Message.ShouldContain("not a JSON object");
    }

    [Fact]
    public void Parse_BytesThatAreNoUtf8_AreRefused() =>
        Should.Throw<CacheSerializationException>(() =>
            CacheDocument.Parse([(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}']));

    [Fact]
    public void Parse_TakesACopy()
    {
        var bytes = """{"a":1}"""u8.ToArray();
        var document = CacheDocument.Parse(bytes);
        Array.Fill(bytes, (byte)'x');

        document.ToString().ShouldBe("""{"a":1}""");
        document.ByteCount.ShouldBe(7);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Parse_Depth_IsAtMost64Levels(int levels, bool fits)
    {
        foreach (var (open, close) in (ValueTuple<string, string>[])[("{\"a\":", "}"), ("[", "]")])
        {
            var json = "{\"a\":" + string.Concat(Enumerable.Repeat(open, levels - 2)) + (open == "[" ? "[]" : "{}") +
                string.Concat(Enumerable.Repeat(close, levels - 2)) + "}";
            if (fits) CacheDocument.Parse(json).ToString().ShouldBe(json);
            else Should.Throw<CacheSerializationException>(() => CacheDocument.Parse(json)).Message.ShouldContain("64");
        }
    }

    [Fact]
    public void Empty_HasNothing()
    {
        CacheDocument.Empty.Count.ShouldBe(0);
        CacheDocument.Empty.FieldNames.ShouldBeEmpty();
        CacheDocument.Empty.Contains("").ShouldBeFalse();
        CacheDocument.Empty.TryGetField("a", out var json).ShouldBeFalse();
        json.Length.ShouldBe(0);
        CacheDocument.Empty.RemoveField("a").ShouldBeSameAs(CacheDocument.Empty);
        CacheDocument.Empty.Merge(CacheDocument.Empty).Equals(CacheDocument.Empty).ShouldBeTrue();
    }

    [Fact]
    public void Equals_IsByFieldsOrderAndTexts()
    {
        var document = CacheDocument.Parse("""{"a":1,"b":2}""");

        document.Equals(CacheDocument.Parse(""" { "a": 1, "b": 2 } """)).ShouldBeTrue();
        document.GetHashCode().ShouldBe(CacheDocument.Parse(""" {"a":1,"b":2}""").GetHashCode());
        document.Equals((object)CacheDocument.Parse("""{"b":2,"a":1}""")).ShouldBeFalse();
        document.Equals(CacheDocument.Parse("""{"a":1.0,"b":2}""")).ShouldBeFalse();
        document.Equals(null).ShouldBeFalse();
        document.Equals("text").ShouldBeFalse();
    }

    [Fact]
    public void Operations_NeverChangeTheDocument()
    {
        var document = CacheDocument.Parse("""{"n":1,"list":[1],"text":"x"}""");
        var before = document.ToString();
        document.SetField("n", "2"u8);
        document.SetField("new", "2"u8);
        document.RemoveField("n");
        document.Increment("n", CacheNumber.From(5), out _);
        document.Append("list", "2"u8, null, out _);
        document.Merge(CacheDocument.Parse("""{"n":9}"""));

        document.ToString().ShouldBe(before);
        CacheDocument.Empty.ToString().ShouldBe("{}");
    }

    [Fact]
    public void Merge_ReplacesInPlaceAndAddsAtTheEnd() =>
        CacheDocument.Parse("""{"a":1,"b":2,"c":3}""").Merge(CacheDocument.Parse("""{"d":4,"b":{"x":[]},"\u0061":0}"""))
            .ToString().ShouldBe("""{"a":0,"b":{"x":[]},"c":3,"d":4}""");

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(100)]
    public void Merge_OfAnyNumberOfFields_IsAsIfTheyWereSetOneByOne(int count)
    {
        foreach (var start in (string[])["{}", """{"f3":{"x":1},"é":1,"other":[]}"""])
        {
            var (document, given, expected) = (CacheDocument.Parse(start), CacheDocument.Empty, CacheDocument.Parse(start));
            foreach (var name in Enumerable.Range(0, count).Select(i => i == 5 ? "é" : $"f{i}"))
            {
                given = given.SetField(name, "1.0"u8);
                expected = expected.SetField(name, "1.0"u8);
            }

            document.Merge(given).ToString().ShouldBe(expected.ToString());
        }
    }

    // Work that grows with the square of the fields would show here: it took half a minute.
    [Fact]
    public void Parse_And_Merge_OfFiftyThousandFields_AreNoTrouble()
    {
        var fields = string.Join(",", Enumerable.Range(0, 50_000).Select(i => $"\"field{i}\":{i}"));
        var document = CacheDocument.Parse($"{{{fields}}}");

        var merged = CacheDocument.Parse("""{"field7":null,"first":1}""").Merge(document);

        merged.Count.ShouldBe(50_001);
        merged.FieldNames[0].ShouldBe("field7");
        merged.GetField<int>("field7").ShouldBe(7);
        merged.Merge(document).Equals(merged).ShouldBeTrue();
    }

    [Fact]
    public void As_ReadsTheWholeAndGetField_OneField()
    {
        var document = CacheDocument.Parse("""{"some_name":"x","count":2,"nothing":null}""");

        document.As<Named>().ShouldBe(new Named("x", 2));
        document.As<CacheDocument>().ShouldBeSameAs(document);
        document.GetField<string>("some_name").ShouldBe("x");
        document.GetField<int>("nothing").ShouldBe(0);
        document.GetField<int>("missing").ShouldBe(0);
        document.GetField<JsonElement>("count").GetInt32().ShouldBe(2);
        Should.Throw<CacheSerializationException>(() => document.GetField<int>("some_name"));
        Should.Throw<CacheSerializationException>(() => document.As<int[]>());
    }

    [Fact]
    public void As_ATypeThatCannotChange_IsMadeOnceForEachSerializer()
    {
        var document = CacheDocument.Parse("""{"some_name":"x","SomeName":"y","count":2}""");
        var pascal = new CacheSerializer(options => options.PropertyNamingPolicy = null);

        document.As<Named>().ShouldBeSameAs(document.As<Named>());
        document.As<Named>(pascal).SomeName.ShouldBe("y");
        document.As<Named>().SomeName.ShouldBe("x");
        document.As<Mutable>().ShouldNotBeSameAs(document.As<Mutable>());
    }

    [Fact]
    public void Null_IsRefusedByName()
    {
        var document = CacheDocument.Empty;

        Should.Throw<ArgumentNullException>(() => document.Contains(null!));
        Should.Throw<ArgumentNullException>(() => document.TryGetField(null!, out _));
        Should.Throw<ArgumentNullException>(() => document.SetField(null!, "1"u8));
        Should.Throw<ArgumentNullException>(() => document.RemoveField(null!));
        Should.Throw<ArgumentNullException>(() => document.Increment(null!, CacheNumber.From(1), out _));
        Should.Throw<ArgumentNullException>(() => document.Append(null!, "1"u8, null, out _));
        Should.Throw<ArgumentNullException>(() => document.Merge(null!));
    }

    [Fact]
    public void Utf8Json_IsTheJson() =>
        Encoding.UTF8.GetString(CacheDocument.Parse("""{"a":"é"}""").Utf8Json).ShouldBe("""{"a":"é"}""");

    private sealed record Named(string SomeName, int Count);

    private sealed record Mutable(string[]? Items);
}
