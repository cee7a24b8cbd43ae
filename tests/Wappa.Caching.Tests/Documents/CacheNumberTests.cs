using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Wappa.Caching.Tests.Documents;

public sealed class CacheNumberTests
{
    [Fact]
    public void From_KeepsTheKindAndTheValue()
    {
        CacheNumber.From(5L).ToInt64().ShouldBe(5);
        CacheNumber.From(1.50m).ToDecimal().ShouldBe(1.5m);
        CacheNumber.From(0.1).ToDouble().ShouldBe(0.1);
        Should.Throw<InvalidOperationException>(() => CacheNumber.From(5L).ToDecimal()).Message.ShouldContain("Whole");
        Should.Throw<InvalidOperationException>(() => CacheNumber.From(5m).ToDouble());
        Should.Throw<InvalidOperationException>(() => CacheNumber.From(5.0).ToInt64());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void From_NotFinite_IsRefused(double value) =>
        Should.Throw<ArgumentException>(() => CacheNumber.From(value));

    [Fact]
    public void ToString_IsTheJsonText()
    {
        CacheNumber.From(long.MinValue).ToString().ShouldBe("-9223372036854775808");
        CacheNumber.From(decimal.MinValue).ToString().ShouldBe("-79228162514264337593543950335");
        CacheNumber.From(-0.0000000000000000000000000001m).ToString().ShouldBe("-0.0000000000000000000000000001");
        CacheNumber.From(1.10m).ToString().ShouldBe("1.10");
        CacheNumber.From(0.1).ToString().ShouldBe("0.1");
        CacheNumber.From(double.MinValue).ToString().ShouldBe("-1.7976931348623157E+308");
        CacheNumber.From(-double.Epsilon).ToString().ShouldBe("-5E-324");
    }

    [Fact]
    public void ToString_IsTheSameInEveryCulture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("")
            {
                NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" },
            };

            CacheNumber.From(-1.5m).ToString().ShouldBe("-1.5");
            CacheNumber.From(-1.5).ToString().ShouldBe("-1.5");
            Increment("-2", CacheNumber.From(-1)).ShouldBe("-3");
            Increment("-2.5", CacheNumber.From(-1.5m)).ShouldBe("-4.0");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Increment_ByWholeNumbers_IsExactOrRefused() => Prop.ForAll<long, long>((stored, by) =>
    {
        var sum = (Int128)stored + by;
        if (sum == (long)sum) Increment(Text(stored), CacheNumber.From(by)).ShouldBe(Text((long)sum));
        else Should.Throw<CacheTypeException>(() => Increment(Text(stored), CacheNumber.From(by)));
    }).Check();

    [Theory]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MinValue, -1)]
    [InlineData(long.MinValue, long.MinValue)]
    [InlineData(long.MaxValue, long.MinValue)]
    [InlineData(-1, long.MinValue)]
    public void Increment_AtTheEdges_IsExactOrRefused(long stored, long by)
    {
        var sum = (Int128)stored + by;
        if (sum == (long)sum) Increment(Text(stored), CacheNumber.From(by)).ShouldBe(Text((long)sum));
        else Should.Throw<CacheTypeException>(() => Increment(Text(stored), CacheNumber.From(by)))
            .Message.ShouldContain("64 bits");
    }

    [Fact]
    public void Increment_ByDecimals_IsExactOrRefused() => Prop.ForAll<decimal, decimal>((stored, by) =>
    {
        try
        {
            var sum = decimal.Parse(Increment(stored.ToString(CultureInfo.InvariantCulture), CacheNumber.From(by)),
                CultureInfo.InvariantCulture);
            Exact(sum).ShouldBe(Exact(stored) + Exact(by));
        }
        catch (CacheTypeException)
        {
            // Refused: then what decimals make of it is not the sum, or they make nothing of it.
            try
            {
                Exact(stored + by).ShouldNotBe(Exact(stored) + Exact(by));
            }
            catch (OverflowException)
            {
                // beyond their range
            }
        }
    }).Check();

    [Fact]
    public void Increment_ByDoubles_ReadsBackTheSame() => Prop.ForAll<NormalFloat, NormalFloat>((stored, by) =>
    {
        var sum = stored.Get + by.Get;
        if (!double.IsFinite(sum)) return;
        var text = Increment(stored.Get.ToString("R", CultureInfo.InvariantCulture), CacheNumber.From(by.Get));
        double.Parse(text, CultureInfo.InvariantCulture).ShouldBe(sum);
    }).Check();

    [Theory]
    [InlineData("\"1\"", "a string")]
    [InlineData("{}", "an object")]
    [InlineData("[]", "an array")]
    [InlineData("true", "true or false")]
    [InlineData("1.0", "not written as a whole number")]
    [InlineData("1e3", "not written as a whole number")]
    [InlineData("99999999999999999999", "beyond its range")]
    public void Increment_OfSomethingElse_NamesItsKindAndNotItsValue(string stored, string kind)
    {
        var error = Should.Throw<CacheTypeException>(() => Increment(stored, CacheNumber.From(1)));

        error.Message.ShouldContain(kind);
        error.Message.ShouldContain("nothing changed");
        error.Message.ShouldNotContain("9999");
    }

    // In units of 10^-28, in which every decimal is whole.
    private static System.Numerics.BigInteger Exact(decimal value)
    {
        var bits = decimal.GetBits(value);
        var scale = (bits[3] >> 16) & 0x7f;
        var whole = new System.Numerics.BigInteger(new decimal(bits[0], bits[1], bits[2], value < 0, 0));
        return whole * System.Numerics.BigInteger.Pow(10, 28 - scale);
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Increment(string stored, CacheNumber by)
    {
        var document = CacheDocument.Parse($$"""{"n":{{stored}}}""").Increment("n", by, out var result);
        document.ToString().ShouldBe($$"""{"n":{{result}}}""");
        return result.ToString();
    }
}
