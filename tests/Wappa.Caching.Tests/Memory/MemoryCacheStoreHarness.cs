using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

/// <summary>The memory store of entries on a manual clock; its structure is checked after each test.</summary>
internal sealed class MemoryCacheStoreHarness : CacheStoreHarness
{
    public override ValueTask<ICacheStore> CreateAsync() => new(new MemoryCacheStore(new MemoryStoreOptions(), Clock));

    public override ValueTask VerifyAsync(ICacheStore store)
    {
        EntryTableCheck.Verify(store.ShouldBeOfType<MemoryCacheStore>().Table);
        return ValueTask.CompletedTask;
    }
}
