using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Appending to a list: order, length, the newest kept, and no list made of anything else.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordAppendConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    [Theory, MemberData(nameof(Kinds))]
    public async Task Append_MissingRecordOrField_CreatesAListOfOne(RecordKind kind)
    {
        (await Records(kind).AppendToListAsync("chat", "messages", "hi")).ShouldBe(1);
        (await Records(kind).AppendToListAsync("chat", "times", 7)).ShouldBe(1);

        (await Records(kind).GetAsync("chat")).ShouldBeJson("""{"messages":["hi"],"times":[7]}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Append_NullField_CountsAsMissing(RecordKind kind)
    {
        await Records(kind).SetAsync("chat", Json("""{"a":1,"messages":null,"z":2}"""));

        (await Records(kind).AppendToListAsync("chat", "messages", "hi")).ShouldBe(1);

        (await Records(kind).GetAsync("chat")).ShouldBeJson("""{"a":1,"messages":["hi"],"z":2}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Append_PresentList_AddsAtTheEnd(RecordKind kind)
    {
        await Records(kind).SetAsync("chat", Json("""{"messages":[],"other":1}"""));

        (await Records(kind).AppendToListAsync("chat", "messages", "one")).ShouldBe(1);
        (await Records(kind).AppendToListAsync("chat", "messages", "two")).ShouldBe(2);
        (await Records(kind).AppendToListAsync<string?>("chat", "messages", null)).ShouldBe(3);

        (await Records(kind).GetAsync("chat")).ShouldBeJson("""{"messages":["one","two",null],"other":1}""");
    }

    [Fact]
    public async Task Append_ItemsThatLookLikeStructure_AreKeptAsTheyAre()
    {
        await Me.State.AppendToListAsync("chat", "items", "],[\"");
        await Me.State.AppendToListAsync("chat", "items", new[] { new[] { 1, 2 }, [] });
        await Me.State.AppendToListAsync("chat", "items", new { a = "}", b = new { c = "{[,\\\"" } });
        await Me.State.AppendToListAsync("chat", "items", "");

        (await Me.State.AppendToListAsync("chat", "items", 1.0m, maxLength: 4)).ShouldBe(4);

        (await Me.State.GetAsync("chat")).ShouldBeJson(
            """{"items":[[[1,2],[]],{"a":"}","b":{"c":"{[,\\\""}},"",1.0]}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Append_WithMaxLength_KeepsTheNewest(RecordKind kind)
    {
        for (var i = 1; i <= 5; i++)
            (await Records(kind).AppendToListAsync("chat", "messages", i, maxLength: 3)).ShouldBe(Math.Min(i, 3));

        (await Records(kind).GetFieldAsync<int[]>("chat", "messages")).ShouldBe([3, 4, 5]);
        (await Records(kind).AppendToListAsync("chat", "messages", 6)).ShouldBe(4);
        (await Records(kind).AppendToListAsync("chat", "messages", 7, maxLength: 2)).ShouldBe(2);
        (await Records(kind).GetFieldAsync<int[]>("chat", "messages")).ShouldBe([6, 7]);
        (await Records(kind).AppendToListAsync("chat", "messages", 8, maxLength: 1)).ShouldBe(1);
        (await Records(kind).GetFieldAsync<int[]>("chat", "messages")).ShouldBe([8]);
        (await Records(kind).AppendToListAsync("chat", "messages", 9, maxLength: int.MaxValue)).ShouldBe(2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Append_MaxLengthBelowOne_IsRefused(int maxLength)
    {
        await Me.State.AppendToListAsync("chat", "messages", "hi");

        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            async () => await Me.State.AppendToListAsync("chat", "messages", "ho", maxLength));

        (await Me.State.GetAsync("chat")).ShouldBeJson("""{"messages":["hi"]}""");
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("\"[]\"")]
    [InlineData("0")]
    [InlineData("1.5")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("{}")]
    [InlineData("{\"0\":1}")]
    public async Task Append_ToSomethingElse_IsRefusedAndChangesNothing(string stored)
    {
        await Me.State.SetAsync("chat", Json($$"""{"messages":{{stored}}}"""), TimeSpan.FromMinutes(1));
        var before = await Me.State.TryGetAsync<CacheDocument>("chat");

        await Should.ThrowAsync<CacheTypeException>(
            async () => await Me.State.AppendToListAsync("chat", "messages", "hi", ttl: TimeSpan.FromHours(1)));

        var after = await Me.State.TryGetAsync<CacheDocument>("chat");
        after.Value.ShouldBeJson($$"""{"messages":{{stored}}}""");
        after.Revision.ShouldBe(before.Revision);
        ShouldLive(after.Ttl, TimeSpan.FromMinutes(1));
    }
}
