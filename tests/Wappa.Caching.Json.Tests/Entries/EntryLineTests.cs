using System.Text;
using System.Text.Json;
using Wappa.Caching.Json.Entries;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Records;
using Wappa.Caching.Memory;
using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Entries;

/// <summary>A line is one line of JSON, and gives back the same entry whatever it holds.</summary>
public sealed class EntryLineTests
{
    private readonly DiskClock _clock = new(new ManualTimeProvider());

    [Fact]
    public void Set_RandomBytesAndTexts_AreOneLineOfJsonAndComeBack()
    {
        var random = new Random(20250115);
        for (var i = 0; i < 20_000; i++)
        {
            var value = Value(random);
            var line = Line(Text(random), new CacheEntry(value)
            {
                Tags = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Text(random))],
                Ttl = random.Next(2) == 0 ? null : new TimeSpan(random.NextInt64(1, long.MaxValue)),
                SlidingTtl = random.Next(3) == 0 ? new TimeSpan(random.NextInt64(1, 1L << random.Next(1, 62))) : null,
                FreshFor = random.Next(3) == 0 ? new TimeSpan(random.NextInt64(1, 1L << random.Next(1, 62))) : null,
            }, out var entry);
            line.IndexOf((byte)'\n').ShouldBe(line.Length - 1);
            JsonDocument.Parse(line.ToArray()).Dispose();
            ReadOnlySpan<byte> rest = line;
            EntryLine.TryRead(ref rest, out var change).ShouldBeTrue(Encoding.UTF8.GetString(line));
            rest.Length.ShouldBe(0);
            change.Act.ShouldBe(EntryAct.Set);
            change.Text.ShouldBe(entry.Key);
            var (read, wrote) = (change.Content!, entry);
            read.Value.Span.SequenceEqual(value).ShouldBeTrue(Encoding.UTF8.GetString(line));
            read.Tags.ShouldBe(wrote.Tags);
            (read.Ttl, read.SlidingTtl, read.FreshFor).ShouldBe((wrote.Ttl, wrote.SlidingTtl, wrote.FreshFor));
            read.StoredAt.ShouldBe(wrote.StoredAt);
            entry.Look(out var life);
            (change.Limit, change.Deadline).ShouldBe((_clock.ToDisk(life.Limit), _clock.ToDisk(life.Deadline)));
        }
    }

    [Theory]
    [InlineData("plain", ",\"v\":\"plain\"}")]
    [InlineData("", ",\"v\":\"\"}")]
    [InlineData("""{"a":1}""", ""","j":{"a":1}}""")]
    [InlineData("""[1, 2]""", ""","j":[1, 2]}""")]
    [InlineData("{\"a\":\n1}", ",\"v\":\"{\\\"a\\\":\\n1}\"}")]
    [InlineData("""{"a":1""", ",\"v\":\"{\\\"a\\\":1\"}")]
    [InlineData("""{"a":1}{}""", ",\"v\":\"{\\\"a\\\":1}{}\"}")]
    [InlineData("\u001b[31m", ",\"v\":\"\\u001B[31m\"}")]
    [InlineData("[\"\u2028\"]", ",\"v\":\"[\\\"\\u2028\\\"]\"}")]
    [InlineData("\u0001\u0001\u0001\u0001\u0001\u0001", ",\"b\":\"AQEBAQEB\"}")]
    public void Set_Value_StandsInTheMostReadableForm(string value, string expected) =>
        Encoding.UTF8.GetString(Line("k", new CacheEntry(Encoding.UTF8.GetBytes(value)), out _)).ShouldContain(expected);

    [Fact]
    public void TryRead_AnythingCutShort_IsNoLine()
    {
        var line = Line("key", new CacheEntry("[1]"u8.ToArray()) { Ttl = TimeSpan.FromSeconds(1), Tags = ["t"] }, out _);
        for (var length = 0; length < line.Length - 2; length++)
        {
            ReadOnlySpan<byte> cut = [.. line[..length], (byte)'\n'];
            EntryLine.TryRead(ref cut, out var change).ShouldBeFalse($"{length}: {change}");
        }
    }

    private byte[] Line(string key, CacheEntry content, out MemoryEntry entry)
    {
        var output = new FileBuffer();
        entry = new MemoryEntry(key, 0, content, _clock.Store);
        EntryLine.Set(output, entry, _clock);
        return output.Span.ToArray();
    }

    private static byte[] Value(Random random)
    {
        var bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        return random.Next(4) switch
        {
            0 => bytes,
            1 => Encoding.UTF8.GetBytes(Text(random)),
            2 => JsonSerializer.SerializeToUtf8Bytes(new { text = Text(random), list = bytes }),
            _ => [.. bytes.Select(code => (byte)"{}[]\",: \\n1u0a\n"[code % 15])],
        };
    }

    private static string Text(Random random)
    {
        var text = new char[random.Next(1, 12)];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = random.Next(6) switch
            {
                0 => (char)random.Next(0x20),
                1 => (char)random.Next(0x10000),
                2 => (char)random.Next(0xD800, 0xE000),
                3 => "\"\\{}"[random.Next(4)],
                _ => (char)random.Next(0x20, 0x7f),
            };
        }

        return new string(text);
    }
}
