using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Layering;

/// <summary>Tells which records changed in Redis, by whose hand ever: the store's scripts, another program's HSET, an expiry.</summary>
/// <param name="client">The client of the store.</param>
/// <param name="tracking">What tells the keys; its prefixes must include <see cref="PrefixOf"/>.</param>
/// <param name="options">Where records stand: the store's own.</param>
internal sealed class RecordChangeFeed(IRedisClient client, KeyTracking tracking, RecordStoreOptions options)
    : IChangeFeed<IRecordChangeListener>
{
    /// <summary>The beginning of the keys of all records. Without a key prefix it is empty: a record's key begins with its tenant, so every
    /// key of the server is told. On a server shared with busy programs, choose a prefix.</summary>
    internal static string PrefixOf(RecordStoreOptions options) => options.KeyPrefix;

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> ListenAsync(IRecordChangeListener listener, CancellationToken cancellationToken = default)
    {
        var facts = await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var keys = new RecordKeyReader(options, facts.IsCluster);
        return await tracking.AddAsync(new Translator(listener, keys), cancellationToken).ConfigureAwait(false);
    }

    private sealed class Translator(IRecordChangeListener listener, RecordKeyReader keys) : IInvalidationListener
    {
        public void OnInvalidated(ReadOnlySpan<byte> key)
        {
            if (keys.TryRead(key, out var record)) listener.OnChanged(record);
        }

        public void OnEverythingInvalidated() => listener.OnEverythingChanged();

        public void OnGap() => listener.OnGap();

        public void OnTracking() => listener.OnListening();
    }
}
