using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

internal sealed class MemoryHarness : DocumentStoreHarness
{
    public override ValueTask<IDocumentStore> CreateAsync(CachingOptions options) =>
        new(new MemoryDocumentStore(new MemoryStoreOptions(), options.MaxRecordBytes, Clock));
}
