using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>Load fencing: what came after a load's fence beats its result.</summary>
public abstract class CacheStoreFencingConformance(CacheStoreHarness harness) : CacheStoreConformance(harness)
{
    /// <summary>Every change that beats a load of the suite's key, with what it leaves under that key.</summary>
    public static TheoryData<string, string?> Beats => new()
    {
        { "set", "newer" },
        { "set many", "newer" },
        { "add", "newer" },
        { "remove", null },
        { "remove by tag", null },
        { "remove by second tag", null },
        { "remove by prefix", null },
        { "remove by long prefix", null },
        { "set and remove", null },
    };

    [Fact]
    public async Task CompleteLoadAsync_Undisturbed_Stores()
    {
        var fence = await Store.BeginLoadAsync(Key);
        (await Store.CompleteLoadAsync(Key, Entry("loaded", Tag) with { Ttl = 60 * Second }, fence)).ShouldBeTrue();
        await ShouldHoldAsync(Key, "loaded");
        await ShouldLiveAsync(Key, 60 * Second);
    }

    [Theory]
    [MemberData(nameof(Beats))]
    public async Task CompleteLoadAsync_BeatenWhileMissing_StoresNothing(string change, string? left)
    {
        var fence = await Store.BeginLoadAsync(Key);
        await BeatAsync(change);
        (await Store.CompleteLoadAsync(Key, Entry("stale", Tag, "second"), fence)).ShouldBeFalse();
        (await ReadAsync(Key)).ShouldBe(left);
    }

    [Theory]
    [MemberData(nameof(Beats))]
    public async Task CompleteLoadAsync_BeatenWhilePresent_LeavesWhatIsThere(string change, string? left)
    {
        await Store.SetAsync(Key, Entry("old", Tag, "second"));
        var fence = await Store.BeginLoadAsync(Key);
        if (change == "add") await Store.RemoveAsync(Key);
        await BeatAsync(change);
        (await Store.CompleteLoadAsync(Key, Entry("stale", Tag, "second"), fence)).ShouldBeFalse();
        (await ReadAsync(Key)).ShouldBe(left);
    }

    [Theory]
    [MemberData(nameof(Beats))]
    public async Task CompleteLoadAsync_BegunAfterTheChange_Stores(string change, string? left)
    {
        await BeatAsync(change);
        (await ReadAsync(Key)).ShouldBe(left);
        var fence = await Store.BeginLoadAsync(Key);
        (await Store.CompleteLoadAsync(Key, Entry("loaded", Tag, "second"), fence)).ShouldBeTrue();
        await ShouldHoldAsync(Key, "loaded");
    }

    [Fact]
    public async Task CompleteLoadAsync_OneFenceBeforeAndOneAfterARemoval_StoresTheLaterOnly()
    {
        var early = await Store.BeginLoadAsync(Key);
        await Store.RemoveAsync(Key);
        var late = await Store.BeginLoadAsync(Key);
        (await Store.CompleteLoadAsync(Key, Entry("late"), late)).ShouldBeTrue();
        (await Store.CompleteLoadAsync(Key, Entry("early"), early)).ShouldBeFalse();
        await ShouldHoldAsync(Key, "late");
    }

    [Fact]
    public async Task CompleteLoadAsync_BeatenLongAgo_StaysBeaten()
    {
        var byTag = await Store.BeginLoadAsync(Key);
        var byPrefix = await Store.BeginLoadAsync(OtherKey);
        await Store.RemoveByTagAsync(Tag);
        await Store.RemoveByPrefixAsync("chat:v1:");
        for (var i = 0; i < 300; i++)
        {
            await Store.RemoveByTagAsync($"tag{i}");
            await Store.RemoveByPrefixAsync($"shop{i}:v1:");
            await Store.RemoveAsync($"shop:v1:{i}");
        }

        await AdvanceAsync(TimeSpan.FromHours(1));
        (await Store.CompleteLoadAsync(Key, Entry("stale", Tag), byTag)).ShouldBeFalse();
        (await Store.CompleteLoadAsync(OtherKey, Entry("stale"), byPrefix)).ShouldBeFalse();
    }

    [Fact]
    public async Task CompleteLoadAsync_FenceOfNobody_StoresNothing()
    {
        await Store.SetAsync(Key, Entry("v"));
        (await Store.CompleteLoadAsync(Key, Entry("stale"), default)).ShouldBeFalse();
        await ShouldHoldAsync(Key, "v");
    }

    [Theory]
    [InlineData("set")]
    [InlineData("remove")]
    [InlineData("remove by tag")]
    [InlineData("remove by prefix")]
    public async Task CompleteLoadAsync_AgainstAWriter_NeverLeavesAnOlderValue(string change)
    {
        var source = 0;
        var writing = true;
        async Task<bool> WriteAsync()
        {
            for (var i = 1; i <= 300; i++)
            {
                Volatile.Write(ref source, i);
                await BeatAsync(change, $"{i}");
                if (await ReadAsync(Key) is { } read) read.ShouldBe($"{i}", "a load that began earlier was stored");
                await Task.Yield();
            }

            Volatile.Write(ref writing, false);
            return true;
        }

        async Task<bool> LoadAsync()
        {
            while (Volatile.Read(ref writing))
            {
                var fence = await Store.BeginLoadAsync(Key);
                var value = Volatile.Read(ref source);
                await Task.Yield();
                await Store.CompleteLoadAsync(Key, Entry($"{value}", Tag), fence);
            }

            return true;
        }

        await TogetherAsync(4, worker => Task.Run(() => worker == 0 ? WriteAsync() : LoadAsync()));
        if (await ReadAsync(Key) is { } last) last.ShouldBe("300");
    }

    private async Task BeatAsync(string change, string text = "newer")
    {
        switch (change)
        {
            case "set": await Store.SetAsync(Key, Entry(text)); break;
            case "set many": await Store.SetManyAsync([new(OtherKey, Entry(text)), new(Key, Entry(text))]); break;
            case "add": (await Store.AddAsync(Key, Entry(text))).ShouldBeTrue(); break;
            case "remove": await Store.RemoveAsync(Key); break;
            case "remove by tag": await Store.RemoveByTagAsync(Tag); break;
            case "remove by second tag": await Store.RemoveByTagAsync("second"); break;
            case "remove by prefix": await Store.RemoveByPrefixAsync("chat:"); break;
            case "remove by long prefix": await Store.RemoveByPrefixAsync("chat:v1:conversation:"); break;
            case "set and remove": await Store.SetAsync(Key, Entry(text)); await Store.RemoveAsync(Key); break;
            default: throw new ArgumentException($"'{change}' is not a change of this suite.", nameof(change));
        }
    }
}
