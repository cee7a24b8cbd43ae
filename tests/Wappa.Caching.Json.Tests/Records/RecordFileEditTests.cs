using System.Text;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>What a person may do to a file with an editor.</summary>
public sealed class RecordFileEditTests
{
    private static readonly string Written = RecordSamples.Text("""{"count":1,"list":["a"]}""", RecordSamples.UpdatedAt);

    private static string Unchecked => Written.Split("  \"check\"")[0] + "}\n";

    [Fact]
    public void Read_WithoutTheCheckLine_IsAccepted()
    {
        var image = Unchecked.Replace("\"count\": 1", "\"count\": 2", StringComparison.Ordinal).ShouldRead(RecordFileState.Edited);

        image.Document!.ToString().ShouldBe("""{"count":2,"list":["a"]}""");
        image.Revision.ShouldBe(1_736_937_000_000_000);
        image.ExpiresAt.ShouldBe(RecordSamples.UpdatedAt);
        KeyFactory.Default.Key(image.Key).ShouldBe("hotel123:state:pizza_order:1234567890");
    }

    [Fact]
    public void Read_OnlyKeyAndValue_IsAccepted()
    {
        var image = """{"value":{},"key":"hotel123:user:+1234567890"}""".ShouldRead(RecordFileState.Edited);

        image.Key.ShouldBe(RecordKey.User("hotel123", "+1234567890"));
        image.Revision.ShouldBe(0);
        image.ExpiresAt.ShouldBe(0);
        image.Document.ShouldBe(CacheDocument.Empty);
    }

    [Fact]
    public void Read_WithCommentsAndTrailingCommas_IsAccepted()
    {
        const string Text =
            """
            // who: the night shift
            {
              "key": "a:user:b", /* the
              guest */
              "value": {
                "list": [ 1, /* two */ 2, ], // more
                "one": 1.0 ,
              },
            } // end
            """;

        Text.ShouldRead(RecordFileState.Edited).Document!.ToString().ShouldBe("""{"list":[1,2],"one":1.0}""");
    }

    [Theory]
    [InlineData("null", 0)]
    [InlineData("\"2025-01-15T10:30:00.000Z\"", 1_736_937_000_000)]
    [InlineData("\"2025-01-15T10:30:00Z\"", 1_736_937_000_000)]
    [InlineData("\"2025-01-15T10:30:00.0009999\"", 1_736_937_000_000)]
    [InlineData("\"2025-01-15T10:30:00\"", 1_736_937_000_000)]
    [InlineData("\"2025-01-15T12:30:00.5+02:00\"", 1_736_937_000_500)]
    [InlineData("\"2025-01-15T10:30\"", 1_736_937_000_000)]
    [InlineData("\"2025-01-15\"", 1_736_899_200_000)]
    [InlineData("\"1970-01-01T00:00:00.000Z\"", 1)]
    [InlineData("\"9999-12-31T23:59:59.999Z\"", 253_402_300_799_999)]
    public void Read_AnyIsoDateAsExpiry_IsAccepted(string expires, long expected)
    {
        var text = $$"""{"key":"a:user:b","expires":{{expires}},"value":{} }""";

        text.ShouldRead(RecordFileState.Edited).ExpiresAt.ShouldBe(expected);
    }

    [Fact]
    public void Read_TwoFieldsOfOneName_KeepsTheLast() =>
        """{"key":"a:user:b","value":{"x":1,"\u0078":2}}""".ShouldRead(RecordFileState.Edited)
            .Document!.ToString().ShouldBe("""{"x":2}""");

    [Fact]
    public void Read_TextsAndNumbers_StayToTheLetter()
    {
        const string Value = """{"a":1.0,"b":9007199254740993,"c":-0.0e+1,"d":"\u00e9\/🍕","e":"// no comment","f":"1,]"}""";

        $$"""{"key":"a:user:b", "value": {{Value}} }""".ShouldRead(RecordFileState.Edited).Document!.ToString().ShouldBe(Value);
    }

    [Fact]
    public void Read_AFittingCheckInAnotherForm_IsValid()
    {
        var image = Written.ShouldRead(RecordFileState.Valid);

        foreach (var file in (string[])[
            Written.TrimEnd('\n'), Written + "\n\n", Written.Replace("\n}\n", ",\n}\n", StringComparison.Ordinal), Written + "// read",
            Written.Replace("  \"check\"", "\t\"check\"", StringComparison.Ordinal)])
        {
            RecordSamples.Same(file.ShouldRead(RecordFileState.Valid), image).ShouldBeTrue();
        }
    }

    [Fact]
    public void Read_AFittingCheckOverAnotherOrder_IsValid()
    {
        var above = Encoding.UTF8.GetBytes("{ \"value\":{\"a\":1},\n \"revision\":7,\"key\":\"a:user:b\",\n");
        var check = $"\"check\":\"crc32c:{Checksum.Of(above):x8}\"}}";

        var image = (Encoding.UTF8.GetString(above) + check).ShouldRead(RecordFileState.Valid);

        image.Document!.ToString().ShouldBe("""{"a":1}""");
        image.Revision.ShouldBe(7);
    }
}
