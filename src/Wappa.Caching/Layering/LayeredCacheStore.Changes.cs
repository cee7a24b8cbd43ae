namespace Wappa.Caching.Layering;

/// <summary>What changes, here and elsewhere.</summary>
internal sealed partial class LayeredCacheStore
{
    /// <inheritdoc/>
    public async ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        await WriteAsync(
            key, (_shared, key, entry), static (call, token) => DoneAsync(call._shared.SetAsync(call.key, call.entry, token)),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        WriteAsync(
            key, (_shared, key, entry), static (call, token) => call._shared.AddAsync(call.key, call.entry, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default) => WriteAsync(
            key, (_shared, key, entry, fence),
            static (call, token) => call._shared.CompleteLoadAsync(call.key, call.entry, call.fence, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default) =>
        WriteAsync(key, (_shared, key), static (call, token) => call._shared.RemoveAsync(call.key, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        WriteAsync(
            key, (_shared, key, ttl), static (call, token) => call._shared.RenewAsync(call.key, call.ttl, token), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        KeyValuePair<string, CacheEntry>[] asked = [.. entries]; // as many writes must end as have begun
        foreach (var (key, _) in asked) ArgumentException.ThrowIfNullOrEmpty(key, nameof(entries));
        lock (_tickets.Gate)
        {
            foreach (var (key, _) in asked) BeginWrite(key);
        }

        try
        {
            await _shared.SetManyAsync(asked, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_tickets.Gate)
            {
                foreach (var (key, _) in asked) _tickets.EndWrite(HashOf(key));
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        lock (_tickets.Gate) _tickets.BeginGroupWrite(HashOf(tag));
        try
        {
            Local.RemoveTagged(tag);
            await _shared.RemoveByTagAsync(tag, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_tickets.Gate) _tickets.EndGroupWrite(HashOf(tag));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        lock (_tickets.Gate) _tickets.BeginWriteOfEverything();
        try
        {
            Local.RemovePrefixed(prefix);
            return await _shared.RemoveByPrefixAsync(prefix, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_tickets.Gate) _tickets.EndWriteOfEverything();
        }
    }

    void IEntryChangeListener.OnChanged(string key)
    {
        lock (_tickets.Gate)
        {
            _tickets.Change(HashOf(key));
            _local.Remove(key);
        }
    }

    void IEntryChangeListener.OnTagChanged(string tag)
    {
        lock (_tickets.Gate) _tickets.ChangeGroup(HashOf(tag));
        Local.RemoveTagged(tag); // see OnPrefixChanged
    }

    void IEntryChangeListener.OnPrefixChanged(string prefix)
    {
        lock (_tickets.Gate) _tickets.ChangeEverything();

        // Without the gate, as it looks at every key. What is kept meanwhile was read after the number was taken, and may stay or go.
        Local.RemovePrefixed(prefix);
    }

    void IChangeListener.OnEverythingChanged()
    {
        lock (_tickets.Gate)
        {
            _tickets.ChangeEverything();
            Empty();
        }
    }

    void IChangeListener.OnGap()
    {
        lock (_tickets.Gate)
        {
            _tickets.Close();
            Empty();
        }
    }

    void IChangeListener.OnListening()
    {
        lock (_tickets.Gate) _tickets.Open();
    }

    // The hash is seeded per process: nobody can choose keys that all fall into one stripe.
    private static int HashOf(string text) => text.GetHashCode(StringComparison.Ordinal);

    private static async ValueTask<bool> DoneAsync(ValueTask write)
    {
        await write.ConfigureAwait(false);
        return true;
    }

    private async ValueTask<TResult> WriteAsync<TCall, TResult>(
        string key, TCall call, Func<TCall, CancellationToken, ValueTask<TResult>> write, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        lock (_tickets.Gate) BeginWrite(key);
        try
        {
            return await write(call, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_tickets.Gate) _tickets.EndWrite(HashOf(key));
        }
    }

    // Under the gate.
    private void BeginWrite(string key)
    {
        _tickets.BeginWrite(HashOf(key));
        _local.Remove(key);
    }

    // See LayeredDocumentStore.Empty.
    private void Empty()
    {
        if (_local.Count == 0) return;
        _local.Dispose();
        Volatile.Write(ref _local, new LocalEntries(_options, _clock));
    }
}
