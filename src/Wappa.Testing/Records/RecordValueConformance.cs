using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>What is written is what is read, type-exact: no text becomes a number, no number a text, nothing is
/// rounded.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordValueConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private const string Texts = "\"1\"|\"0\"|\"null\"|\"\"|\"1234567890\"|\"2025-01-15T10:30:00Z\"|\"true\"|\"{}\"|\"+49 123\"|\" \"";
    private const string Scalars = "1|0|-1|1.0|1.10|-0|0.1|1e3|1E-7|9007199254740993|18446744073709551616|" +
        "79228162514264337593543950335|0.1234567890123456789012345678901234567890|true|false|null";

    private const string Structures = """[]|{}|[[]]|[{}]|[null]|[1,"1",1.0,true,null]|{"a":{"b":[{"c":null}]}}|{"":""}|["]","}"]""";

    /// <summary>One JSON value a line, as it is stored.</summary>
    public static TheoryData<string> Values => [.. Texts.Split('|'), .. Scalars.Split('|'), .. Structures.Split('|')];

    /// <summary>Field names a backend could trip over.</summary>
    public static TheoryData<string> FieldNames =>
    [
        "", " ", "$", "$$", "$ttl", "$rev", "$$ttl", "_", "a.b", "a:b", "a b", "\"", "\\", "a\"b", "a\\",
        "/", "{", "}", "[0]", "*", "?", "\t", "\n",
        "\u0001", "é", "e\u0301", "日本", "🍕", "__proto__", "1", "0", "null", "Size", "SIZE", "size",
        new string('x', 1000),
    ];

    [Theory, MemberData(nameof(Values))]
    public async Task Value_OfAField_ComesBackToTheLetter(string json)
    {
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            await Records(kind).SetAsync("set", Json($$"""{"before":0,"v":{{json}},"after":0}"""));
            await Records(kind).SetFieldAsync("field", "v", JsonDocument.Parse(json).RootElement);
            await Records(kind).MergeAsync("merge", Json($$"""{"v":{{json}}}"""));
            await Records(kind).AppendToListAsync("append", "list", JsonDocument.Parse(json).RootElement);

            foreach (var name in (string[])["set", "field", "merge"])
                (await Records(kind).GetAsync(name))!.RawField("v").ShouldBe(json);
            (await Records(kind).GetAsync("append")).ShouldBeJson($$"""{"list":[{{json}}]}""");
            (await Records(kind).GetFieldAsync<JsonElement?>("set", "v") is null).ShouldBe(json == "null");
        }
    }

    [Fact]
    public async Task Values_OfEachType_ComeBackExactly()
    {
        await RoundTripAsync("1");
        await RoundTripAsync("");
        await RoundTripAsync("null");
        await RoundTripAsync("a\0b\u0001\"\\/\u2028é🍕\ufeff");
        await RoundTripAsync(1);
        await RoundTripAsync(long.MaxValue);
        await RoundTripAsync(long.MinValue);
        await RoundTripAsync(ulong.MaxValue);
        await RoundTripAsync(9007199254740993L);
        await RoundTripAsync(0.1);
        await RoundTripAsync(double.MaxValue);
        await RoundTripAsync(double.Epsilon);
        await RoundTripAsync(1.0 / 3);
        await RoundTripAsync(0.1f);
        await RoundTripAsync(decimal.MaxValue);
        await RoundTripAsync(0.0000000000000000000000000001m);
        await RoundTripAsync(true);
        await RoundTripAsync('x');
        await RoundTripAsync(DayOfWeek.Friday);
        await RoundTripAsync(Guid.Parse("b4c5a9a0-0000-4000-8000-1234567890ab", CultureInfo.InvariantCulture));
        await RoundTripAsync(new DateTime(2025, 1, 15, 10, 30, 0, DateTimeKind.Utc).AddTicks(1));
        await RoundTripAsync(new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.FromHours(5.5)).AddTicks(1));
        await RoundTripAsync(new DateOnly(2025, 1, 15));
        await RoundTripAsync(new TimeOnly(10, 30, 0, 1));
        await RoundTripAsync(TimeSpan.FromTicks(1234567890123));
        await RoundTripAsync<int?>(null);
        await RoundTripAsync<int?>(0);
        await RoundTripAsync<string?>(null);
        await RoundTripAsync(new byte[] { 0, 1, 255 });
        await RoundTripAsync(new[] { 1, 2, 3 });
        await RoundTripAsync(Array.Empty<int>());
        await RoundTripAsync(new List<string?> { "a", null, "" });
        await RoundTripAsync(new Dictionary<string, int> { ["Key As Is"] = 1, [""] = 2, ["$x"] = 3 });
    }

    [Fact]
    public async Task Decimal_KeepsItsTrailingZeros()
    {
        await Me.State.SetAsync("r", new { price = 15.990m });

        (await Me.State.GetAsync("r"))!.RawField("price").ShouldBe("15.990");
        (await Me.State.GetFieldAsync<decimal>("r", "price")).ToString(CultureInfo.InvariantCulture).ShouldBe("15.990");
    }

    [Theory, MemberData(nameof(FieldNames))]
    public async Task FieldName_OfAnyKind_WorksInEveryOperation(string field)
    {
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            var cache = Records(kind);
            await cache.SetAsync("r", Json("""{"other":1}"""), TimeSpan.FromMinutes(1));
            await cache.SetFieldAsync("r", field, "text");
            (await cache.GetFieldAsync<string>("r", field)).ShouldBe("text");
            (await cache.TryGetFieldAsync<string>("r", field + "x")).IsHit.ShouldBeFalse();
            (await cache.GetAsync("r"))!.FieldNames.ShouldBe(["other", field], ignoreOrder: true);
            (await cache.GetAsync<Dictionary<string, JsonElement>>("r"))![field].GetString().ShouldBe("text");
            await cache.SetFieldsAsync("r", new Dictionary<string, object?> { [field] = 1 });
            (await cache.IncrementFieldAsync("r", field)).ShouldBe(2);
            (await cache.RemoveFieldAsync("r", field)).ShouldBeTrue();
            (await cache.AppendToListAsync("r", field, 1)).ShouldBe(1);
            await cache.MergeAsync("r", new Dictionary<string, object?> { [field] = null });
            (await cache.TryGetFieldAsync<string>("r", field)).IsHit.ShouldBeTrue();
            await cache.SetAsync("r", new Dictionary<string, int> { [field] = 7 });
            (await cache.GetFieldAsync<int>("r", field)).ShouldBe(7);
            (await cache.RemoveFieldAsync("r", field)).ShouldBeTrue();
            (await cache.GetAsync("r")).ShouldBeJson("{}");
            ShouldLive(await cache.GetTtlAsync("r"), null);
        }
    }

    [Fact]
    public async Task FieldName_WithHalfASurrogatePair_IsRefused()
    {
        await Me.State.SetAsync("r", Json("""{"a":1}"""));

        await Should.ThrowAsync<ArgumentException>(async () => await Me.State.SetFieldAsync("r", "\ud800", 1));

        (await Me.State.GetAsync("r")).ShouldBeJson("""{"a":1}""");
    }

    [Fact]
    public async Task Names_OfProperties_AreSnakeCaseUnlessConfigured()
    {
        await Me.User.SetAsync("stats",
            new { MessageCount = 1, LastSeenAt = "x", URL = "u", Inner = new { SomeList = new[] { 1 } } });
        (await Me.User.GetAsync("stats")).ShouldBeJson(
            """{"message_count":1,"last_seen_at":"x","url":"u","inner":{"some_list":[1]}}""");

        var serializer = new CacheSerializer(options => options.PropertyNamingPolicy = null);
        var pascal = new CachingOptions { Serializer = serializer };
        await CacheFactory.Over(Store, pascal).ForUser(Tenant, UserId).User.SetAsync("stats", new { MessageCount = 1 });
        (await Me.User.GetAsync("stats")).ShouldBeJson("""{"MessageCount":1}""");
    }

    [Fact]
    public Task Document_Generated_ComesBackToTheLetter() => ForAllAsync(JsonGenerator.Objects, async json =>
    {
        var expected = Json(json);
        await Me.State.SetAsync("document", expected);
        (await Me.State.GetAsync("document")).ShouldBeJson(expected.ToString());
        (await Table.MergeAsync("t", "merged", expected)).ShouldBeGreaterThan(0);
        (await Table.GetAsync("t", "merged")).ShouldBeJson(expected.ToString());
        await Table.DeleteAsync("t", "merged");
    });

    [Fact]
    public Task Json_Generated_ComesBackEqual() => ForAllAsync(JsonGenerator.Objects, async json =>
    {
        var element = JsonDocument.Parse(json).RootElement;
        await Me.State.SetAsync("element", element);
        JsonElement.DeepEquals((await Me.State.GetAsync<JsonElement>("element")), element).ShouldBeTrue(json);
        await Me.User.SetAsync("node", JsonNode.Parse(json)!.AsObject());
        JsonNode.DeepEquals(await Me.User.GetAsync<JsonNode>("node"), JsonNode.Parse(json)).ShouldBeTrue(json);
        (await Me.User.GetAsync("node")).ShouldBeJson((await Me.State.GetAsync("element"))!.ToString());
    });

    [Fact]
    public Task Fields_Generated_AreFoundByName() => ForAllAsync(JsonGenerator.Objects, async json =>
    {
        await Me.State.SetAsync("fields", Json(json));
        foreach (var field in JsonDocument.Parse(json).RootElement.EnumerateObject())
        {
            var read = await Me.State.TryGetFieldAsync<JsonElement>("fields", field.Name);
            read.IsHit.ShouldBeTrue(field.Name);
            if (field.Value.ValueKind != JsonValueKind.Null)
                JsonElement.DeepEquals(read.Value, field.Value).ShouldBeTrue(json);
            (await Me.State.RemoveFieldAsync("fields", field.Name)).ShouldBeTrue(field.Name);
        }

        (await Me.State.GetAsync("fields")).ShouldBeJson("{}");
    });

    // FsCheck names the seed to replay, and the smallest JSON it could shrink the failure to.
    private static Task ForAllAsync(Arbitrary<string> values, Func<string, Task> holds) => Task.Factory.StartNew(
        () => Check.One(Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(12).WithQuietOnSuccess(true),
            Prop.ForAll(values, holds)),
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task RoundTripAsync<T>(T value)
    {
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            await Records(kind).SetFieldAsync("field", "v", value);
            ShouldBeSame(await Records(kind).GetFieldAsync<T>("field", "v"), value);
            await Records(kind).SetAsync("holder", new Holder<T>(value));
            ShouldBeSame((await Records(kind).GetAsync<Holder<T>>("holder"))!.Value, value);
            await Records(kind).AppendToListAsync("list", "v", value, maxLength: 1);
            ShouldBeSame((await Records(kind).GetFieldAsync<T[]>("list", "v")).ShouldHaveSingleItem(), value);
        }
    }

    private static void ShouldBeSame<T>(T? actual, T expected)
    {
        actual.ShouldBe(expected);
        if (expected is DateTime or DateTimeOffset or decimal)
            JsonSerializer.Serialize(actual)
                .ShouldBe(JsonSerializer.Serialize(expected)); // kind and offset, which equality ignores
    }

    private sealed record Holder<T>(T Value);
}
