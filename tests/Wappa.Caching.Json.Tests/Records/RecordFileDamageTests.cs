using System.Text;
using System.Text.Json;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>What is not read: with a reason that helps and says nothing of what is in the file.</summary>
public sealed class RecordFileDamageTests
{
    private static readonly string Written = RecordSamples.Text("""{"count":1,"list":["a"]}""", RecordSamples.UpdatedAt);

    [Theory]
    [InlineData("", "empty")]
    [InlineData(" \n", "ends in the middle")]
    [InlineData("{", "ends in the middle")]
    [InlineData("""{"key":"a:user:b","value":{"x":tr""", "ends in the middle")]
    [InlineData("""{"key":"a:user:b","value":{"x":"y""", "ends in the middle")]
    [InlineData("{\"key\":\"a:user:b\"}\0\0", "NUL")]
    [InlineData("\uFEFF{}", "byte order mark")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("1", "not a JSON object")]
    [InlineData("{\n\"key\":}", "not JSON (line 2, byte 7)")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("{'key':1}", "not JSON")]
    [InlineData("{}", "no \"key\"")]
    [InlineData("""{"value":{}}""", "no \"key\"")]
    [InlineData("""{"key":"a:user:b"}""", "no \"value\"")]
    [InlineData("""{"key":1,"value":{}}""", "\"key\" is not a text")]
    [InlineData("""{"key":"\ud800","value":{}}""", "\"key\" is not a text")]
    [InlineData("""{"key":"a:nobody:b","value":{}}""", "none of a state")]
    [InlineData("""{"key":"a:user:b:profile","value":{}}""", "none of a state")]
    [InlineData("""{"key":"a:user:b","value":[]}""", "\"value\" is not an object")]
    [InlineData("""{"key":"a:user:b","value":null}""", "\"value\" is not an object")]
    [InlineData("""{"key":"a:user:b","value":{},"revision":0}""", "\"revision\"")]
    [InlineData("""{"key":"a:user:b","value":{},"revision":-1}""", "\"revision\"")]
    [InlineData("""{"key":"a:user:b","value":{},"revision":1.5}""", "\"revision\"")]
    [InlineData("""{"key":"a:user:b","value":{},"revision":"1"}""", "\"revision\"")]
    [InlineData("""{"key":"a:user:b","value":{},"revision":9223372036854775808}""", "\"revision\"")]
    [InlineData("""{"key":"a:user:b","value":{},"expires":1}""", "\"expires\" is not a date")]
    [InlineData("""{"key":"a:user:b","value":{},"expires":"soon"}""", "\"expires\" is not a date")]
    [InlineData("""{"key":"a:user:b","value":{},"updated":null}""", "\"updated\" is not a date")]
    [InlineData("""{"key":"a:user:b","value":{},"check":null}""", "checksum does not fit")]
    [InlineData("""{"key":"a:user:b","value":{},"check":"crc32c:00000000"}""", "checksum does not fit")]
    [InlineData("""{"check":"crc32c:00000000","key":"a:user:b","value":{}}""", "not the last")]
    [InlineData("""{"key":"a:user:b","value":{},"chech":"crc32c:00000000"}""", "does not have")]
    [InlineData("""{"key":"a:user:b","value":{},"k\ud800":1}""", "no text")]
    [InlineData("""{"key":"a:user:b","value":{},"key":"a:user:b"}""", "two members \"key\"")]
    [InlineData("""{"key":"a:user:b","value":{"\ud800":1}}""", "64 levels")]
    [InlineData("""{"_metadata":{},"data":[]}""", "\"data\" is not an object")]
    [InlineData("""{"_metadata":{}}""", "no \"key\"")]
    public void Read_WhatIsNoRecordsFile_IsDamagedAndSaysWhy(string text, string expected)
    {
        RecordFile.Read(Encoding.UTF8.GetBytes(text), out var image, out var problem).ShouldBe(RecordFileState.Damaged);

        problem.ShouldContain(expected);
        image.ShouldBe(default);
    }

    [Fact]
    public void Read_InvalidUtf8_IsDamaged()
    {
        foreach (var bytes in (byte[][])[[0xFF], [0xC3], [.. "{\"key\":\"a:user:b\",\"value\":{\"x\":\""u8, 0xED, 0xA0, 0x80, .. "\"}}"u8]])
        {
            RecordFile.Read(bytes, out _, out var problem).ShouldBe(RecordFileState.Damaged);
            problem.ShouldContain("UTF-8");
        }
    }

    [Fact]
    public void Read_DeeperThan64Levels_IsDamaged()
    {
        static string Nested(int levels) =>
            $$"""{"key":"a:user:b","value":{{string.Concat(Enumerable.Repeat("{\"a\":", levels - 1))}}{}{{new string('}', levels - 1)}} }""";

        Nested(64).ShouldRead(RecordFileState.Edited);
        RecordFile.Read(Encoding.UTF8.GetBytes(Nested(65)), out _, out var problem).ShouldBe(RecordFileState.Damaged);
        problem.ShouldContain("64 levels");
        RecordFile.Read(Encoding.UTF8.GetBytes(Nested(100_000)), out _, out problem).ShouldBe(RecordFileState.Damaged);
        problem.ShouldContain("64 levels");
    }

    [Fact]
    public void Read_EditedWithItsCheckLineLeftIn_IsDamagedAndSaysWhatToDo()
    {
        var edited = Written.Replace("\"count\": 1", "\"count\": 2", StringComparison.Ordinal);

        RecordFile.Read(Encoding.UTF8.GetBytes(edited), out _, out var problem).ShouldBe(RecordFileState.Damaged);
        problem.ShouldContain("Remove that line");
    }

    [Fact]
    public void Read_AFileOfTheOriginal_IsSaid()
    {
        const string Text = """{"_metadata":{"created_at":"2025-01-15T10:30:00","expires_at":null,"version":"1.0"},"data":{}}""";

        RecordFile.Read(Encoding.UTF8.GetBytes(Text), out _, out _).ShouldBe(RecordFileState.Original);
    }

    [Fact]
    public void Read_AnyOtherThanTheWrittenBytes_IsNeverAnotherValidRecord()
    {
        foreach (var image in Images())
        {
            var file = RecordSamples.Write(image);
            for (var bit = 0; bit < file.Length * 8; bit++)
            {
                file[bit / 8] ^= (byte)(1 << (bit % 8));
                ShouldNotLie(file, image);
                file[bit / 8] ^= (byte)(1 << (bit % 8));
            }

            for (var length = 0; length < file.Length; length++)
                RecordFile.Read(file.AsSpan(0, length), out _, out _).ShouldBe(length == file.Length - 1 ? RecordFileState.Valid : RecordFileState.Damaged);
        }
    }

    [Fact]
    public void Read_BlocksLostOrMixed_IsNeverAnotherValidRecord()
    {
        var random = new Random(7);
        var files = Images().Select(image => RecordSamples.Write(image)).ToArray();
        var images = Images().ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var chosen = random.Next(files.Length);
            var file = files[chosen].ToArray();
            var other = files[random.Next(files.Length)];
            var start = random.Next(file.Length);
            var length = Math.Min(random.Next(1, 64), file.Length - start);
            switch (random.Next(4))
            {
                case 0: file.AsSpan(start, length).Clear(); break;
                case 1: random.NextBytes(file.AsSpan(start, length)); break;
                case 2: other.AsSpan(start % other.Length, Math.Min(length, other.Length - (start % other.Length))).CopyTo(file.AsSpan(start)); break;
                default: file = [.. file.AsSpan(0, start), .. file.AsSpan(start + length)]; break;
            }

            ShouldNotLie(file, images[chosen]);
        }
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows()
    {
        var random = new Random(8);
        var pieces = (string[])["{", "}", "[", "]", ",", ":", "\"key\"", "\"value\"", "\"a:user:b\"", "\"check\"", "\"revision\"", "1",
            "null", " ", "\n", "//", "/*", "*/", "\"\\ud800\"", "\"expires\"", "\"\\", "\"crc32c:00000000\"", "\ufeff", "\0"];
        for (var round = 0; round < 50_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => pieces[random.Next(pieces.Length)]));
            var state = RecordFile.Read(Encoding.UTF8.GetBytes(text), out _, out var problem);

            state.ShouldNotBe(RecordFileState.Valid, text);
            (state == RecordFileState.Damaged).ShouldBe(problem.Length > 0, text);
        }
    }

    [Fact]
    public void Read_AnyValueWithAFittingChecksum_IsOneDocumentOrDamaged()
    {
        var random = new Random(9);
        var pieces = (string[])["{", "}", "{}", "[", "]", "[]", ",", ": ", "\"a\"", "\"\\u0041\"", "\"\\u00g1\"", "1", "01", "-", "1.e", "1e5",
            "true", "nul", "\n    ", "\n      ", "\n  ", "\n", " "];
        for (var round = 0; round < 50_000; round++)
        {
            var value = "{\n    \"x\": " + string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)])) + "\n  }";
            var above = Written.Split("\"value\": ")[0] + "\"value\": " + value + ",\n";
            var file = $"{above}  \"check\": \"crc32c:{Checksum.Of(Encoding.UTF8.GetBytes(above)):x8}\"\n}}\n";
            var state = RecordFile.Read(Encoding.UTF8.GetBytes(file), out var image, out _);

            if (state == RecordFileState.Valid) ShouldSay(image.Document!, value);
            else Should.Throw<CacheSerializationException>(() => CacheDocument.Parse(file), file);
        }
    }

    [Fact]
    public void Read_AnyByteChangedUnderAFittingChecksum_IsThatDocumentOrDamaged()
    {
        var random = new Random(10);
        var written = RecordSamples.Text(
            """{"a":"a text of more than sixteen bytes \"🍕\u00e9","b":[[1.25,-0,1e+9,{"c":{"d":[true,false,null]}}],[],{}],"e":{"f":""}}""");
        var start = written.IndexOf("\"value\": ", StringComparison.Ordinal) + "\"value\": ".Length;
        var above = Encoding.UTF8.GetBytes(written.Split("  \"check\"")[0]);
        for (var round = 0; round < 50_000; round++)
        {
            var changed = above.ToArray();
            changed[random.Next(start, changed.Length)] = (byte)"\"\\{}[],: \n\t0e-x\u0001"[random.Next(16)];
            if (random.Next(3) == 0) changed = [.. changed.AsSpan(0, random.Next(start, changed.Length)), .. "\n  },\n"u8];
            byte[] file = [.. changed, .. Encoding.ASCII.GetBytes($"  \"check\": \"crc32c:{Checksum.Of(changed):x8}\"\n}}\n")];
            if (RecordFile.Read(file, out var image, out _) != RecordFileState.Valid) continue;

            using var whole = JsonDocument.Parse(file, new() { AllowTrailingCommas = true });
            ShouldSay(image.Document!, whole.RootElement.GetProperty("value").GetRawText());
        }
    }

    // A trailing comma is accepted in a file that is not in its exact form.
    private static void ShouldSay(CacheDocument document, string value)
    {
        using var expected = JsonDocument.Parse(value, new() { AllowTrailingCommas = true });
        using var read = JsonDocument.Parse(document.ToString());
        JsonElement.DeepEquals(read.RootElement, expected.RootElement).ShouldBeTrue(value);
    }

    private static IEnumerable<RecordImage> Images()
    {
        yield return RecordSamples.Image("{}");
        yield return RecordSamples.Image("""{"count":1,"list":["a",{"b":[]}],"text":"é🍕\n"}""", RecordSamples.UpdatedAt);
        yield return new(RecordKey.User("a", "b:%", "c\"d"), 1, -1, CacheDocument.Parse("""{"":0.10}"""));
        yield return new(RecordKey.Table("ä", TableKey.Table("t")), long.MaxValue, long.MaxValue, CacheDocument.Parse("""{"check":"crc32c:00000000"}"""));
    }

    private static void ShouldNotLie(byte[] file, in RecordImage written)
    {
        var state = RecordFile.Read(file, out var image, out var problem);
        if (state == RecordFileState.Damaged) problem.ShouldNotBeEmpty();
        else
        {
            // Bytes that were lost may be the check line and nothing else, which is what a person does.
            state.ShouldBeOneOf(RecordFileState.Valid, RecordFileState.Edited);
            image.Key.ShouldBe(written.Key);
            image.Revision.ShouldBe(written.Revision);
            image.Document.ShouldBe(written.Document);
            image.ExpiresAt.ShouldBe(Math.Min(written.ExpiresAt, 253_402_300_799_999));
        }
    }
}
