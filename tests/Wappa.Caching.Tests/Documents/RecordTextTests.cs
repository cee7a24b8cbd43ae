using System.Text;
using System.Text.Json;
using Wappa.Caching.Documents;

namespace Wappa.Caching.Tests.Documents;

public sealed class RecordTextTests
{
    [Fact]
    public void Write_EmojiInNamesAndValues_StayReadable()
    {
        CacheSerializer.Default.ToDocument(new Dictionary<string, string> { ["pizza 🍕"] = "👩‍👩‍👧 ok" }).ToString()
            .ShouldBe("""{"pizza 🍕":"👩‍👩‍👧 ok"}""");
        CacheSerializer.Default.ToDocument(new { text = "🍕日本é\ufeff" }).ToString().ShouldBe("{\"text\":\"🍕日本é\ufeff\"}");
        CacheDocument.Empty.SetField("🍕", "1"u8).ToString().ShouldBe("""{"🍕":1}""");
        CacheDocument.Parse("""{"\ud83c\udf55":1}""").ToString().ShouldBe("""{"🍕":1}""");
    }

    [Fact]
    public void Write_AnyText_IsWhatTheReaderGivesBack()
    {
        for (var row = 0; row <= 0xffff; row += 64)
        {
            var text = string.Concat(Enumerable.Range(row, 64).Select(code => char.IsSurrogate((char)code) ? "🍕" : $"{(char)code}b"));
            var json = Encoding.UTF8.GetString(CacheSerializer.Default.ToJson(text));

            JsonSerializer.Deserialize<string>(json).ShouldBe(text);
            $"\"{Encoding.UTF8.GetString(JsonText.EscapeName(text))}\"".ShouldBe(json);
        }
    }

    [Theory]
    [InlineData("\"", "\\\"")]
    [InlineData("\\", "\\\\")]
    [InlineData("\n\r\t\b\f", "\\n\\r\\t\\b\\f")]
    [InlineData("\0\u0001\u001f\u007f\u009b\u2028\u2029", "\\u0000\\u0001\\u001F\\u007F\\u009B\\u2028\\u2029")]
    [InlineData("a<ud83c>", "a\ufffd")]
    [InlineData("<udf55><ud83c><ud83c><udf55><udf55>", "\ufffd\ufffd🍕\ufffd")]
    [InlineData("plain <>&'+/`", "plain <>&'+/`")]
    [InlineData("\ufffd\uffff\ue000", "\ufffd\uffff\ue000")]
    public void Encoder_EscapesOnlyWhatItMust(string text, string expected)
    {
        // An attribute cannot hold half of a pair.
        text = text.Replace("<ud83c>", "\ud83c").Replace("<udf55>", "\udf55");
        JsonText.Encoder.Encode(text).ShouldBe(expected);
        Encoding.UTF8.GetString(CacheSerializer.Default.ToJson(text)).ShouldBe($"\"{expected}\"");
        Encoding.UTF8.GetString(CacheSerializer.Default.ToJson("0123456789abcdef0123456789abcdef" + text))
            .ShouldBe($"\"0123456789abcdef0123456789abcdef{expected}\"");
    }

    [Fact]
    public void Encoder_OfUtf8_DoesAsForText()
    {
        foreach (var text in (string[])["", "abc", "a\"b", "🍕\n", "é\u009b", new string('x', 500) + "🍕\\", "\ud7ff\ue000"])
        {
            var output = new byte[6 * text.Length];
            JsonText.Encoder.EncodeUtf8(Encoding.UTF8.GetBytes(text), output, out _, out var written);
            Encoding.UTF8.GetString(output, 0, written).ShouldBe(JsonText.Encoder.Encode(text));
        }

        JsonText.Encoder.FindFirstCharacterToEncodeUtf8([(byte)'a', 0xf0, 0x9f, 0x8d]).ShouldBe(1);
        JsonText.Encoder.FindFirstCharacterToEncodeUtf8("a🍕\"b"u8).ShouldBe(5);
        JsonText.Encoder.FindFirstCharacterToEncodeUtf8("a🍕b"u8).ShouldBe(-1);
        foreach (var room in Enumerable.Range(0, 6))
            JsonText.Encoder.Encode("\u0001", new char[room], out _, out _).ShouldBe(System.Buffers.OperationStatus.DestinationTooSmall);
    }

    [Theory]
    [InlineData(0xff)]
    [InlineData(0xc3)]
    [InlineData(0xed)]
    public void Parse_InvalidUtf8InsideAText_IsRefused(byte wrong)
    {
        byte[] value = [(byte)'"', wrong, (byte)'"'];

        Should.Throw<CacheSerializationException>(() => CacheDocument.Parse([.. "{\"a\":"u8, .. value, (byte)'}']));
        Should.Throw<CacheSerializationException>(() => CacheDocument.Parse([.. "{\"a\":{\"b\":["u8, .. value, .. "]}}"u8]));
        Should.Throw<CacheSerializationException>(() => CacheDocument.Empty.SetField("a", value));
        Should.Throw<CacheSerializationException>(() => CacheDocument.Empty.Append("a", value, null, out _));
    }

    [Fact]
    public void Parse_ManyFields_LastOfANameWins()
    {
        var json = new StringBuilder("{");
        for (var round = 0; round < 2; round++)
        {
            for (var number = 0; number < 100; number++) json.Append($"\"n{number}\":{round},");
        }

        var document = CacheDocument.Parse(json.Append("\"\\u006e5\":7}").ToString());

        document.FieldNames.ShouldBe(Enumerable.Range(0, 100).Select(number => $"n{number}"));
        document.GetField<int>("n5").ShouldBe(7);
        document.GetField<int>("n99").ShouldBe(1);
    }

    [Fact]
    public void Merge_AnyNumberOfFields_IsFieldByField()
    {
        foreach (var (before, after) in (ValueTuple<int, int>[])[(0, 0), (0, 3), (3, 0), (5, 5), (40, 7), (7, 40), (100, 100)])
        {
            var target = Fields(0, before, "old");
            var given = Fields(before / 2, after, "new 🍕");
            var expected = target;
            foreach (var name in given.FieldNames)
            {
                given.TryGetField(name, out var value);
                expected = expected.SetField(name, value);
            }

            target.Merge(given).ToString().ShouldBe(expected.ToString());
        }
    }

    [Fact]
    public void Merge_ManyFields_CopiesTheDocumentOnce()
    {
        var target = Fields(0, 1000, "x");
        var given = Fields(500, 1000, "y");
        target.Merge(given);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var merged = target.Merge(given);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.ShouldBeLessThan(8 * merged.ByteCount);
    }

    private static CacheDocument Fields(int from, int count, string value)
    {
        var json = JsonSerializer.Serialize(value);
        return CacheDocument.Parse(
            $"{{{string.Join(',', Enumerable.Range(from, count).Select(number => $"\"f\\u00e9{number}\":{json}"))}}}");
    }
}
