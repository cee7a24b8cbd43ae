using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>Wrong and cancelled calls: they throw, and leave everything as it was.</summary>
public abstract class CacheStoreArgumentConformance(CacheStoreHarness harness) : CacheStoreConformance(harness)
{
    private static readonly CancellationToken Cancelled = new(canceled: true);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task AnyOperation_NoKey_Throws(string? key)
    {
        var entry = Entry("v");
        await Should.ThrowAsync<ArgumentException>(async () => await Store.GetAsync(key!));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.GetManyAsync([Key, key!]));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.SetAsync(key!, entry));
        await Should.ThrowAsync<ArgumentException>(async () => await SetEachAsync(entry, Key, key!));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.AddAsync(key!, entry));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.BeginLoadAsync(key!));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.RemoveAsync(key!));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.RemoveByTagAsync(key!));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.RemoveByPrefixAsync(key!));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.GetTtlAsync(key!));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.RenewAsync(key!, Second));
        var fence = await Store.BeginLoadAsync(Key);
        await Should.ThrowAsync<ArgumentException>(async () => await Store.CompleteLoadAsync(key!, entry, fence));
        await ShouldMissAsync(Key);
    }

    [Fact]
    public async Task AnyWrite_NoEntry_Throws()
    {
        var fence = await Store.BeginLoadAsync(Key);
        await Should.ThrowAsync<ArgumentNullException>(async () => await Store.SetAsync(Key, null!));
        await Should.ThrowAsync<ArgumentNullException>(async () => await Store.SetManyAsync(null!));
        await Should.ThrowAsync<ArgumentNullException>(async () => await Store.GetManyAsync(null!));
        await Should.ThrowAsync<ArgumentNullException>(
            async () => await Store.SetManyAsync([new(Key, Entry("v")), new(OtherKey, null!)]));
        await Should.ThrowAsync<ArgumentNullException>(async () => await Store.AddAsync(Key, null!));
        await Should.ThrowAsync<ArgumentNullException>(async () => await Store.CompleteLoadAsync(Key, null!, fence));
        await ShouldMissAsync(Key);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task AnyWrite_EmptyTag_ThrowsAndKeepsTheOldEntry(string? tag)
    {
        await Store.SetAsync(Key, Entry("old"));
        var bad = Entry("new", Tag, tag!);
        await Should.ThrowAsync<ArgumentException>(async () => await Store.SetAsync(Key, bad));
        await Should.ThrowAsync<ArgumentException>(
            async () => await Store.SetManyAsync([new(OtherKey, Entry("v")), new(Key, bad)]));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.AddAsync(OtherKey, bad));
        await ShouldHoldAsync(Key, "old");
        await ShouldMissAsync(OtherKey);
    }

    [Fact]
    public async Task AnyOperation_Cancelled_ThrowsAndChangesNothing()
    {
        await Store.SetAsync(Key, Entry("old", Tag));
        var fence = await Store.BeginLoadAsync(Key);
        await ShouldCancel(async () => await Store.GetAsync(Key, Cancelled));
        await ShouldCancel(async () => await Store.GetManyAsync([Key], Cancelled));
        await ShouldCancel(async () => await Store.SetAsync(Key, Entry("new"), Cancelled));
        await ShouldCancel(async () => await Store.SetManyAsync([new(Key, Entry("new"))], Cancelled));
        await ShouldCancel(async () => await Store.AddAsync(OtherKey, Entry("new"), Cancelled));
        await ShouldCancel(async () => await Store.BeginLoadAsync(Key, Cancelled));
        await ShouldCancel(async () => await Store.CompleteLoadAsync(Key, Entry("new"), fence, Cancelled));
        await ShouldCancel(async () => await Store.RemoveAsync(Key, Cancelled));
        await ShouldCancel(async () => await Store.RemoveByTagAsync(Tag, Cancelled));
        await ShouldCancel(async () => await Store.RemoveByPrefixAsync("chat:v1:", Cancelled));
        await ShouldCancel(async () => await Store.GetTtlAsync(Key, Cancelled));
        await ShouldCancel(async () => await Store.RenewAsync(Key, Second, Cancelled));
        await ShouldHoldAsync(Key, "old");
        await ShouldLiveAsync(Key, null);
        await ShouldMissAsync(OtherKey);
    }

    private static async Task ShouldCancel(Func<Task> act) => await Should.ThrowAsync<OperationCanceledException>(act);
}
