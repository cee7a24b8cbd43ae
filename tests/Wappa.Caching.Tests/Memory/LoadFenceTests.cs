using System.Collections.Immutable;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Tests.Memory;

/// <summary>Load fencing beyond the contract: what need not beat a load does not, as far as the space allows.</summary>
public sealed class LoadFenceTests : IDisposable
{
    private readonly MemoryCacheStore _store = new();

    public void Dispose()
    {
        EntryTableCheck.Verify(_store.Table);
        _store.Dispose();
    }

    private static CacheEntry Entry(byte value) => new(new[] { value });

    [Fact]
    public async Task CompleteLoadAsync_OtherKeysWritten_IsRarelyRefused()
    {
        var stored = 0;
        for (var i = 0; i < 1_000; i++)
        {
            var fence = await _store.BeginLoadAsync($"mine{i}");
            await _store.SetAsync($"other{i}", Entry(1));
            await _store.RemoveByTagAsync($"tag{i}");
            await _store.RemoveByPrefixAsync($"other{i}:");
            if (await _store.CompleteLoadAsync($"mine{i}", Entry(1) with { Tags = ["mine"] }, fence)) stored++;
        }

        stored.ShouldBeGreaterThan(950); // two of 1,024 stripes are beaten in each round
    }

    [Fact]
    public async Task CompleteLoadAsync_NothingWasChanged_IsNotBeaten()
    {
        await _store.SetAsync("a", Entry(1));
        var fence = await _store.BeginLoadAsync("a");
        (await _store.AddAsync("a", Entry(2))).ShouldBeFalse();
        await _store.RenewAsync("a", TimeSpan.FromHours(1));
        await _store.GetAsync("a");
        (await _store.CompleteLoadAsync("a", Entry(3), fence)).ShouldBeTrue();
    }

    [Fact]
    public async Task CompleteLoadAsync_ALaterLoadCameFirst_DoesNotWriteOverIt()
    {
        var early = await _store.BeginLoadAsync("a");
        var late = await _store.BeginLoadAsync("a");
        (await _store.CompleteLoadAsync("a", Entry(2), late)).ShouldBeTrue();
        (await _store.CompleteLoadAsync("a", Entry(1), early)).ShouldBeFalse();
        (await _store.GetAsync("a"))!.Value.Span[0].ShouldBe((byte)2);
    }

    [Fact]
    public async Task CompleteLoadAsync_AnEarlierLoadCameFirst_WritesOverIt()
    {
        var early = await _store.BeginLoadAsync("a");
        var late = await _store.BeginLoadAsync("a");
        (await _store.CompleteLoadAsync("a", Entry(1), early)).ShouldBeTrue();
        (await _store.CompleteLoadAsync("a", Entry(2), late)).ShouldBeTrue();
        (await _store.GetAsync("a"))!.Value.Span[0].ShouldBe((byte)2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000)]
    [InlineData(long.MaxValue)]
    public async Task CompleteLoadAsync_FenceOfAnotherStore_IsRefused(long stamp)
    {
        await _store.BeginLoadAsync("a");
        (await _store.CompleteLoadAsync("a", Entry(1), new LoadFence(stamp))).ShouldBeFalse();
    }

    [Fact]
    public void IsBeaten_MorePrefixesThanAreRemembered_IsBeatenByTheForgotten()
    {
        var fences = new LoadFences();
        var fence = fences.Begin();
        for (var i = 0; i < LoadFences.RememberedPrefixes; i++) fences.BeatPrefix($"p{i}:");
        fences.IsBeaten("other:1", 0, ImmutableArray<string>.Empty, fence).ShouldBeFalse();
        fences.IsBeaten("p0:1", 0, ImmutableArray<string>.Empty, fence).ShouldBeTrue();
        fences.BeatPrefix("q:");
        fences.IsBeaten("other:1", 0, ImmutableArray<string>.Empty, fence).ShouldBeTrue(); // wrongly, and safely
        fences.IsBeaten("p0:1", 0, ImmutableArray<string>.Empty, fences.Begin()).ShouldBeFalse();
    }
}
