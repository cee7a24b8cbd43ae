using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>Removing many entries: by tag and by prefix.</summary>
public abstract class CacheStoreRemovalConformance(CacheStoreHarness harness) : CacheStoreConformance(harness)
{
    /// <summary>Texts that mean something to one backend or another, and nothing as a tag or in a prefix.</summary>
    public static TheoryData<string> SpecialTexts =>
    [
        "*", "?", "[ab]", "[^a]", "a*", "\\*", "\\", "{hotel}", "%2A", "%", "a b", "ä", "日本", "🍕", "e\u0301",
        "'", "\"", "$1", "..", "/",
    ];

    [Fact]
    public async Task RemoveByTagAsync_SomeCarryIt_RemovesThoseOnly()
    {
        await Store.SetAsync("chat:v1:1", Entry("one", "a"));
        await Store.SetAsync("chat:v1:2", Entry("two", "b", "a"));
        await Store.SetAsync("chat:v1:3", Entry("three", "b"));
        await Store.SetAsync("chat:v1:4", Entry("four"));
        await Store.RemoveByTagAsync("a");
        await ShouldMissAsync("chat:v1:1");
        await ShouldMissAsync("chat:v1:2");
        await ShouldHoldAsync("chat:v1:3", "three");
        await ShouldHoldAsync("chat:v1:4", "four");
        await Store.RemoveByTagAsync("b");
        await ShouldMissAsync("chat:v1:3");
    }

    [Fact]
    public async Task RemoveByTagAsync_NobodyCarriesIt_RemovesNothing()
    {
        await Store.SetAsync(Key, Entry("v", "Tag"));
        await Store.RemoveByTagAsync("tag"); // ordinal: case counts
        await Store.RemoveByTagAsync(Key);   // a key is not a tag
        await ShouldHoldAsync(Key, "v");
    }

    [Fact]
    public async Task RemoveByTagAsync_TagNamedTwice_RemovesIt()
    {
        await Store.SetAsync(Key, Entry("v", "a", "b", "a"));
        await Store.RemoveByTagAsync("a");
        await ShouldMissAsync(Key);
        await Store.SetAsync(Key, Entry("w", "b"));
        await Store.RemoveByTagAsync("a");
        await ShouldHoldAsync(Key, "w");
    }

    [Fact]
    public async Task RemoveByTagAsync_ReplacedWithoutTheTag_KeepsIt()
    {
        await Store.SetAsync(Key, Entry("old", "a", "b"));
        await Store.SetAsync(Key, Entry("new", "b"));
        await Store.RemoveByTagAsync("a");
        await ShouldHoldAsync(Key, "new");
        await Store.RemoveByTagAsync("b");
        await ShouldMissAsync(Key);
    }

    [Fact]
    public async Task RemoveByTagAsync_StoredAfterwards_KeepsIt()
    {
        await Store.SetAsync(Key, Entry("old", Tag));
        await Store.RemoveByTagAsync(Tag);
        await Store.SetAsync(Key, Entry("new", Tag));
        await ShouldHoldAsync(Key, "new");
    }

    [Fact]
    public async Task RemoveByTagAsync_ByEveryKindOfWrite_IsFollowed()
    {
        await Store.AddAsync("chat:v1:added", Entry("v", Tag));
        await Store.SetManyAsync([new("chat:v1:set", Entry("v", Tag))]);
        await Store.CompleteLoadAsync("chat:v1:loaded", Entry("v", Tag), await Store.BeginLoadAsync("chat:v1:loaded"));
        await Store.RenewAsync("chat:v1:set", 60 * Second);
        await Store.RemoveByTagAsync(Tag);
        (await Store.GetManyAsync(["chat:v1:added", "chat:v1:set", "chat:v1:loaded"])).ShouldBe([null, null, null]);
    }

    [Fact]
    public async Task RemoveByTagAsync_OneThousandCarryIt_RemovesAll()
    {
        var keys = Enumerable.Range(0, 1_000).Select(i => $"chat:v1:{i}").ToArray();
        await Store.SetManyAsync([.. keys.Select((key, i) => KeyValuePair.Create(key, Entry("v", Tag, $"own{i}")))]);
        await Store.RemoveByTagAsync(Tag);
        (await Store.GetManyAsync(keys)).ShouldAllBe(entry => entry == null);
    }

    [Theory]
    [MemberData(nameof(SpecialTexts))]
    public async Task RemoveByTagAsync_SpecialCharacters_MeanThemselves(string tag)
    {
        await Store.SetAsync("chat:v1:1", Entry("v", tag));
        await Store.SetAsync("chat:v1:2", Entry("v", "ab"));
        await Store.SetAsync("chat:v1:3", Entry("v", "a"));
        await Store.RemoveByTagAsync(tag);
        (await MissesAsync("chat:v1:1", "chat:v1:2", "chat:v1:3")).ShouldBe([true, false, false]);
    }

    [Fact]
    public async Task RemoveByPrefixAsync_SomeBeginWithIt_RemovesThoseAndCounts()
    {
        string[] inside = ["chat:v1:1", "chat:v1:2:x", "chat:v1:"];
        string[] outside = ["chat:v10:1", "chat:v1", "chats:v1:1", "Chat:v1:1", "my:chat:v1:1"];
        await SetEachAsync(Entry("v", Tag), [.. inside, .. outside]);
        (await Store.RemoveByPrefixAsync("chat:v1:")).ShouldBe(3);
        (await MissesAsync(inside)).ShouldAllBe(miss => miss);
        (await MissesAsync(outside)).ShouldAllBe(miss => !miss);
        (await Store.RemoveByPrefixAsync("chat:v1:")).ShouldBe(0);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("chat:v1")]
    [InlineData("chat:v1:*")]
    public async Task RemoveByPrefixAsync_CutsAPartInTwo_ThrowsAndRemovesNothing(string prefix)
    {
        await Store.SetAsync(Key, Entry("v"));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.RemoveByPrefixAsync(prefix));
        await ShouldHoldAsync(Key, "v");
    }

    [Theory]
    [MemberData(nameof(SpecialTexts))]
    public async Task RemoveByPrefixAsync_SpecialCharacters_MeanThemselves(string part)
    {
        string[] others = ["ab:1", "a:1", "b:1", "hotel:1", "x:1", "*x:1"];
        await SetEachAsync(Entry("v"), [$"{part}:1", .. others]);
        (await Store.RemoveByPrefixAsync($"{part}:")).ShouldBe(1);
        (await MissesAsync($"{part}:1")).ShouldBe([true]);
        (await MissesAsync(others)).ShouldAllBe(miss => !miss);
    }

    [Fact]
    public async Task RemoveByPrefixAsync_PartWithAColon_StaysInItsPart()
    {
        var inside = CacheKeyBuilder.Build("chat", "a", "b");
        var beside = CacheKeyBuilder.Build("chat", "a:b");
        await Store.SetManyAsync([new(inside, Entry("in")), new(beside, Entry("beside"))]);
        (await Store.RemoveByPrefixAsync(CacheKeyBuilder.Build("chat", "a") + ":")).ShouldBe(1);
        await ShouldMissAsync(inside);
        await ShouldHoldAsync(beside, "beside");
    }

    [Fact]
    public async Task RemoveByPrefixAsync_OneThousandBeginWithIt_CountsThem()
    {
        await SetEachAsync(Entry("v"), [.. Enumerable.Range(0, 1_000).Select(i => $"chat:v1:{i}"), "shop:v1:1"]);
        (await Store.RemoveByPrefixAsync("chat:v1:")).ShouldBe(1_000);
        await ShouldHoldAsync("shop:v1:1", "v");
    }
}
