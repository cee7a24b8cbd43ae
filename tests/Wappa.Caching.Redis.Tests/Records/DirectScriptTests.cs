using System.Globalization;
using System.Text.Json;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>The scripts of single changes: what they answer and leave to the general script is what the memory store answers.</summary>
public sealed class DirectScriptTests : RedisFixture
{
    private const string Key = "hotel123:user:1234567890";
    private const int Limit = 220;

    private static readonly string[] Fields = ["n", "list", "$odd", "\u00e4\"\n", "text"];
    private static readonly string[] Values = ["1", "null", "\"a\"", "[1,\"x\\\"]\",{\"a\":[2]}]", "999999999999999", "9223372036854775806", "1.0", "true"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Changes_AtRandom_AreAnsweredAsByTheMemoryStore(int seed)
    {
        var random = new Random(seed);
        var options = new CachingOptions { MaxRecordBytes = Limit };
        using var memory = new MemoryDocumentStore(maxRecordBytes: Limit);
        var expected = CacheFactory.Over(memory, options).ForUser(Tenant, UserId).User;
        var actual = CacheFactory.Over(await Harness.CreateAsync(options), options).ForUser(Tenant, UserId).User;

        for (var i = 0; i < 400; i++)
        {
            var change = Change(random);
            (await AnswerAsync(() => change(actual))).ShouldBe(await AnswerAsync(() => change(expected)), $"change {i}");
            var document = await expected.GetAsync("profile");
            Sorted(await actual.GetAsync("profile")).ShouldBe(Sorted(document), $"change {i}");
            if (document is not null) (await BytesAsync()).ShouldBeGreaterThanOrEqualTo(document.ByteCount, $"change {i}");
        }
    }

    [Theory]
    [InlineData("5/10 7 a:b c")]
    [InlineData("5/10 7")]
    [InlineData("5/10  ")]
    [InlineData("5/10/list=7=1000000 x y z")]
    [InlineData("5/99999999999999999999")]
    [InlineData("5/")]
    [InlineData("9999999999999999999/1")]
    [InlineData("5/10 7 {0}")]
    [InlineData("5/10 7 a:1:{0}")]
    public async Task Metadata_SpoiledByHand_DoNotStandInTheWay(string meta)
    {
        await RawAsync(
            RecordKind.User, "HSET", Key, "n", "1", "list", "[1]", "$meta",
            string.Format(CultureInfo.InvariantCulture, meta, new string('z', 300)));

        (await Me.User.SetFieldAsync("profile", "text", "a")).ShouldBeTrue();
        (await Me.User.IncrementFieldAsync("profile", "n")).ShouldBe(2);
        (await Me.User.AppendToListAsync("profile", "list", 2)).ShouldBe(2);
        (await Store.GetAsync(Profile)).Revision.ShouldBeGreaterThan(1_000_000_000_000_000);
    }

    [Theory]
    [InlineData("""{"a":3,"b":4}""")]
    [InlineData("""{"a":3}""")]
    [InlineData("""{"a":3,"c":4}""")]
    [InlineData("""{"c":3,"d":4}""")]
    [InlineData("""{"a":3,"b":4,"c":5}""")]
    [InlineData("{}")]
    public async Task Set_OverARecord_LeavesNothingOfIt(string json)
    {
        await Store.ApplyAsync(Profile, new RecordChange.Set(Json("""{"a":1,"b":2}"""), TimeSpan.FromHours(1)));
        var before = await Store.GetAsync(Profile);
        await Store.ApplyAsync(Profile, new RecordChange.Set(Json(json)));

        var after = await Store.GetAsync(Profile);
        Sorted(after.Document).ShouldBe(Sorted(Json(json)));
        after.Ttl.ShouldBe(CacheTtl.NoExpiry);
        after.Revision.ShouldBeGreaterThan(before.Revision);
    }

    [Fact]
    public async Task Append_AfterAChangeByHand_CountsTheListAgain()
    {
        for (var i = 1; i <= 3; i++) (await Me.User.AppendToListAsync("profile", "list", i)).ShouldBe(i);
        await RawAsync(RecordKind.User, "HSET", Key, "list", "[1]");
        (await Me.User.AppendToListAsync("profile", "list", 2)).ShouldBe(2);
        (await Me.User.AppendToListAsync("profile", "other", 1)).ShouldBe(1);
        (await Me.User.AppendToListAsync("profile", "list", 3)).ShouldBe(3);
    }

    private static Func<IUserCache, Task<string>> Change(Random random)
    {
        var (field, value, number) = (Fields[random.Next(Fields.Length)], CacheDocumentOf(random), random.Next(-3, 1_000_000_000));
        TimeSpan? ttl = random.Next(4) == 0 ? TimeSpan.FromHours(1) : null;
        return random.Next(10) switch
        {
            0 => async cache => $"{await cache.SetAsync("profile", value, ttl)}",
            1 => async cache => $"{await cache.MergeAsync("profile", value, ttl) > 0}",
            2 or 3 => async cache => $"{await cache.SetFieldAsync("profile", field, number, ttl)}",
            4 or 5 => async cache => $"{await cache.IncrementFieldAsync("profile", field, number, ttl)}",
            6 or 7 => async cache => $"{await cache.AppendToListAsync("profile", "list", value, 1 + (number & 3), ttl)}",
            8 => async cache => $"{await cache.RemoveFieldAsync("profile", field)}",
            _ => async cache => number % 5 == 0 ? $"{await cache.DeleteAsync("profile")}" : $"{await cache.AppendToListAsync("profile", field, number)}",
        };
    }

    // A hash with a long value in it has no order.
    private static string? Sorted(CacheDocument? document) => document is null
        ? null
        : string.Join(' ', document.FieldNames.Order(StringComparer.Ordinal).Select(name => $"{name}={document.GetField<JsonElement>(name)}"));

    private static CacheDocument CacheDocumentOf(Random random)
    {
        var document = CacheDocument.Empty;
        for (var count = random.Next(3); count > 0; count--)
        {
            var value = Values[random.Next(Values.Length)];
            document = document.SetField(Fields[random.Next(Fields.Length)], System.Text.Encoding.UTF8.GetBytes(value));
        }

        return document;
    }

    private static async Task<string> AnswerAsync(Func<Task<string>> change)
    {
        try
        {
            return await change();
        }
        catch (Exception error) when (error is CacheTypeException or CacheLimitException)
        {
            return error.Message;
        }
    }

    private async Task<int> BytesAsync()
    {
        var meta = (string)(await RawAsync(RecordKind.User, "HGET", Key, "$meta"))!;
        return int.Parse(meta.Split('/', ' ')[1], CultureInfo.InvariantCulture);
    }
}
