using System.Collections.Concurrent;
using Wappa.Caching.Loading;

namespace Wappa.Caching.Adapters.Hybrid;

/// <summary>The loaders of one HybridCache: one for each type, and for each way of using the store, as callers who want different
/// things of it must not share a load.</summary>
internal sealed class HybridLoaders(CacheStrategyContext context, string cache, HybridFormats formats)
{
    private readonly ConcurrentDictionary<(Type Type, StoreUse Use), object> _loaders = new();
    private readonly NamespaceFlights _flights = context.Flights.Of(cache);

    /// <summary>The loader of a type. The one of ordinary calls is found by one comparison.</summary>
    internal HybridLoader<T> Of<T>(StoreUse use)
    {
        if (use == StoreUse.ReadAndWrite && HybridLoader<T>.Latest is { } latest && ReferenceEquals(latest.Owner, this)) return latest;
        if (!_loaders.TryGetValue((typeof(T), use), out var known))
        {
            known = _loaders.GetOrAdd(
                (typeof(T), use),
                new HybridLoader<T>(this, new EntryLoader<T>(context, cache, formats.Of<T>())));
        }

        var loader = (HybridLoader<T>)known;
        if (use == StoreUse.ReadAndWrite) HybridLoader<T>.Latest = loader;
        return loader;
    }

    /// <summary>A key has changed: who asks from now on joins no load that has begun.</summary>
    internal void Detach(string key) => _flights.Detach(key);
}

/// <summary>What a call makes of the store.</summary>
[Flags]
internal enum StoreUse : byte
{
    None = 0,
    Read = 1,
    Write = 2,
    ReadAndWrite = Read | Write,
}

/// <summary>The loader of one type.</summary>
internal sealed class HybridLoader<T>(HybridLoaders owner, EntryLoader<T> entries)
{
    private static HybridLoader<T>? _latest;

    /// <summary>The last one that was asked for in this process; mostly there is one HybridCache.</summary>
    internal static HybridLoader<T>? Latest
    {
        get => Volatile.Read(ref _latest);
        set => Volatile.Write(ref _latest, value);
    }

    internal HybridLoaders Owner => owner;

    internal EntryLoader<T> Entries => entries;
}
