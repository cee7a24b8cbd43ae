using System.Text;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>What a command becomes on the wire.</summary>
public sealed class CommandWriterTests
{
    private delegate void Writing(ref CommandWriter writer);

    [Theory]
    [InlineData("", "$0\r\n\r\n")]
    [InlineData("key", "$3\r\nkey\r\n")]
    [InlineData("a\r\nb", "$4\r\na\r\nb\r\n")]
    [InlineData("größe", "$7\r\ngröße\r\n")]
    [InlineData("🍕", "$4\r\n🍕\r\n")]
    public void Write_Text_IsItsUtf8(string argument, string expected) =>
        Encoded((ref writer) =>
        {
            writer.Begin("GET"u8, 1);
            writer.Write(argument);
        }).ShouldBe("*2\r\n$3\r\nGET\r\n" + expected);

    [Theory]
    [InlineData(0, "$1\r\n0\r\n")]
    [InlineData(long.MinValue, "$20\r\n-9223372036854775808\r\n")]
    [InlineData(long.MaxValue, "$19\r\n9223372036854775807\r\n")]
    public void Write_Number_IsItsDigits(long argument, string expected) =>
        Encoded((ref writer) =>
        {
            writer.Begin("INCRBY"u8, 2);
            writer.Write("k"u8);
            writer.Write(argument);
        }).ShouldBe("*3\r\n$6\r\nINCRBY\r\n$1\r\nk\r\n" + expected);

    [Fact]
    public void Write_TwoParts_AreOneArgument() =>
        Encoded((ref writer) =>
        {
            writer.Begin("GET"u8, 1);
            writer.Write("u:"u8, "abcdefgh"u8);
        }).ShouldBe("*2\r\n$3\r\nGET\r\n$10\r\nu:abcdefgh\r\n");

    [Theory]
    [InlineData(9)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(99_999)]
    public void Write_AnyLength_SaysItRightly(int length) =>
        Encoded((ref writer) =>
        {
            writer.Begin("GET"u8, 1);
            writer.Write(new string('x', length));
        }).ShouldBe($"*2\r\n$3\r\nGET\r\n${length}\r\n{new string('x', length)}\r\n");

    [Fact]
    public void Write_HalfASurrogatePair_IsRefused() =>
        Should.Throw<ArgumentException>(() => Encoded((ref writer) =>
        {
            writer.Begin("GET"u8, 1);
            writer.Write("a\ud83c");
        }));

    [Fact]
    public void Write_MoreThanAnnounced_IsRefused() =>
        Should.Throw<InvalidOperationException>(() => Encoded((ref writer) =>
        {
            writer.Begin("GET"u8, 1);
            writer.Write("a"u8);
            writer.Write("b"u8);
        }));

    [Fact]
    public void ThrowIfIncomplete_FewerThanAnnounced_Throws() =>
        Should.Throw<InvalidOperationException>(() => Encoded((ref writer) => writer.Begin("GET"u8, 1)));

    [Fact]
    public void BeginScript_TheSecondTime_SendsTheHash()
    {
        var script = new RedisScript("return 1");
        var scripts = new ScriptTable();
        var call = new ScriptCall<Run>(script, new Run("k"));

        Encoded((ref writer) => call.Write(ref writer), scripts).ShouldBe("*4\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$1\r\nk\r\n");
        Encoded((ref writer) => call.Write(ref writer), scripts)
            .ShouldBe("*4\r\n$7\r\nEVALSHA\r\n$40\r\ne0e1f9fabfc9d4800c877a703b823ac0578ff8db\r\n$1\r\n1\r\n$1\r\nk\r\n");
    }

    [Fact]
    public void Forget_OfAnEarlierSending_ChangesNothing()
    {
        var script = new RedisScript("return 2");
        var scripts = new ScriptTable();
        scripts.Use(script).IsFirst.ShouldBeTrue();
        var old = scripts.Use(script);
        scripts.Forget(old);
        var again = scripts.Use(script);
        again.IsFirst.ShouldBeTrue();

        scripts.Forget(old);

        scripts.Use(script).IsFirst.ShouldBeFalse();
    }

    private static string Encoded(Writing write, ScriptTable? scripts = null)
    {
        var buffer = new OutgoingBuffer();
        var writer = new CommandWriter(buffer, scripts ?? new ScriptTable());
        write(ref writer);
        writer.ThrowIfIncomplete();
        return Encoding.UTF8.GetString(buffer.Written.Span);
    }
}
