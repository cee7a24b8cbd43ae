using System.Text;
using Wappa.Caching.Json.Import;

namespace Wappa.Caching.Json.Tests.Import;

/// <summary>What one file of the original holds.</summary>
public sealed class OriginalFileTests
{
    private const long Now = 1_736_937_000_000; // 2025-01-15T10:30:00.000Z

    private static readonly TimeZoneInfo InBogota =
        TimeZoneInfo.CreateCustomTimeZone("Bogota", TimeSpan.FromHours(-5), "Bogota", "Bogota");

    [Fact]
    public void Read_AUsersFile_IsTheProfile()
    {
        var file = Read(OriginalKind.Users, "hotel123_1234567890.json",
            """
            {
              "_metadata": {"created_at": "2025-01-15T10:00:00.123456", "expires_at": null, "version": "1.0"},
              "data": {
                "hotel123:user:1234567890": {"phone_number": "1234567890", "message_count": 7, "last_seen": "2025-01-15T09:59:59.5"}
              }
            }
            """);

        file.Path.ShouldBe("users/hotel123_1234567890.json");
        file.Problem.ShouldBe("");
        var record = file.Records.ShouldHaveSingleItem();
        record.Key.ShouldBe(RecordKey.User("hotel123", "1234567890"));
        record.ExpiresAt.ShouldBe(0);
        record.Document.ToString().ShouldBe(
            """{"phone_number":"1234567890","message_count":7,"last_seen":"2025-01-15T09:59:59.5"}""");
    }

    [Fact]
    public void Read_AStatesFile_IsAStateForEachHandler() =>
        Keys(OriginalKind.States, "hotel123_+49 1_state.json", "hotel123:state:wappa:+49 1", "hotel123:state:pizza_order:+49 1")
            .ShouldBe([
                RecordKey.State("hotel123", "+49 1", "wappa"), RecordKey.State("hotel123", "+49 1", "pizza_order")]);

    [Fact]
    public void Read_ATablesFile_IsARowForEachKey() =>
        Keys(OriginalKind.Tables, "hotel123_tables.json", "hotel123:df:message_history:pkid:1", "hotel123:df:a@v2:pkid:x_y",
                "hotel123:df:stats:pkid:", "hotel123:df:t:pkid:a:pkid:b")
            .ShouldBe([
                RecordKey.Table("hotel123", TableKey.Row("message_history", "1")),
                RecordKey.Table("hotel123", TableKey.Row("a@v2", "x_y")),
                RecordKey.Table("hotel123", TableKey.Table("stats")),
                RecordKey.Table("hotel123", TableKey.Row("t", "a:pkid:b"))]);

    [Fact]
    public void Read_AnAgentsFile_IsAStateUnderAHandlerOfItsOwn() =>
        Keys(OriginalKind.AgentStates, "hotel123_1_ai_state.json", "hotel123:aistate:sales:1")
            .ShouldBe([RecordKey.State("hotel123", "1", "aistate:sales")]);

    [Theory]
    [InlineData("a_b:user:c", "a_b", "c")]
    [InlineData("a:user:b_c", "a", "b_c")]
    [InlineData("a:user:b:user:c", "a", "b:user:c")]
    [InlineData("50%:user:%3A", "50%", "%3A")]
    public void Read_AKeyOfUsers_IsNotUnescaped(string key, string tenant, string user) =>
        Keys(OriginalKind.Users, "x_y.json", key).ShouldBe([RecordKey.User(tenant, user)]);

    [Fact]
    public void Read_AKeyThatCanBeReadTwoWays_IsReadAsTheFileIsNamed()
    {
        Keys(OriginalKind.Users, "a:user:b_c.json", "a:user:b:user:c").ShouldBe([RecordKey.User("a:user:b", "c")]);
        Keys(OriginalKind.States, "a_b:c_state.json", "a:state:h:b:c").ShouldBe([RecordKey.State("a", "b:c", "h")]);
        Keys(OriginalKind.States, "a_c_state.json", "a:state:h:b:c").ShouldBe([RecordKey.State("a", "c", "h:b")]);
        Keys(OriginalKind.States, "renamed_state.json", "a:state:h:b:c").ShouldBe([RecordKey.State("a", "c", "h:b")]);
        Keys(OriginalKind.Tables, "a:df:b_tables.json", "a:df:b:df:t:pkid:1")
            .ShouldBe([RecordKey.Table("a:df:b", TableKey.Row("t", "1"))]);
    }

    [Theory]
    [InlineData("null", 0)]
    [InlineData("\"\"", 0)]
    [InlineData("0", 0)]
    [InlineData("\"2025-01-15T05:30:00.001999\"", Now + 1)]
    [InlineData("\"2025-01-15T06:30:00\"", Now + 3_600_000)]
    [InlineData("\"2025-01-15T11:30:00+00:00\"", Now + 3_600_000)]
    [InlineData("\"2025-01-15T11:30:00Z\"", Now + 3_600_000)]
    [InlineData("1736940600", Now + 3_600_000)]
    [InlineData("1736940600.5", Now + 3_600_500)]
    [InlineData("1e300", 253_402_300_799_999)]
    [InlineData("\"9999-12-31T23:59:59\"", 253_402_300_799_999)]
    public void Read_AnExpiry_IsOneForAllRecords(string expiresAt, long expected)
    {
        var file = Read(OriginalKind.Users, "a_b.json", File(expiresAt, "{\"a:user:b\":{},\"a:user:c\":{}}"));

        file.Problem.ShouldBe("");
        file.Records.Select(record => record.ExpiresAt).ShouldBe([expected, expected]);
        file.Expired.ShouldBe(0);
    }

    [Theory]
    [InlineData("\"2025-01-15T05:30:00\"")]
    [InlineData("\"2025-01-15T05:29:59.999999\"")]
    [InlineData("\"1970-01-01T00:00:00Z\"")]
    [InlineData("\"0001-01-01T00:00:00\"")]
    [InlineData("1736937000")]
    [InlineData("0.0001")]
    [InlineData("-1e300")]
    public void Read_AnExpiryThatHasCome_LeavesTheRecordsOut(string expiresAt)
    {
        var file = Read(OriginalKind.Users, "a_b.json", File(expiresAt, "{\"a:user:b\":{},\"a:user:c\":{}}"));

        file.Records.ShouldBeEmpty();
        file.Expired.ShouldBe(2);
        file.Problem.ShouldBe("");
    }

    [Theory]
    [InlineData("\"soon\"")]
    [InlineData("true")]
    [InlineData("{\"x\":1}")]
    public void Read_AnExpiryThatIsNoDate_KeepsTheRecordsAndSaysSo(string expiresAt)
    {
        var file = Read(OriginalKind.Users, "a_b.json", File(expiresAt, "{\"a:user:b\":{}}"));

        file.Records.ShouldHaveSingleItem().ExpiresAt.ShouldBe(0);
        file.Problem.ShouldContain("expires_at");
    }

    [Fact]
    public void Read_RecordsThatCannotBeKept_AreNumberedAndTheOthersKept()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 64)) + "{}" + new string('}', 64);
        var file = Read(OriginalKind.Users, "a_b.json", File("null",
            $$"""
            {"secret:usr:1":{}, "a:user:b":{"x":1}, "a:user:2":[1], "a:user:":{}, "a:user:secret\u0001":{},
             "{{new string('s', 300)}}:user:b":{}, "\ud800":{}, "a:user:8":{{deep}}, "a:user:b":{"x":2}, "a:user:9":{"\ud800":1} }
            """));

        file.Records.ShouldHaveSingleItem().Document.ToString().ShouldBe("""{"x":1}""");
        file.Problem.ShouldNotContain("secret");
        file.Problem.ShouldBe(
            "Record 1 has a key of no known form. Record 3 is not an object. " +
            "Record 4 has a key that is not valid here: The user id is empty; it needs 1 to 256 characters. " +
            "Record 5 has a key that is not valid here: The user id holds the control character U+0001 at position 6; remove it. " +
            "Record 6 has a key that is not valid here: The tenant has 300 characters; the limit is 256. Hash the variable part of it. " +
            "Record 7 has a key of no known form. Record 8 has more than 64 levels, or a field whose name is no text. " +
            "Record 9 has the same key here as one before it. Record 10 has more than 64 levels, or a field whose name is no text.");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{", "ends in the middle")]
    [InlineData("""{"_metadata":{},"data":{"a:user:b":{"x":""", "ends in the middle")]
    [InlineData("""{"_metadata":{},"data":{"a:user:b":{"x":NaN}}}""", "not JSON (line 1")]
    [InlineData("""{"_metadata":{},"data":{}}x""", "not JSON")]
    [InlineData("""{"_metadata":{}}""", "no \"data\"")]
    [InlineData("""{"_metadata":{},"data":null}""", "no \"data\"")]
    [InlineData("[]", "no \"data\"")]
    [InlineData("1", "no \"data\"")]
    [InlineData("{\"data\":{}}\0", "NUL")]
    public void Read_AFileThatIsDamaged_HasNoRecordsAndSaysWhy(string content, string problem)
    {
        var file = Read(OriginalKind.Users, "a_b.json", content);

        file.Records.ShouldBeEmpty();
        file.Expired.ShouldBe(0);
        file.Problem.ShouldContain(problem);
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows()
    {
        var random = new Random(21);
        var pieces = (string[])["{", "}", "[", "]", ",", ":", "\"data\"", "\"_metadata\"", "\"a:user:b\"", "\"expires_at\"", "\"\\ud800\"", "1e999",
            "null", "{}", "\"d\\ud800ta\"", "\"2025-01-15\"", " "];
        for (var round = 0; round < 20_000; round++)
        {
            var text = "{" + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            Read(OriginalKind.Users, "a_b.json", text).ShouldNotBeNull();
        }
    }

    private static string File(string expiresAt, string data) =>
        $$"""{"_metadata":{"created_at":"2025-01-15T05:00:00","expires_at":{{expiresAt}},"version":"1.0"},"data":{{data}} }""";

    private static IEnumerable<RecordKey> Keys(OriginalKind kind, string name, params string[] keys)
    {
        var file = Read(kind, name, File("null", $"{{{string.Join(',', keys.Select(key => $"\"{key}\":{{}}"))}}}"));
        file.Problem.ShouldBe("");
        return file.Records.Select(record => record.Key);
    }

    private static OriginalFile Read(OriginalKind kind, string name, string content) =>
        new OriginalFileReader(kind, name, Now, InBogota).Read(Encoding.UTF8.GetBytes(content));
}
