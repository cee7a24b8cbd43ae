namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>What Redis forgets: it may cost a load, it never brings back what was removed.</summary>
public sealed class LostTagTests : EntryFixture
{
    [Fact]
    public async Task Version_EvictedAfterARemoval_BringsNothingBack()
    {
        await Store.SetAsync(Key, Entry("old", "t"));
        await Store.RemoveByTagAsync("t");
        await RawAsync("DEL", "%tag:t", "%fences");
        await Other.SetAsync("other", Entry("new", "t"));

        (await ReadAsync(Store, Key)).ShouldBeNull();
        (await ReadAsync(Store, "other")).ShouldBe("new");
    }

    [Fact]
    public async Task Version_Evicted_TakesItsEntriesWithIt()
    {
        await Store.SetAsync(Key, Entry("v", "t"));
        await RawAsync("DEL", "%tag:t");

        (await Store.GetTtlAsync(Key)).ShouldBe(CacheTtl.Missing);
        (await Store.RenewAsync(Key, TimeSpan.FromHours(1))).ShouldBeFalse();
        (await Store.AddAsync(Key, Entry("added", "t"))).ShouldBeTrue();
        (await ReadAsync(Other, Key)).ShouldBe("added");
    }

    [Fact]
    public async Task Removal_OfAnEntryWithoutItsTag_FoundNothing()
    {
        await Store.SetAsync(Key, Entry("v", "t"));
        await Store.SetAsync("chat:v1:2", Entry("v", "u"));
        await Other.RemoveByTagAsync("t");

        (await Store.RemoveAsync(Key)).ShouldBeFalse();
        await Store.SetAsync(Key, Entry("v", "t"));
        await Other.RemoveByTagAsync("t");
        (await Store.RemoveByPrefixAsync("chat:v1:")).ShouldBe(1);
    }

    [Theory]
    [InlineData("%fences")]
    [InlineData("%load:" + Key)]
    public async Task Load_WhoseFencesAreEvicted_IsRefused(string evicted)
    {
        var fence = await Store.BeginLoadAsync(Key);
        await Store.RemoveByTagAsync("t");
        await RawAsync("DEL", evicted);
        await Other.BeginLoadAsync("another");

        (await Store.CompleteLoadAsync(Key, Entry("stale", "t"), fence)).ShouldBeFalse();
        (await ReadAsync(Store, Key)).ShouldBeNull();
    }

    [Fact]
    public async Task Load_ThatTakesTooLong_IsRefused()
    {
        var fence = await Store.BeginLoadAsync(Key);
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(6));

        (await Store.CompleteLoadAsync(Key, Entry("late"), fence)).ShouldBeFalse();
    }

    [Fact]
    public async Task Load_AfterTheClockWentBack_IsBeatenAllTheSame()
    {
        // The fences remember a moment a day ahead, as after a failover to a server whose clock is behind.
        var ahead = (TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds() * 1_000).ToString("D16");
        await RawAsync("HSET", "%fences", "since", ahead, "clock", ahead);
        var early = await Store.BeginLoadAsync(Key);
        await Other.RemoveByTagAsync("t");
        var late = await Other.BeginLoadAsync(Key);

        late.Stamp.ShouldBeGreaterThan(early.Stamp);
        (await Store.CompleteLoadAsync(Key, Entry("stale", "t"), early)).ShouldBeFalse();
        (await Other.CompleteLoadAsync(Key, Entry("fresh", "t"), late)).ShouldBeTrue();
    }

    [Fact]
    public async Task Load_BelowTheFloorOfItsEntry_TakesALaterFence()
    {
        await Store.BeginLoadAsync(Key);
        var floor = (TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds() * 1_000).ToString("D16");
        await RawAsync("SET", "%load:" + Key, $"{floor} {floor} 1");

        var fence = await Store.BeginLoadAsync(Key);

        fence.Stamp.ShouldBeGreaterThanOrEqualTo(long.Parse(floor));
        (await Store.CompleteLoadAsync(Key, Entry("v"), fence)).ShouldBeTrue();
    }
}
