using System.Text;
using FsCheck.Fluent;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>What is written is what is read, and it looks like this.</summary>
public sealed class RecordFileTextTests
{
    [Fact]
    public void Write_ARecord_IsTextForPeople()
    {
        const string Json =
            """{"size":"large","price":1.0,"big":9007199254740993,"toppings":["🧀","a\u0000b","\u00e9"],"none":[],"at":{"x":{}},"done":null}""";

        RecordSamples.Text(Json, RecordSamples.UpdatedAt + 1_800_000).ShouldBe(
            """
            {
              "key": "hotel123:state:pizza_order:1234567890",
              "revision": 1736937000000000,
              "updated": "2025-01-15T10:30:00.000Z",
              "expires": "2025-01-15T11:00:00.000Z",
              "value": {
                "size": "large",
                "price": 1.0,
                "big": 9007199254740993,
                "toppings": [
                  "🧀",
                  "a\u0000b",
                  "\u00e9"
                ],
                "none": [],
                "at": {
                  "x": {}
                },
                "done": null
              },
              "check": "crc32c:1be833ff"
            }

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Write_WithoutExpiry_SaysNull() => RecordSamples.Text("{}").ShouldContain("\n  \"expires\": null,\n  \"value\": {},\n");

    [Fact]
    public void Write_And_Read_AreInverse() => Prop.ForAll(RecordSamples.Images, image =>
    {
        var read = RecordSamples.Write(image).ShouldRead(RecordFileState.Valid);

        RecordSamples.Same(read, image).ShouldBeTrue();
        read.Key.Kind.ShouldBe(image.Key.Kind);
    }).Check(1000);

    [Fact]
    public void Write_AnyRecord_IsJsonOfTheSameValue() => Prop.ForAll(RecordSamples.Images, image =>
    {
        using var file = System.Text.Json.JsonDocument.Parse(RecordSamples.Write(image));

        var value = CacheDocument.Parse(file.RootElement.GetProperty("value").GetRawText());
        value.ShouldBe(image.Document);
        file.RootElement.GetProperty("key").GetString().ShouldBe(KeyFactory.Default.Key(image.Key));
        file.RootElement.GetProperty("revision").GetInt64().ShouldBe(image.Revision);
    }).Check(300);

    [Theory]
    [InlineData(1, "1970-01-01T00:00:00.001Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999Z")]
    [InlineData(951_782_400_000, "2000-02-29T00:00:00.000Z")]
    [InlineData(253_402_300_799_999, "9999-12-31T23:59:59.999Z")]
    [InlineData(-62_135_596_800_000, "0001-01-01T00:00:00.000Z")]
    public void Write_AnExpiry_IsReadAgain(long expiresAt, string text)
    {
        var file = RecordSamples.Text("{}", expiresAt);

        file.ShouldContain($"\"expires\": \"{text}\"");
        file.ShouldRead(RecordFileState.Valid).ExpiresAt.ShouldBe(expiresAt);
    }

    [Theory]
    [InlineData(long.MaxValue, 253_402_300_799_999)]
    [InlineData(long.MinValue, -62_135_596_800_000)]
    public void Write_AnInstantThatNoCalendarHas_IsTheNearestOne(long expiresAt, long read)
    {
        var file = RecordSamples.Write(RecordSamples.Image("{}", expiresAt), updatedAt: expiresAt);

        file.ShouldRead(RecordFileState.Valid).ExpiresAt.ShouldBe(read);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(64)]
    public void Write_NestedDeeply_IsReadAgain(int levels)
    {
        var json = $"{string.Concat(Enumerable.Repeat("{\"a\":[1,", levels / 2))}{{}}{string.Concat(Enumerable.Repeat("]}", levels / 2))}";
        if (levels % 2 == 0) json = json.Replace(",{}", "", StringComparison.Ordinal);
        var image = RecordSamples.Image(json);

        RecordSamples.Same(RecordSamples.Write(image).ShouldRead(RecordFileState.Valid), image).ShouldBeTrue();
    }

    [Fact]
    public void Write_ManyNumbersAtTheDeepestLevel_IsNotManyTimesTheirSize()
    {
        var numbers = string.Join(',', Enumerable.Repeat("1", 10_000));
        var json = $"{string.Concat(Enumerable.Repeat("{\"a\":", 63))}[{numbers}]{new string('}', 63)}";

        RecordSamples.Write(RecordSamples.Image(json)).Length.ShouldBeLessThan(json.Length + 5000);
    }

    [Fact]
    public void Write_ThePublishedCheckOfCrc32C_IsUsed()
    {
        Checksum.Of("123456789"u8).ShouldBe(0xE3069283u);
        Checksum.Of(""u8).ShouldBe(0u);
        for (var split = 0; split <= 20; split++)
        {
            var bytes = Encoding.ASCII.GetBytes("01234567890123456789");
            Checksum.Of(bytes.AsSpan(split), Checksum.Of(bytes.AsSpan(0, split))).ShouldBe(Checksum.Of(bytes));
        }
    }

    [Theory]
    [InlineData("a:user:b")]
    [InlineData("a:user:b:c")]
    [InlineData("a:user:b:profile")]
    [InlineData("a:user:b:")]
    [InlineData("a:user:")]
    [InlineData(":user:b")]
    [InlineData("a:state:b:c")]
    [InlineData("a:state::c")]
    [InlineData("a:state:b:")]
    [InlineData("a:state:b")]
    [InlineData("a:df:b:pkid:c")]
    [InlineData("a:df:b:pkid:")]
    [InlineData("a:df::pkid:c")]
    [InlineData("a:df:b:pk:c")]
    [InlineData("a:df:b:pkid:c:d")]
    [InlineData("a:df:b:pkid")]
    [InlineData("a:b:c")]
    [InlineData("a:USER:c")]
    [InlineData("a")]
    [InlineData("")]
    [InlineData("a:user:b%3Ac")]
    [InlineData("a:user:b%3ac")]
    [InlineData("a:user:%")]
    [InlineData("é:user:🍕")]
    [InlineData("a:user:b\u0001")]
    [InlineData("a:user:b\u007f")]
    public void KeyText_Any_IsReadAsTheKeyFactoryReadsIt(string text)
    {
        var read = RecordKeyText.TryParse(Encoding.UTF8.GetBytes(text), out var key);

        read.ShouldBe(KeyFactory.Default.TryParse(text, out var expected));
        key.ShouldBe(expected);
    }

    [Fact]
    public void KeyText_TooLong_IsNoKey()
    {
        var longest = new string('a', CacheName.MaxLength);

        RecordKeyText.TryParse(Encoding.UTF8.GetBytes($"{longest}:state:{longest}:{longest}"), out _).ShouldBeTrue();
        RecordKeyText.TryParse(Encoding.UTF8.GetBytes($"{longest}a:state:b:c"), out _).ShouldBeFalse();
        RecordKeyText.TryParse(Encoding.UTF8.GetBytes($"a:state:{longest}a:c"), out _).ShouldBeFalse();
        RecordKeyText.TryParse(Encoding.UTF8.GetBytes($"a:state:b:{longest}a"), out _).ShouldBeFalse();
    }
}
