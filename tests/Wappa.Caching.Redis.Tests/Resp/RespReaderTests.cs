using System.Text;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>Replies of both protocols read alike.</summary>
public sealed class RespReaderTests
{
    [Theory]
    [InlineData("$5\r\nhello\r\n", "hello")]
    [InlineData("+OK\r\n", "OK")]
    [InlineData("$0\r\n\r\n", "")]
    [InlineData("=9\r\ntxt:hello\r\n", "hello")]
    [InlineData(":42\r\n", "42")]
    [InlineData(",1.5\r\n", "1.5")]
    [InlineData("(12345678901234567890\r\n", "12345678901234567890")]
    [InlineData("|1\r\n+ttl\r\n:3\r\n$1\r\nx\r\n", "x")]
    public void ReadBytes_AnyScalar_IsItsText(string reply, string expected) =>
        Encoding.UTF8.GetString(Reader(reply).ReadBytes()).ShouldBe(expected);

    [Theory]
    [InlineData("_\r\n")]
    [InlineData("$-1\r\n")]
    [InlineData("*-1\r\n")]
    public void TryReadNull_EachSpelling_IsNull(string reply)
    {
        var reader = Reader(reply);
        reader.TryReadNull().ShouldBeTrue();
        reader.IsAtEnd.ShouldBeTrue();
    }

    [Theory]
    [InlineData(":-7\r\n", -7)]
    [InlineData("$2\r\n12\r\n", 12)]
    [InlineData(":+9223372036854775807\r\n", long.MaxValue)]
    public void ReadInteger_NumbersAndTheirTexts_AreRead(string reply, long expected) => Reader(reply).ReadInteger().ShouldBe(expected);

    [Theory]
    [InlineData("$3\r\n1.0\r\n")]
    [InlineData("(12345678901234567890\r\n")]
    [InlineData("$0\r\n\r\n")]
    [InlineData("*0\r\n")]
    [InlineData("_\r\n")]
    public void ReadInteger_OfAnythingElse_Throws(string reply) =>
        Should.Throw<RespFormatException>(() => Reader(reply).ReadInteger());

    [Theory]
    [InlineData(",1.5\r\n", 1.5)]
    [InlineData(",inf\r\n", double.PositiveInfinity)]
    [InlineData(",-inf\r\n", double.NegativeInfinity)]
    [InlineData(",nan\r\n", double.NaN)]
    [InlineData("$4\r\n1e-3\r\n", 0.001)]
    public void ReadDouble_EachSpelling_IsRead(string reply, double expected) => Reader(reply).ReadDouble().ShouldBe(expected);

    [Theory]
    [InlineData("%1\r\n+a\r\n:1\r\n")]
    [InlineData("*2\r\n$1\r\na\r\n:1\r\n")]
    public void ReadMapLength_MapsAndArraysOfPairs_AreAlike(string reply)
    {
        var reader = Reader(reply);
        reader.ReadMapLength().ShouldBe(1);
        Encoding.UTF8.GetString(reader.ReadBytes()).ShouldBe("a");
        reader.ReadInteger().ShouldBe(1);
        reader.IsAtEnd.ShouldBeTrue();
    }

    [Fact]
    public void Skip_OfSomethingNested_PassesAllOfIt()
    {
        var reader = Reader("*2\r\n%1\r\n+a\r\n*2\r\n$-1\r\n~1\r\n#t\r\n!5\r\nERR x\r\n:5\r\n");
        reader.Skip();
        reader.ReadInteger().ShouldBe(5);
    }

    [Fact]
    public void ReadInteger_OfAnErrorInside_ThrowsTheServersError() =>
        Should.Throw<RedisServerException>(() =>
        {
            var reader = Reader("*1\r\n-WRONGTYPE no\r\n");
            reader.ReadArrayLength();
            reader.ReadInteger();
        }).Code.ShouldBe("WRONGTYPE");

    [Fact]
    public void ServerException_QuotingWhatWasSent_ShowsNoneOfIt()
    {
        var error = new RedisServerException("ERR unknown command 'FOO', with args beginning with: 'hotel123:user:555' "u8);
        error.Message.ShouldNotContain("hotel123");
        error.Message.ShouldNotContain("FOO");
        error.Text.ShouldContain("hotel123");
    }

    private static RespReader Reader(string reply) => new(Encoding.UTF8.GetBytes(reply));
}
