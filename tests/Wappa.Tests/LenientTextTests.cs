using System.Text;
using System.Text.Json;
using Wappa.Webhooks;

namespace Wappa.Tests;

public class LenientTextTests
{
    [Fact]
    public void ReadText_ValidJson_ReadsWhatJsonReads()
    {
        var random = new Random(11);
        for (var i = 0; i < 3000; i++)
        {
            var text = RandomText(random, random.Next(600));
            Read(JsonSerializer.Serialize(text)).ShouldBe(text);
            Read("\"" + EscapeAll(text) + "\"").ShouldBe(text);
        }
    }

    [Theory]
    [InlineData("\"\\ud83d\"", "\uFFFD")]
    [InlineData("\"a\\udc00b\"", "a\uFFFDb")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"", "\uFFFD😀")]
    [InlineData("\"\\uD83D\\uDE00\"", "😀")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"", "\"\\/\b\f\n\r\tA")]
    [InlineData("12.50", "12.50")]
    [InlineData("-0", "-0")]
    [InlineData("true", null)]
    [InlineData("null", null)]
    [InlineData("{\"a\":[1]}", null)]
    public void ReadText_AnyToken_IsTextOrNothing(string json, string? expected) => Read(json).ShouldBe(expected);

    [Fact]
    public void ReadText_InvalidUtf8_IsReplaced()
    {
        byte[] json = [.. "[\"a"u8, 0xFF, 0xC3, .. "b\\n"u8, 0xE2, 0x82, .. "\"]"u8];
        var reader = new Utf8JsonReader(json);
        reader.Read();

        LenientText.ReadText(ref reader).ShouldBe("a\uFFFD\uFFFDb\n\uFFFD");
    }

    [Theory]
    [InlineData("1789000000", 1789000000L)]
    [InlineData("\"1789000000\"", 1789000000L)]
    [InlineData("\"17e9\"", null)]
    [InlineData("1.5", null)]
    [InlineData("\"\"", null)]
    [InlineData("[]", null)]
    [InlineData("99999999999999999999", null)]
    public void ReadNumber_AnyToken_IsAWholeNumberOrNothing(string json, long? expected)
    {
        var reader = ReaderOf(json);
        LenientText.ReadNumber(ref reader).ShouldBe(expected);
        reader.Read().ShouldBeTrue();
        reader.TokenType.ShouldBe(JsonTokenType.EndArray);
    }

    [Theory]
    [InlineData("253402300800")]
    [InlineData("-62135596801")]
    public void ReadTime_OutsideTheCalendar_IsNothing(string json)
    {
        var reader = ReaderOf(json);
        LenientText.ReadTime(ref reader).ShouldBeNull();
    }

    private static string? Read(string json)
    {
        var reader = ReaderOf(json);
        var text = LenientText.ReadText(ref reader);
        reader.Read().ShouldBeTrue();
        reader.TokenType.ShouldBe(JsonTokenType.EndArray);
        return text;
    }

    private static Utf8JsonReader ReaderOf(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($"[{json}]"));
        reader.Read();
        return reader;
    }

    private static string RandomText(Random random, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
        {
            Rune rune;
            while (!Rune.TryCreate(random.Next(4) == 0 ? random.Next(0x110000) : random.Next(0x250), out rune)) ;
            text.Append(rune.ToString());
        }

        return text.ToString();
    }

    private static string EscapeAll(string text) => string.Concat(text.Select(unit => $"\\u{(int)unit:x4}"));
}
