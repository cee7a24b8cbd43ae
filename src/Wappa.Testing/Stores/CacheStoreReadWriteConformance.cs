using System.Text;
using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>Reads, writes, adds and removals by key.</summary>
public abstract class CacheStoreReadWriteConformance(CacheStoreHarness harness) : CacheStoreConformance(harness)
{
    [Fact]
    public void Backend_OfAnyStore_HasAName() => Store.Backend.ShouldNotBeNullOrWhiteSpace();

    [Fact]
    public async Task GetAsync_Missing_IsNull() => (await Store.GetAsync(Key)).ShouldBeNull();

    [Fact]
    public async Task SetAsync_Missing_CreatesThatEntryOnly()
    {
        await Store.SetAsync(Key, Entry("one"));
        await ShouldHoldAsync(Key, "one");
        await ShouldMissAsync(OtherKey);
    }

    [Fact]
    public async Task SetAsync_NoBytes_IsAValueAndNotAMiss()
    {
        await Store.SetAsync(Key, new CacheEntry(ReadOnlyMemory<byte>.Empty));
        (await Store.GetAsync(Key)).ShouldNotBeNull().Value.Length.ShouldBe(0);
        (await Store.AddAsync(Key, Entry("late"))).ShouldBeFalse();
    }

    [Theory]
    [InlineData(256)]
    [InlineData(1 << 20)]
    public async Task SetAsync_EveryByte_IsReadAsWritten(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)(i ^ (i >> 8));
        await Store.SetAsync(Key, new CacheEntry(bytes));
        (await Store.GetAsync(Key)).ShouldNotBeNull().Value.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public async Task GetAsync_Present_TellsAllThatWasStored()
    {
        var now = Harness.UtcNow;
        await Store.SetAsync(Key, new CacheEntry("v"u8.ToArray())
        {
            Ttl = 60 * Second,
            SlidingTtl = 30 * Second,
            FreshFor = 10 * Second,
            Tags = ["b", "a"],
            StoredAt = now.AddYears(-1),
        });

        var entry = (await Store.GetAsync(Key)).ShouldNotBeNull();
        entry.Ttl.ShouldBe(60 * Second);
        entry.SlidingTtl.ShouldBe(30 * Second);
        entry.FreshFor.ShouldBe(10 * Second);
        entry.Tags.ShouldBe(["b", "a"], ignoreOrder: true);
        ShouldBeStoredAt(entry, now); // the store's clock, not what the caller wrote
    }

    [Fact]
    public async Task SetAsync_Present_ReplacesAllOfIt()
    {
        var old = Entry("old", Tag) with { Ttl = 60 * Second, SlidingTtl = 5 * Second, FreshFor = Second };
        await Store.SetAsync(Key, old);
        await AdvanceAsync(Second);
        var now = Harness.UtcNow;
        await Store.SetAsync(Key, new CacheEntry("new"u8.ToArray()) { Tags = default });

        var entry = (await Store.GetAsync(Key)).ShouldNotBeNull();
        Encoding.UTF8.GetString(entry.Value.Span).ShouldBe("new");
        (entry.Ttl, entry.SlidingTtl, entry.FreshFor).ShouldBe((null, null, null));
        entry.Tags.IsDefault.ShouldBeFalse();
        entry.Tags.ShouldBeEmpty();
        ShouldBeStoredAt(entry, now);
        await ShouldLiveAsync(Key, null);
    }

    [Fact]
    public async Task SetAsync_ArrayChangedAfterwards_KeepsWhatWasWritten()
    {
        var rented = "..first.."u8.ToArray();
        var entry = new CacheEntry(rented.AsMemory(2, 5));
        await Store.SetAsync(Key, entry);
        await Store.AddAsync(OtherKey, entry);
        await Store.CompleteLoadAsync("chat:v1:loaded", entry, await Store.BeginLoadAsync("chat:v1:loaded"));
        rented.AsSpan().Fill((byte)'x');
        await ShouldHoldAsync(Key, "first");
        await ShouldHoldAsync(OtherKey, "first");
        await ShouldHoldAsync("chat:v1:loaded", "first");
    }

    [Fact]
    public async Task GetAsync_EntryReplacedAfterwards_KeepsWhatWasRead()
    {
        await Store.SetAsync(Key, Entry("old"));
        var read = (await Store.GetAsync(Key)).ShouldNotBeNull();
        await Store.SetAsync(Key, Entry("new"));
        await Store.RemoveAsync(Key);
        Encoding.UTF8.GetString(read.Value.Span).ShouldBe("old");
    }

    [Fact]
    public async Task GetManyAsync_HitsMissesAndRepetitions_AnswersInOrder()
    {
        await Store.SetManyAsync([new(Key, Entry("one")), new(OtherKey, Entry("two"))]);
        var found = await Store.GetManyAsync([OtherKey, "chat:v1:none", Key, OtherKey]);
        found.Select(entry => entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span))
            .ShouldBe(["two", null, "one", "two"]);
    }

    [Fact]
    public async Task GetManyAsync_NoKeys_AnswersNothing() => (await Store.GetManyAsync([])).ShouldBeEmpty();

    [Fact]
    public async Task SetManyAsync_OneKeyTwice_KeepsTheLater()
    {
        await Store.SetManyAsync([]);
        await Store.SetManyAsync([new(Key, Entry("one") with { Ttl = Second }), new(Key, Entry("two"))]);
        await ShouldHoldAsync(Key, "two");
        await ShouldLiveAsync(Key, null);
    }

    [Fact]
    public async Task AddAsync_MissingThenPresent_CreatesOnce()
    {
        (await Store.AddAsync(Key, Entry("first"))).ShouldBeTrue();
        (await Store.AddAsync(Key, Entry("second"))).ShouldBeFalse();
        await ShouldHoldAsync(Key, "first");
    }

    [Fact]
    public async Task AddAsync_Removed_CreatesAgain()
    {
        await Store.AddAsync(Key, Entry("first"));
        await Store.RemoveAsync(Key);
        (await Store.AddAsync(Key, Entry("second"))).ShouldBeTrue();
        await ShouldHoldAsync(Key, "second");
    }

    [Fact]
    public async Task RemoveAsync_PresentThenMissing_TellsWhetherItWasThere()
    {
        await Store.SetManyAsync([new(Key, Entry("one", Tag)), new(OtherKey, Entry("two", Tag))]);
        (await Store.RemoveAsync(Key)).ShouldBeTrue();
        (await Store.RemoveAsync(Key)).ShouldBeFalse();
        await ShouldMissAsync(Key);
        await ShouldHoldAsync(OtherKey, "two");
    }
}
