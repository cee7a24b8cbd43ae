using System.Text.Json;
using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Increments: the type of the summand decides the arithmetic, and what does not fit changes
/// nothing.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordNumberConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    /// <summary>Stored JSON that no whole number can be added to.</summary>
    public static TheoryData<string> NotWhole =>
        ["\"text\"", "\"5\"", "\"\"", "1.0", "0.5", "1e3", "-2.0", "9223372036854775808", "true", "false", "[]", "[1]",
            "{}"];

    /// <summary>Stored JSON that is no number at all.</summary>
    public static TheoryData<string> NotNumbers => ["\"text\"", "\"5\"", "\"\"", "true", "false", "[]", "[1]", "{}"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Increment_MissingRecordOrField_CreatesFromZero(RecordKind kind)
    {
        (await Records(kind).IncrementFieldAsync("stats", "count")).ShouldBe(1);
        (await Records(kind).IncrementFieldAsync("stats", "count")).ShouldBe(2);
        (await Records(kind).IncrementFieldAsync("stats", "down", -5)).ShouldBe(-5);
        (await Records(kind).IncrementFieldAsync("stats", "price", 1.50m)).ShouldBe(1.50m);
        (await Records(kind).IncrementFieldAsync("stats", "rate", 0.25)).ShouldBe(0.25);

        var document = (await Records(kind).GetAsync("stats")).ShouldNotBeNull();
        document.RawField("count").ShouldBe("2");
        document.RawField("down").ShouldBe("-5");
        document.GetField<decimal>("price").ShouldBe(1.5m);
        document.RawField("rate").ShouldBe("0.25");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Increment_NullField_CountsAsMissing(RecordKind kind)
    {
        await Records(kind).SetAsync("stats", Json("""{"a":null,"b":null,"c":null,"d":7}"""));

        (await Records(kind).IncrementFieldAsync("stats", "a", 3)).ShouldBe(3);
        (await Records(kind).IncrementFieldAsync("stats", "b", 3.5m)).ShouldBe(3.5m);
        (await Records(kind).IncrementFieldAsync("stats", "c", 0.5)).ShouldBe(0.5);

        (await Records(kind).GetAsync("stats")).ShouldBeJson("""{"a":3,"b":3.5,"c":0.5,"d":7}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Increment_PresentField_AddsAndKeepsTheOthers(RecordKind kind)
    {
        await Records(kind).SetAsync("stats", Json("""{"name":"ann","count":40,"list":[1]}"""));

        (await Records(kind).IncrementFieldAsync("stats", "count", 2)).ShouldBe(42);
        (await Records(kind).IncrementFieldAsync("stats", "count", 0)).ShouldBe(42);
        (await Records(kind).IncrementFieldAsync("stats", "count", -50)).ShouldBe(-8);

        (await Records(kind).GetAsync("stats")).ShouldBeJson("""{"name":"ann","count":-8,"list":[1]}""");
    }

    [Fact]
    public async Task Increment_ByProperty_UsesItsNameInJson()
    {
        (await Me.User.IncrementFieldAsync<Stats>("stats", s => s.MessageCount)).ShouldBe(1);
        (await Me.User.IncrementFieldAsync<Stats>("stats", s => s.MessageCount, 4)).ShouldBe(5);
        (await Me.User.IncrementFieldAsync<Stats>("stats", s => s.TotalSpent, 15.99m)).ShouldBe(15.99m);
        (await Me.User.IncrementFieldAsync<Stats>("stats", s => s.AverageRating, 4.5)).ShouldBe(4.5);

        (await Me.User.GetAsync("stats"))
            .ShouldBeJson("""{"message_count":5,"total_spent":15.99,"average_rating":4.5}""");
    }

    [Theory]
    [InlineData("9007199254740992", 1, "9007199254740993")] // 2^53 + 1: no double holds it
    [InlineData("9007199254740993", 2, "9007199254740995")]
    [InlineData("9223372036854775806", 1, "9223372036854775807")]
    [InlineData("-9223372036854775807", -1, "-9223372036854775808")]
    [InlineData("9223372036854775807", long.MinValue, "-1")]
    [InlineData("-0", 1, "1")]
    public async Task Increment_WholeNumber_IsExactIn64Bits(string stored, long by, string expected)
    {
        await SetFieldAsync("n", stored);

        (await Me.User.IncrementFieldAsync("stats", "n", by)).ToString().ShouldBe(expected);

        (await Me.User.GetAsync("stats"))!.RawField("n").ShouldBe(expected);
    }

    [Theory]
    [InlineData("9223372036854775807", 1)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", -1)]
    [InlineData("-1", long.MinValue)]
    public async Task Increment_BeyondA64BitNumber_IsRefused(string stored, long by)
    {
        await SetFieldAsync("n", stored);

        await ShouldRefuseAsync(async () => await Me.User.IncrementFieldAsync("stats", "n", by));
    }

    [Theory, MemberData(nameof(NotWhole))]
    public async Task Increment_ByAWholeNumberOfSomethingElse_IsRefused(string stored)
    {
        await SetFieldAsync("n", stored);

        await ShouldRefuseAsync(async () => await Me.User.IncrementFieldAsync("stats", "n", 1));
    }

    [Theory]
    [InlineData("0.1", "0.2", "0.3")]
    [InlineData("5", "0.01", "5.01")]
    [InlineData("15.99", "-15.99", "0")]
    [InlineData("1.0", "1.05", "2.05")]
    [InlineData("1e3", "0.5", "1000.5")]
    [InlineData("79228162514264337593543950334", "1", "79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001", "0.0000000000000000000000000002")]
    public async Task Increment_Decimal_IsExact(string stored, string by, string expected)
    {
        await SetFieldAsync("n", stored);

        (await Me.User.IncrementFieldAsync("stats", "n", Decimal(by))).ShouldBe(Decimal(expected));

        (await Me.User.GetFieldAsync<decimal>("stats", "n")).ShouldBe(Decimal(expected));
    }

    [Theory]
    [InlineData("79228162514264337593543950335", "1")]
    [InlineData("79228162514264337593543950335", "0.1")]
    [InlineData("1e40", "1")]
    [InlineData("1e-40", "1")]
    [InlineData("0.12345678901234567890123456789012345", "1")]
    [InlineData("79228162514264337593543950335", "0.4")]
    public async Task Increment_DecimalThatCannotBeExact_IsRefused(string stored, string by)
    {
        await SetFieldAsync("n", stored);

        await ShouldRefuseAsync(async () => await Me.User.IncrementFieldAsync("stats", "n", Decimal(by)));
    }

    [Theory, MemberData(nameof(NotNumbers))]
    public async Task Increment_ByADecimalOrDoubleOfNoNumber_IsRefused(string stored)
    {
        await SetFieldAsync("n", stored);

        await ShouldRefuseAsync(async () => await Me.User.IncrementFieldAsync("stats", "n", 1.5m));
        await ShouldRefuseAsync(async () => await Me.User.IncrementFieldAsync("stats", "n", 1.5));
    }

    [Theory]
    [InlineData("0.1", 0.2, 0.30000000000000004)]
    [InlineData("1", 0.5, 1.5)]
    [InlineData("1.0", 1.0, 2.0)]
    [InlineData("1e3", 0.5, 1000.5)]
    [InlineData("9007199254740993", 0.0, 9007199254740992.0)] // a double's own precision, as asked for
    [InlineData("1e300", 1.0, 1e300)]
    [InlineData("4.9406564584124654E-324", 0.0, double.Epsilon)]
    public async Task Increment_Double_IsTheShortestTextThatReadsBackTheSame(string stored, double by, double expected)
    {
        await SetFieldAsync("n", stored);

        (await Me.User.IncrementFieldAsync("stats", "n", by)).ShouldBe(expected);

        (await Me.User.GetFieldAsync<double>("stats", "n")).ShouldBe(expected);
    }

    [Fact]
    public async Task Increment_DoubleBeyondItsRange_IsRefused()
    {
        await SetFieldAsync("n", "1.7976931348623157E+308");
        await ShouldRefuseAsync(async () => await Me.User.IncrementFieldAsync("stats", "n", double.MaxValue));
        await Should.ThrowAsync<ArgumentException>(async () =>
            await Me.User.IncrementFieldAsync("stats", "n", double.NaN));
        await Should.ThrowAsync<ArgumentException>(
            async () => await Me.User.IncrementFieldAsync("stats", "n", double.NegativeInfinity));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Increment_Refused_KeepsTtlToo(RecordKind kind)
    {
        await Records(kind).SetAsync("stats", Json("""{"n":"text"}"""), TimeSpan.FromMinutes(1));

        await Should.ThrowAsync<CacheTypeException>(
            async () => await Records(kind).IncrementFieldAsync("stats", "n", 1, TimeSpan.FromHours(1)));

        ShouldLive(await Records(kind).GetTtlAsync("stats"), TimeSpan.FromMinutes(1));
    }

    private static decimal Decimal(string text) => JsonSerializer.Deserialize<decimal>(text);

    private async Task SetFieldAsync(string field, string json) =>
        await Me.User.SetAsync("stats", CacheDocument.Empty.SetField(field, System.Text.Encoding.UTF8.GetBytes(json)));

    private async Task ShouldRefuseAsync(Func<Task> increment)
    {
        var before = await Me.User.TryGetAsync<CacheDocument>("stats");
        await increment.ShouldThrowAsync<CacheTypeException>();
        var after = await Me.User.TryGetAsync<CacheDocument>("stats");
        after.Value.ShouldBeJson(before.Value!.ToString());
        after.Revision.ShouldBe(before.Revision);
    }
}
