using System.Text;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>Whatever bytes come: a value or an error, and never more read than came.</summary>
public sealed class RespFuzzTests
{
    private const int MaxDepth = 8;
    private const int MaxBytes = 1 << 20;

    private static readonly string[] Samples =
    [
        "+OK\r\n", "-ERR no\r\n", ":123\r\n", "$5\r\nhello\r\n", "$-1\r\n", "*-1\r\n", "_\r\n", "#t\r\n", ",3.25\r\n", "(123456789012345678901234567890\r\n",
        "!9\r\nSYNTAX no\r\n", "=7\r\ntxt:abc\r\n", "*0\r\n", "%0\r\n", "$0\r\n\r\n",
        "*3\r\n$3\r\nfoo\r\n$-1\r\n*2\r\n:1\r\n+a\r\n", "%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n~2\r\n#f\r\n_\r\n", "~1\r\n$1\r\nx\r\n",
        ">2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\nfoo\r\n", "|1\r\n+ttl\r\n:5\r\n$2\r\nhi\r\n", "*2\r\n|1\r\n+a\r\n+b\r\n:1\r\n:2\r\n",
        "$27\r\nline\r\nbreaks\r\nand $3\r\nsigns\r\n",
    ];

    [Fact]
    public void TryScan_SplitAtEveryByte_FindsTheSameEnd()
    {
        foreach (var sample in Samples)
        {
            var bytes = Encoding.UTF8.GetBytes(sample + "+NEXT\r\n");
            var end = Encoding.UTF8.GetByteCount(sample);
            for (var step = 1; step <= bytes.Length; step++)
            {
                var scanner = Scanner();
                var length = 0;
                var seen = 0;
                while (!scanner.TryScan(bytes.AsSpan(0, seen), out length))
                {
                    seen.ShouldBeLessThan(bytes.Length);
                    scanner.Wanted.ShouldBeLessThanOrEqualTo(bytes.Length);
                    seen = Math.Min(seen + step, bytes.Length);
                }

                length.ShouldBe(end);
            }
        }
    }

    [Fact]
    public void TryScan_Truncated_NeverFindsAnEnd()
    {
        foreach (var sample in Samples)
        {
            var bytes = Encoding.UTF8.GetBytes(sample);
            for (var length = 0; length < bytes.Length; length++) Scanner().TryScan(bytes.AsSpan(0, length), out _).ShouldBeFalse();
        }
    }

    [Fact]
    public void TryScan_Mutated_IsAValueOrAnError()
    {
        var random = new Random(20261121);
        var signs = "+-:$*_#,(!=%~>|\r\n0123456789"u8.ToArray();
        for (var round = 0; round < 200_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(Samples[random.Next(Samples.Length)] + Samples[random.Next(Samples.Length)]);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = random.Next(4) == 0 ? (byte)random.Next(256) : signs[random.Next(signs.Length)];
            ReadAll(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
        }
    }

    [Fact]
    public void TryScan_Noise_IsAValueOrAnError()
    {
        var random = new Random(4);
        var bytes = new byte[64];
        for (var round = 0; round < 100_000; round++)
        {
            random.NextBytes(bytes);
            ReadAll(bytes);
        }
    }

    [Fact]
    public void TryScan_NestedTooDeep_IsRefused()
    {
        Scanner().TryScan(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("*1\r\n", MaxDepth)) + ":1\r\n"), out _).ShouldBeTrue();
        Should.Throw<RespFormatException>(() =>
            Scanner().TryScan(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("*1\r\n", MaxDepth + 1))), out _)).Message.ShouldContain("8 levels");
    }

    [Theory]
    [InlineData("$1048577\r\n")]
    [InlineData("$4294967296\r\n")]
    [InlineData("*1048576\r\n")]
    [InlineData("%9999999999\r\n")]
    public void TryScan_AnnouncedTooLarge_IsRefusedBeforeItComes(string reply) =>
        Should.Throw<RespFormatException>(() => Scanner().TryScan(Encoding.UTF8.GetBytes(reply), out _)).Message.ShouldContain("MaxReplyBytes");

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("$?\r\n")]
    [InlineData("*?\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("%-1\r\n")]
    [InlineData("$3\r\nabcd\r\n")]
    [InlineData("+a\rb\r\n")]
    [InlineData("$\r\n")]
    public void TryScan_NoResp_IsRefused(string reply) =>
        Should.Throw<RespFormatException>(() => Scanner().TryScan(Encoding.UTF8.GetBytes(reply), out _));

    private static void ReadAll(ReadOnlySpan<byte> bytes)
    {
        var scanner = Scanner();
        try
        {
            while (scanner.TryScan(bytes, out var length))
            {
                length.ShouldBeInRange(1, bytes.Length);
                Read(bytes[..length]);
                bytes = bytes[length..];
                scanner.Reset();
            }
        }
        catch (RespFormatException)
        {
            // as it should be
        }
    }

    // Each way to read it, and each to its end or to an error.
    private static void Read(ReadOnlySpan<byte> reply)
    {
        var skipping = new RespReader(reply);
        skipping.Skip();
        skipping.IsAtEnd.ShouldBeTrue();
        for (var way = 0; way < 5; way++)
        {
            var reader = new RespReader(reply);
            try
            {
                Read(ref reader, way);
            }
            catch (Exception error) when (error is RespFormatException or RedisServerException)
            {
                // as it should be
            }
        }
    }

    private static void Read(ref RespReader reader, int way)
    {
        switch (way)
        {
            case 0: reader.ReadBytes(); break;
            case 1: reader.ReadInteger(); break;
            case 2: reader.ReadDouble(); break;
            case 3: reader.ReadBoolean(); break;
            default:
                for (var left = reader.ReadMapLength() * 2; left > 0; left--) reader.Skip();
                break;
        }
    }

    private static RespScanner Scanner()
    {
        var scanner = new RespScanner(MaxBytes, MaxDepth);
        scanner.Reset();
        return scanner;
    }
}
