using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>What stands in Redis is what the README says, and nothing stays that nobody needs.</summary>
public sealed class EntryLayoutTests : EntryFixture
{
    private static readonly string[] Strange =
    [
        "a", "%load:a", "%tag:a", "%fences", "%", "%%", "{", "}", "{}", "}{", "{a}", "}a{b}", "a}b", "%b:{%}a}", "*", "?", "[a]", "\\", "a\nb",
        "\0", "日本", "🍕",
    ];

    [Fact]
    public async Task Entry_WithTagsAfterALoad_StandsWithTheirVersionsAndTheFences()
    {
        var fence = await Store.BeginLoadAsync(Key);
        (await KeysAsync()).ShouldBe(["%fences", "%load:" + Key]);
        (await Store.CompleteLoadAsync(Key, Entry("v", "conversation", "{x}*"), fence)).ShouldBeTrue();
        (await KeysAsync()).ShouldBe(["%fences", "%tag:conversation", "%tag:{x}*", Key]);

        await Store.RemoveByTagAsync("{x}*");
        await Store.GetAsync(Key);
        (await KeysAsync()).ShouldBe(["%fences", "%tag:conversation"], "an entry without its tag is dropped by its reader");
    }

    [Fact]
    public async Task Entries_AllEndedAndRemoved_LeaveTheFencesOnly()
    {
        for (var i = 0; i < 3; i++)
        {
            var loads = new List<LoadFence>();
            for (var load = 0; load < 4; load++) loads.Add(await Store.BeginLoadAsync(Key));
            foreach (var load in loads) (await Store.CompleteLoadAsync(Key, Entry($"{i}"), load)).ShouldBeTrue();
            await Store.RemoveAsync(Key);
        }

        (await KeysAsync()).ShouldBe(["%fences"]);
    }

    [Fact]
    public async Task Version_OfATag_OutlivesTheEntriesThatRelyOnIt()
    {
        await Store.SetAsync("a", Entry("v", "t") with { Ttl = TimeSpan.FromMinutes(10) });
        ((long)(await RawAsync("PTTL", "%tag:t"))!).ShouldBeInRange(600_000, 1_500_000);
        await Store.SetAsync("b", Entry("v", "t") with { Ttl = TimeSpan.FromHours(10) });
        ((long)(await RawAsync("PTTL", "%tag:t"))!).ShouldBeGreaterThan(36_000_000);
        await Store.RenewAsync("a", TimeSpan.FromDays(10));
        ((long)(await RawAsync("PTTL", "%tag:t"))!).ShouldBeGreaterThan(864_000_000);
        await Store.SetAsync("c", Entry("v", "t") with { SlidingTtl = TimeSpan.FromSeconds(1) });
        (await RawAsync("PTTL", "%tag:t")).ShouldBe(-1L, "a sliding entry can live for good");
        (await ReadAsync(Store, "a")).ShouldBe("v");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Keys_OfStrangeTexts_AreAllDifferentAndShareASlotWithTheirLoads(bool isCluster)
    {
        var layout = new EntryLayout(new() { KeyPrefix = "p:" }, isCluster);
        var all = new HashSet<string>(StringComparer.Ordinal) { layout.Fences };
        foreach (var text in Strange)
        {
            var key = layout.KeyOf(text);
            var loads = layout.LoadsOf(key);
            var (held, number) = layout.LockOf(text);
            foreach (var made in (string[])[key, loads, held, number, layout.TagOf(text)]) all.Add(made).ShouldBeTrue(made);
            if (!isCluster) continue;
            HashSlot.Of(loads).ShouldBe(HashSlot.Of(key));
            HashSlot.Of(number).ShouldBe(HashSlot.Of(held));
        }
    }

    [Fact]
    public async Task RemoveByPrefix_OfStrangeTexts_RemovesThoseOnly()
    {
        string[] plain = ["x:1", "other"];
        foreach (var key in plain) await Store.SetAsync(key, Entry("v"));
        foreach (var text in Strange)
        {
            await Store.SetAsync(text + ":1", Entry("v", text));
            await Store.SetAsync(text + "\n:1", Entry("v", text));
            var fence = await Store.BeginLoadAsync(text + ":2");
            (await Store.RemoveByPrefixAsync(text + ":")).ShouldBe(1, text);
            (await Store.CompleteLoadAsync(text + ":2", Entry("stale"), fence)).ShouldBeFalse(text);
            (await ReadAsync(Other, text + "\n:1")).ShouldBe("v");
            await Other.RemoveByTagAsync(text);
            (await ReadAsync(Store, text + "\n:1")).ShouldBeNull();
        }

        foreach (var key in plain) (await ReadAsync(Store, key)).ShouldBe("v");
    }

    [Fact]
    public async Task Entry_EmptyWithEverythingItCanHave_IsReadAsItWasWritten()
    {
        var written = Entry("", "a", "日本") with
        {
            Ttl = TimeSpan.FromHours(2), SlidingTtl = TimeSpan.FromHours(1), FreshFor = new TimeSpan(1),
        };
        await Store.CompleteLoadAsync(Key, written, await Store.BeginLoadAsync(Key));
        await Store.RenewAsync(Key, TimeSpan.FromHours(3));
        var read = (await Other.GetAsync(Key)).ShouldNotBeNull();
        read.Value.Length.ShouldBe(0);
        read.Tags.ShouldBe(written.Tags);
        (read.Ttl, read.SlidingTtl, read.FreshFor).ShouldBe((TimeSpan.FromHours(3), written.SlidingTtl, written.FreshFor));
    }

    [Fact]
    public async Task Tags_TooLongTogether_AreRefusedAndNothingIsStored()
    {
        await Should.ThrowAsync<ArgumentException>(async () => await Store.SetAsync(Key, Entry("v", new string('t', 60_000))));
        await Store.SetAsync(Key, Entry("v", new string('t', 59_000)));
        (await Store.GetTtlAsync(Key)).ShouldBe(CacheTtl.NoExpiry);
        (await Store.AddAsync(Key, Entry("w"))).ShouldBeFalse();
        (await Store.RenewAsync(Key, TimeSpan.FromHours(1))).ShouldBeTrue();
        (await Store.RemoveAsync(Key)).ShouldBeTrue();
    }
}
