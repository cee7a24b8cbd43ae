using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Adapters;
using Wappa.Caching.Adapters.Hybrid;
using Wappa.Caching.Tests.Strategies.WriteBehind;
using Wappa.Caching.Tests.Strategies.WriteThrough;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>What a store can do to those who use it, by name: a row of the matrix.</summary>
internal static class Misbehaviour
{
    /// <summary>Of reads, with what becomes of a caller who has a source.</summary>
    internal static readonly string[] OfReads = ["throws", "hangs", "answers late", "gives rubbish", "forgets", "cancels itself"];

    /// <summary>Of writes.</summary>
    internal static readonly string[] OfWrites = ["throws", "hangs", "answers late", "says stored and keeps the old"];

    private static readonly string[] Reads = ["get", "get many", "begin load", "complete load"];
    private static readonly string[] Writes = ["set", "set many", "remove", "remove by tag", "remove by prefix"];

    internal static void Begin(TrickStore store, string how, bool ofWrites, Task late)
    {
        foreach (var operation in ofWrites ? Writes : Reads)
        {
            switch (how)
            {
                case "throws": store.Throw(operation); break;
                case "cancels itself": store.Throw(operation, new OperationCanceledException()); break;
                case "hangs": store.Hang(operation); break;
                case "answers late": store.Before[operation] = _ => late; break;
                case "gives rubbish": store.Answer = _ => new CacheEntry("}rubbish"u8.ToArray()); break;
                case "forgets": store.Answer = _ => null; break;
                default: store.Ignored[operation] = true; break;
            }
        }
    }

    internal static void End(TrickStore store)
    {
        store.Before.Clear();
        store.Ignored.Clear();
        store.Answer = null;
    }
}

/// <summary>Somebody who uses the store: a column of the matrix.</summary>
internal abstract class StoreUser : IAsyncDisposable
{
    internal static readonly string[] WithASource = ["cache-aside", "write-through", "write-behind", "memoized", "HybridCache"];

    internal static StoreUser Of(string name, CacheStrategyContext context, bool strict = false) => name switch
    {
        "cache-aside" => new AsideUser(context, strict),
        "write-through" => new ThroughUser(context, strict),
        "write-behind" => new BehindUser(context, strict),
        "memoized" => new MemoizedUser(context),
        "HybridCache" => new HybridUser(context, strict),
        _ => new DistributedUser(context),
    };

    /// <summary>What the database has.</summary>
    internal virtual string Row { get; set; } = "old";

    /// <summary>Reads the value, from the source if there is none.</summary>
    internal abstract Task<string?> ReadAsync();

    /// <summary>Changes the value where this user changes it: in the database and in the cache.</summary>
    internal abstract Task WriteAsync(string value);

    public virtual ValueTask DisposeAsync() => default;

    private static CacheEntryPolicy Policy(bool strict) => new() { Strict = strict };

    private sealed class AsideUser(CacheStrategyContext context, bool strict) : StoreUser
    {
        private readonly Aside<string> _cache = new(context, Policy(strict));

        internal override async Task<string?> ReadAsync() => await _cache.FetchAsync(["k"], _ => Task.FromResult(Row));

        internal override async Task WriteAsync(string value)
        {
            Row = value;
            await _cache.InvalidateAsync(["k"]);
        }
    }

    private sealed class ThroughUser(CacheStrategyContext context, bool strict) : StoreUser
    {
        private readonly Rows _rows = new() { ["k"] = "old" };
        private RowCache? _cache;

        internal override string Row
        {
            get => _rows["k"];
            set => _rows["k"] = value;
        }

        private RowCache Cache => _cache ??= new RowCache(context, _rows, Policy(strict));

        internal override async Task<string?> ReadAsync() => await Cache.ReadAsync("k");

        internal override async Task WriteAsync(string value) => await Cache.WriteAsync("k", value);
    }

    private sealed class BehindUser(CacheStrategyContext context, bool strict) : StoreUser
    {
        private readonly Ledger _ledger = new() { Rows = { ["k"] = "old" } };
        private LedgerCache? _cache;

        internal override string Row
        {
            get => _ledger.Rows["k"];
            set => _ledger.Rows["k"] = value;
        }

        private LedgerCache Cache => _cache ??= new LedgerCache(context, _ledger, policy: Policy(strict));

        internal override async Task<string?> ReadAsync() => await Cache.ReadAsync("k");

        internal override async Task WriteAsync(string value)
        {
            await Cache.WriteAsync("k", value);
            await Cache.DrainedAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await Cache.StopAsync(TimeSpan.Zero);
            await base.DisposeAsync();
        }
    }

    private sealed class MemoizedUser(CacheStrategyContext context) : StoreUser
    {
        private readonly DiskCache<string> _cache = new(context, "disk");

        internal override async Task<string?> ReadAsync() => await _cache.GetOrSetAsync("k", _ => Task.FromResult(Row));

        internal override async Task WriteAsync(string value) => await _cache.UpdateAsync("k", _ =>
        {
            Row = value;
            return Task.FromResult(true);
        });
    }

    private sealed class HybridUser(CacheStrategyContext context, bool strict) : StoreUser
    {
        private readonly HybridCache _cache = new HybridCacheAdapter(
            context, new HybridFormats(new ServiceCollection().BuildServiceProvider()),
            new WappaHybridCacheOptions { Policy = Policy(strict) with { Ttl = TimeSpan.FromHours(1) } });

        internal override async Task<string?> ReadAsync() => await _cache.GetOrCreateAsync("k", _ => new ValueTask<string>(Row));

        internal override async Task WriteAsync(string value)
        {
            Row = value;
            await _cache.RemoveAsync("k");
        }
    }

    private sealed class DistributedUser(CacheStrategyContext context) : StoreUser
    {
        private readonly IDistributedCache _cache =
            new DistributedCacheAdapter(context.Store, context.Time, new() { StoreTimeout = TimeSpan.FromSeconds(1) });

        internal override async Task<string?> ReadAsync() => await _cache.GetStringAsync("k");

        internal override async Task WriteAsync(string value) => await _cache.SetStringAsync("k", value);
    }
}
