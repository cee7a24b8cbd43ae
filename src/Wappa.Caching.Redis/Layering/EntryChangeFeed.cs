using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Layering;

/// <summary>Tells which entries changed in Redis, and which tags were removed.</summary>
/// <remarks>Prefix removals are told key by key, as Redis removes them. The keys of loads, fences and locks are told by Redis too and
/// stand for nothing here.</remarks>
/// <param name="client">The client of the store.</param>
/// <param name="tracking">What tells the keys; its prefixes must include <paramref name="keyPrefix"/>.</param>
/// <param name="keyPrefix">Stands before every key of the store. Without one, every key of the server is told: on a server shared with busy
/// programs, choose one.</param>
internal sealed class EntryChangeFeed(IRedisClient client, KeyTracking tracking, string keyPrefix) : IChangeFeed<IEntryChangeListener>
{
    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> ListenAsync(IEntryChangeListener listener, CancellationToken cancellationToken = default)
    {
        var facts = await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var keys = new EntryKeyReader(keyPrefix, facts.IsCluster);
        return await tracking.AddAsync(new Translator(listener, keys), cancellationToken).ConfigureAwait(false);
    }

    private sealed class Translator(IEntryChangeListener listener, EntryKeyReader keys) : IInvalidationListener
    {
        public void OnInvalidated(ReadOnlySpan<byte> key)
        {
            switch (keys.Read(key, out var name))
            {
                case EntryKeyKind.Entry: listener.OnChanged(name); break;
                case EntryKeyKind.Tag: listener.OnTagChanged(name); break;
            }
        }

        public void OnEverythingInvalidated() => listener.OnEverythingChanged();

        public void OnGap() => listener.OnGap();

        public void OnTracking() => listener.OnListening();
    }
}
