using System.Security.Cryptography;
using System.Text;
using Wappa.Caching.Statistics;
using Wappa.Caching.WriteBehind;
using Wappa.Caching.Writing;

namespace Wappa.Caching;

/// <summary>A cache whose writes are acknowledged when cache and queue have them; the database gets them soon, in batches.</summary>
/// <remarks>
/// <para>Per key the database sees values in the order they were written, each at least once, but not each: of values that wait together
/// only the newest is written. <see cref="PersistAsync"/> must bear to be given a value again.</para>
/// <para>On a store of records that outlives the process (JSON, Redis) the queue is journalled there: after <c>kill -9</c> the next
/// process writes what was acknowledged, and on a shared store another node does. On the memory backend the queue is lost with the
/// process, so use it there only for what may be lost.</para>
/// <para>Register it with <c>services.AddCacheStrategy&lt;MyCache&gt;()</c>: the app then takes up a journal at its start and empties the
/// queue at its end. Without a host, call <see cref="StartAsync"/> and dispose of it.</para>
/// <para><see cref="CacheStrategy{T}.SetAsync"/> and <see cref="CacheStrategy{T}.DeleteAsync"/> change the cache only; they queue
/// nothing and take nothing out of the queue.</para>
/// </remarks>
/// <typeparam name="T">The value. Null is a value.</typeparam>
public abstract class WriteBehindCacheStrategy<T> : LoadingCacheStrategy<T>, IWriteBehind, IBatchTarget, IAsyncDisposable
{
    private readonly WriteBehindOptions _options;
    private readonly IWriteBehindJournal _journal;
    private readonly WriteQueue _queue;
    private readonly WritePump _pump;
    private readonly QueuedValues _queued;
    private readonly StoreWrites _writes;
    private readonly AsyncLocal<bool> _isPersisting = new();
    private readonly int _prefixLength;
    private int _stopped;

    /// <summary>A write-behind cache.</summary>
    /// <param name="context">What all strategies of an app share; its records hold the journal.</param>
    /// <param name="ns">The namespace, 1 to 230 characters. One instance of one class per process and namespace.</param>
    /// <param name="policy">How its entries live and are loaded.</param>
    /// <param name="options">How it queues and writes. Default: <see cref="WriteBehindOptions.Default"/>.</param>
    /// <param name="version">1 or more. The journal is one for all versions, so that a new release writes what the old one left.</param>
    /// <exception cref="ArgumentException">Something cannot be.</exception>
    /// <exception cref="InvalidOperationException">The app has another one of this namespace that was not stopped: two queues would
    /// write one key in no order.</exception>
    protected WriteBehindCacheStrategy(
        CacheStrategyContext context, string ns, CacheEntryPolicy policy, WriteBehindOptions? options = null, int version = 1)
        : base(context, ns, policy, version)
    {
        _options = (options ?? WriteBehindOptions.Default).ThrowIfInvalid();
        _prefixLength = CacheKeyBuilder.Prefix(ns, version).Length + 1;
        _writes = new StoreWrites(context, Loader.Counters, Loader.Flights.Detach);
        _queue = new WriteQueue(_options.Capacity, context.Time);
        (_journal, var lease) = WriteBehindJournals.Open(context, ns, _options, policy, LandedAsync);
        var writer = new BatchWriter(_queue, _journal, this, _options, context.Time, context.Logger, ns, context.Store.Backend);
        _pump = new WritePump(_queue, _journal, lease, _options, writer, context.Time, context.Logger, ns);
        _queued = new QueuedValues(_queue, _journal, _pump, context.Logger, ns);
        WriteBehindClaims.Claim(context, ns, this);
        WriteBehindMeter.Watch(_queue, ns, context.Store.Backend);
    }

    /// <inheritdoc cref="WriteBehindCacheStrategy{T}(CacheStrategyContext, string, CacheEntryPolicy, WriteBehindOptions, int)"/>
    /// <param name="context">What all strategies of an app share.</param>
    /// <param name="ns">The namespace, 1 to 230 characters.</param>
    /// <param name="defaultTtl">Time to live of entries, above zero; omitted: until removed or evicted.</param>
    /// <param name="options">How it queues and writes.</param>
    /// <param name="version">1 or more.</param>
    protected WriteBehindCacheStrategy(
        CacheStrategyContext context, string ns, TimeSpan? defaultTtl = null, WriteBehindOptions? options = null, int version = 1)
        : this(context, ns, CacheEntryPolicy.Default with { Ttl = defaultTtl }, options, version)
    {
    }

    /// <summary>How many keys this process has queued that the database does not have yet.</summary>
    public int QueueLength => _queue.Count;

    /// <summary>Whether what is queued outlives the process.</summary>
    public bool IsJournalled => _journal.Survives;

    /// <summary>Writes a value. When this returns, the queue has it (on a journalled queue: durably) and the cache has it, or no older one:
    /// if the cache fails, the entry is removed, and reads find the value in the queue.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is serialized before anything is done.</param>
    /// <param name="ttl">Time to live of the entry, above zero; omitted: the policy's.</param>
    /// <param name="cancellationToken">Stops the wait for room and for the key's turn. If it stops a write to the journal, the value may be
    /// written all the same.</param>
    /// <exception cref="CacheSerializationException">The value has no JSON, or would lose what its type adds.</exception>
    /// <exception cref="CacheStoreException">The journal failed: the value is not acknowledged, and
    /// <see cref="CacheStoreException.OutcomeUnknown"/> says whether it may be written all the same. With
    /// <see cref="CacheEntryPolicy.Strict"/> also: the value is queued, but the cache failed.</exception>
    /// <exception cref="ObjectDisposedException">The queue has been stopped.</exception>
    public ValueTask WriteAsync(in CacheKeyParts key, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        WriteKeyAsync(KeyOf(key), key, NewEntry(value, ttl), cancellationToken);

    /// <summary>Reads a value; if the cache has none, it is taken from the queue, else loaded.</summary>
    /// <inheritdoc cref="LoadingCacheStrategy{T}.GetAsync"/>
    public new ValueTask<T> GetAsync(in CacheKeyParts key, CancellationToken cancellationToken = default)
    {
        if (TryQueued(key, cancellationToken, out var value) || TryHit(key, Policy.EagerRefresh, cancellationToken, out value))
            return new(value);
        return Loader.GetOrLoadAsync(
            KeyOf(key), (Cache: this, Key: key), static (request, load, token) => request.Cache.FindOrLoadAsync(
                request.Key, load, request, static (request, load, token) => request.Cache.LoadAsync(request.Key, load, token), token),
            Policy, cancellationToken);
    }

    /// <summary>Reads a value, from the cache or from the queue, and tells a hit, a stale hit and a miss apart.</summary>
    public new ValueTask<CacheLookup<T>> TryGetAsync(in CacheKeyParts key, CancellationToken cancellationToken = default)
    {
        if (TryQueued(key, cancellationToken, out var value)) return new(new CacheLookup<T>(value, isStale: false));
        var cached = base.TryGetAsync(key, cancellationToken);
        return cached is { IsCompletedSuccessfully: true, Result: { IsHit: true, IsStale: false } }
            ? cached
            : LookFurtherAsync(cached, IdOf(key), cancellationToken);
    }

    /// <summary>Reads many values, from the cache or from the queue, in one round trip each.</summary>
    /// <returns>One for each key, in order.</returns>
    public new async ValueTask<IReadOnlyList<CacheLookup<T>>> GetManyAsync(
        IReadOnlyList<CacheKeyParts> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var found = new CacheLookup<T>[keys.Count];
        for (var i = 0; i < found.Length; i++)
            if (TryQueued(keys[i], cancellationToken, out var value)) found[i] = new(value, isStale: false);
        var open = Open();
        if (open.Length == 0 && found.Length > 0) return found;
        var cached = await base.GetManyAsync([.. open.Select(i => keys[i])], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < open.Length; i++) found[open[i]] = cached[i];
        open = Open();
        if (open.Length == 0 || !_queued.MayBeJournalled) return found;
        var rows = await _queued.FindManyAsync([.. open.Select(i => IdOf(keys[i]))], Policy.Strict, cancellationToken)
            .ConfigureAwait(false);
        for (var i = 0; i < open.Length; i++)
            if (rows?[i] is { } row) found[open[i]] = Lookup(row);
        return found;

        int[] Open() => [.. Enumerable.Range(0, found.Length).Where(i => !found[i].IsHit || found[i].IsStale)];
    }

    /// <summary>Reads a value; if the cache has none, it is taken from the queue, else the given load brings it.</summary>
    /// <inheritdoc cref="CacheStrategy{T}.GetOrSetAsync"/>
    public new ValueTask<T> GetOrSetAsync(
        in CacheKeyParts key, Func<CancellationToken, Task<T>> load, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        CacheEntryPolicy.Above0(ttl, nameof(ttl));
        if (TryQueued(key, cancellationToken, out var value)) return new(value);
        return LoadThroughAsync(
            key, (Cache: this, Key: key, Load: load), static (request, load, token) => request.Cache.FindOrLoadAsync(
                request.Key, load, request.Load, static (source, _, token) => source(token), token),
            Policy, ttl, cancellationToken);
    }

    /// <summary>Begins to write what the journal holds, without waiting for the first write of this process. Returns at once.</summary>
    public Task StartAsync()
    {
        ObjectDisposedException.ThrowIf(_pump.IsStopping, this);
        _pump.Start();
        return Task.CompletedTask;
    }

    /// <summary>Waits until the database has all that this process has queued. Writes go on to be accepted.</summary>
    /// <param name="atMost">How long.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What is left.</returns>
    public async Task<WriteBehindDrain> DrainAsync(TimeSpan atMost, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atMost, TimeSpan.Zero);
        if (_queue.Count > 0) _pump.Start();
        _pump.Hurry(true);
        await _queue.WhenEmpty().WaitAsync(atMost, Context.Time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pump.Hurry(false);
        cancellationToken.ThrowIfCancellationRequested();
        return new WriteBehindDrain(_queue.Count, IsJournalled);
    }

    /// <summary>Empties the queue as far as it can within a time, and writes no more. What is left is logged; a journalled queue
    /// keeps it.</summary>
    /// <param name="atMost">How long; omitted: <see cref="WriteBehindOptions.DrainTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the wait sooner.</param>
    /// <returns>What is left.</returns>
    public async Task<WriteBehindDrain> StopAsync(TimeSpan? atMost = null, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0) return new WriteBehindDrain(_queue.Count, IsJournalled);
        var began = Context.Time.GetTimestamp();
        var limit = atMost ?? _options.DrainTimeout;
        try
        {
            await DrainAsync(limit, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The host has no more time; what is left is told below.
        }

        var left = limit - Context.Time.GetElapsedTime(began);
        await _pump.StopAsync(left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        _queue.Close();
        WriteBehindClaims.Release(Context, Namespace, this);
        var drain = new WriteBehindDrain(_queue.Count, IsJournalled);
        if (!drain.IsComplete) WriteBehindLog.Left(Context.Logger, Namespace, drain.Left, IsJournalled);
        return drain;
    }

    /// <summary>The values the database would not take, oldest first: those <see cref="WriteBehindBatch{T}.Reject"/> named, and those that
    /// failed for too long. One for each key at most; it goes when a newer value of its key is written.</summary>
    /// <exception cref="CacheStoreException">The journal failed.</exception>
    public async Task<IReadOnlyList<WriteBehindDeadLetter>> ListDeadLettersAsync(CancellationToken cancellationToken = default)
    {
        var letters = new List<WriteBehindDeadLetter>();
        await foreach (var dead in _journal.ListDeadAsync(cancellationToken).ConfigureAwait(false))
            letters.Add(new(dead.Row.Key, dead.Row.Json, dead.Row.Sequence, dead.Reason, dead.GivenUpAt));
        letters.Sort(static (one, other) => one.GivenUpAt.CompareTo(other.GivenUpAt));
        return letters;
    }

    /// <summary>Queues the dead letters again, each unless a newer value of its key waits.</summary>
    /// <returns>How many were queued.</returns>
    /// <exception cref="CacheStoreException">The journal failed; some may have been queued.</exception>
    public async Task<int> ReplayDeadLettersAsync(CancellationToken cancellationToken = default)
    {
        var rows = new List<JournalRow>();
        await foreach (var dead in _journal.ListDeadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(dead.Row);
        var queued = 0;
        foreach (var row in rows)
        {
            if (await ReplayAsync(row, cancellationToken).ConfigureAwait(false)) queued++;
        }

        return queued;
    }

    /// <summary>Stops as <see cref="StopAsync"/> does.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a batch to the database, all of it or none, or so that it bears being repeated.</summary>
    /// <remarks>One batch at a time, off any request. What it throws makes the batch be tried again, smaller after each failure until a
    /// value that cannot be written is alone; see <see cref="WriteBehindBatch{T}.Reject"/> for one that never can.</remarks>
    /// <param name="batch">The values; no key twice.</param>
    /// <param name="cancellationToken">Cancelled when it takes too long or the app ends. Obey it: the queue waits.</param>
    protected abstract Task PersistAsync(WriteBehindBatch<T> batch, CancellationToken cancellationToken);

    async Task IBatchTarget.PersistAsync(IReadOnlyList<TakenWrite> taken, Exception?[] rejected, CancellationToken cancellationToken)
    {
        var items = new List<WriteBehindItem<T>>(taken.Count);
        var places = new List<int>(taken.Count);
        for (var i = 0; i < taken.Count; i++)
        {
            try
            {
                items.Add(new(taken[i].Row.Key, Loader.Codec.Decode(taken[i].Row.Json)!, taken[i].Row.Sequence, taken[i].Attempts));
                places.Add(i);
            }
            catch (CacheSerializationException error)
            {
                rejected[i] = error; // another release's value; no attempt will make it fit
            }
        }

        if (items.Count == 0) return;
        _isPersisting.Value = true;
        var batch = new WriteBehindBatch<T>(items);
        try
        {
            await PersistAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            for (var i = 0; i < places.Count; i++) rejected[places[i]] = batch.RejectionOf(i);
        }
    }

    private async ValueTask WriteKeyAsync(string text, CacheKeyParts key, CacheEntry entry, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stopped != 0, this);
        using var turn = await Context.Writes.TakeAsync(text, cancellationToken).ConfigureAwait(false);
        turn.Enter();
        await EnqueueAsync(text, new JournalRow(IdOf(text), key, entry.Value), PutAsync, cancellationToken).ConfigureAwait(false);
        var failure = await _writes.SetAsync(text, entry, Policy).ConfigureAwait(false);
        if (failure is null || !Policy.Strict) return;
        throw new CacheStoreException(
            $"The write to cache {Namespace} is queued for the database, but its entry could not be stored; it is removed.", failure);
    }

    private async ValueTask<long?> PutAsync(JournalRow row, CancellationToken cancellationToken) =>
        await _journal.PutAsync(row, cancellationToken).ConfigureAwait(false);

    /// <returns>False: the journal has something newer.</returns>
    private async ValueTask<bool> EnqueueAsync(
        string text, JournalRow row, Func<JournalRow, CancellationToken, ValueTask<long?>> put, CancellationToken cancellationToken)
    {
        var wasPromised = await _queue.RoomAsync(row.Id, mayWait: !_isPersisting.Value, cancellationToken).ConfigureAwait(false);
        long? sequence;
        try
        {
            sequence = await put(row, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (wasPromised) _queue.GiveBack();
            if (!_journal.Survives) throw;

            // Its reply may be what was lost: then the value will be written, and the entry must not hide it.
            _pump.ReadAgain();
            await _writes.RemoveAsync(text, Policy).ConfigureAwait(false);
            throw;
        }

        if (sequence is not { } number)
        {
            if (wasPromised) _queue.GiveBack();
            return false;
        }

        Put(row with { Sequence = number }, wasPromised);
        ObjectDisposedException.ThrowIf(_pump.IsStopping && !IsJournalled, this); // nobody would write it any more
        return true;
    }

    // Nobody waits for it any more, but it will be written: no entry loaded meanwhile may hide it.
    private async Task LandedAsync(JournalRow row)
    {
        Put(row, wasPromised: false);
        await _writes.RemoveAsync(KeyOf(row.Key), Policy).ConfigureAwait(false);
    }

    private void Put(JournalRow row, bool wasPromised)
    {
        _queue.Put(row, _options.FlushDelay, wasPromised);
        _pump.Start();
        _pump.Ring();
    }

    // The queue decides alone only where no other node writes; see QueuedValues.
    private bool TryQueued(in CacheKeyParts key, CancellationToken cancellationToken, out T value)
    {
        value = default!;
        if (!_queued.ComeFirst || cancellationToken.IsCancellationRequested || _queued.Find(IdOf(key)) is not { } row) return false;
        Loader.Counters.Add(CacheCount.Hits);
        value = Loader.Codec.Decode(row.Json)!;
        return true;
    }

    private async ValueTask<CacheLookup<T>> LookFurtherAsync(
        ValueTask<CacheLookup<T>> cached, string id, CancellationToken cancellationToken)
    {
        var found = await cached.ConfigureAwait(false);
        if (found is { IsHit: true, IsStale: false } || !_queued.MayBeJournalled) return found;
        var rows = await _queued.FindManyAsync([id], Policy.Strict, cancellationToken).ConfigureAwait(false);
        return rows?[0] is { } row ? Lookup(row) : found;
    }

    private async Task<T> FindOrLoadAsync<TState>(
        CacheKeyParts key, CacheLoad load, TState state, Func<TState, CacheLoad, CancellationToken, Task<T>> source,
        CancellationToken cancellationToken)
    {
        var rows = await _queued.FindManyAsync([IdOf(key)], Policy.Strict, cancellationToken).ConfigureAwait(false);
        if (rows is null) load.DoNotCache(); // it may be behind the journal
        else if (rows[0] is { } row) return Loader.Codec.Decode(row.Json)!;
        return await source(state, load, cancellationToken).ConfigureAwait(false);
    }

    private CacheLookup<T> Lookup(JournalRow row) => new(Loader.Codec.Decode(row.Json), isStale: false);

    private async ValueTask<bool> ReplayAsync(JournalRow dead, CancellationToken cancellationToken)
    {
        var text = KeyOf(dead.Key);
        using var turn = await Context.Writes.TakeAsync(text, cancellationToken).ConfigureAwait(false);
        turn.Enter();
        var isQueued = _queue.Find(dead.Id) is null &&
            await EnqueueAsync(text, dead, PutAgainAsync, cancellationToken).ConfigureAwait(false);
        if (isQueued) await _writes.RemoveAsync(text, Policy).ConfigureAwait(false); // loaded again, it comes from the queue
        await _journal.ForgetDeadAsync(dead.Id, cancellationToken).ConfigureAwait(false);
        return isQueued;

        ValueTask<long?> PutAgainAsync(JournalRow row, CancellationToken token) => _journal.ReviveAsync(row, token);
    }

    private string IdOf(in CacheKeyParts key) => IdOf(KeyOf(key));

    // A record's name has at most 256 characters; a longer one is its beginning and a hash of all of it.
    private string IdOf(string text)
    {
        const int Readable = 180;
        var id = text[_prefixLength..];
        return id.Length <= CacheName.MaxLength
            ? id
            : $"{id.AsSpan(0, char.IsHighSurrogate(id[Readable - 1]) ? Readable - 1 : Readable)}~" +
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
    }
}
