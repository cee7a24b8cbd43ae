using System.IO.Compression;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Statistics;
using Wappa.Caching.Transforms;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Transforms;

/// <summary>The memory store with everything over it that an app can ask for: values compressed from the first byte on, encrypted, and
/// what is asked counted.</summary>
internal sealed class TransformedHarness : CacheStoreHarness
{
    internal static readonly byte[] KeyBytes = [.. Enumerable.Range(0, EntryKeyRing.KeyBytes).Select(i => (byte)i)];

    public override ValueTask<ICacheStore> CreateAsync() => new(new CountingCacheStore(Over(
        new MemoryCacheStore(new MemoryStoreOptions(), Clock),
        new EntryTransform(Compression(), new EntryEncryptionOptions { Keys = new EntryKeyRing().Add("k1", KeyBytes) }))));

    internal static EntryCompressionOptions Compression(EntryCompression algorithm = EntryCompression.Brotli, int threshold = 0) =>
        new() { Algorithm = algorithm, Threshold = threshold, Level = CompressionLevel.Fastest };

    internal static EntryEncryptionOptions Encryption(params ReadOnlySpan<string> ids)
    {
        var options = new EntryEncryptionOptions();
        foreach (var id in ids) options.Keys.Add(id, KeyOf(id));
        return options;
    }

    /// <summary>A key that depends on the id.</summary>
    internal static byte[] KeyOf(string id) => [.. KeyBytes.Select(part => (byte)(part + id[^1]))];

    internal static TransformedCacheStore Over(ICacheStore store, EntryTransform transform) =>
        new(store, transform, new UnreadableEntries(store.Backend, NullLogger.Instance, TimeProvider.System));
}
