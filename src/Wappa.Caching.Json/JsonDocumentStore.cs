using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Json;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Json.Records;

namespace Wappa.Caching;

/// <summary>Records in readable JSON files that survive a crash. How it works: <c>README.md</c> of the package
/// <c>Wappa.Caching.Json</c>.</summary>
/// <remarks>
/// <para>A record that is in memory is read without I/O. Others are read from their files on the caller's thread, some
/// microseconds from the operating system's cache. Writes complete when they are as durable as
/// <see cref="JsonStoreOptions.Durability"/> asks.</para>
/// <para>One process owns a folder. Dispose the store to bring its files up to date and leave the folder; without that nothing
/// acknowledged is lost either, but the next opening has the journal to read.</para>
/// </remarks>
public sealed class JsonDocumentStore : IDocumentStore, IDisposable, IAsyncDisposable
{
    internal const string BackendName = "json";

    private readonly RecordEngine _engine;
    private readonly long _maxRecordBytes;

    private JsonDocumentStore(RecordEngine engine, long maxRecordBytes)
    {
        _engine = engine;
        _maxRecordBytes = maxRecordBytes;
    }

    /// <inheritdoc/>
    public string Backend => BackendName;

    /// <summary>How the store is, for health checks and dashboards.</summary>
    public JsonStoreStatus Status => _engine.Status;

    internal RecordEngine Engine => _engine;

    /// <summary>Opens a folder, which is made if it is missing. After a crash the journal is read, at about a million records a
    /// second; record files are not looked at.</summary>
    /// <param name="options">Where and how. Default: <c>cache</c> in the working directory.</param>
    /// <param name="maxRecordBytes">The largest record, in bytes of JSON. Default: 1 MiB.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <param name="logger">Where damage and failures are reported. Default: nowhere.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    /// <exception cref="CacheStoreUnavailableException">Another process owns the folder (the text says which), or the disk does
    /// not let it be opened.</exception>
    public static JsonDocumentStore Open(
        JsonStoreOptions? options = null, int maxRecordBytes = 1 << 20, TimeProvider? time = null, ILogger? logger = null) =>
        Open(options ?? new JsonStoreOptions(), maxRecordBytes, new JsonStoreSeams { Time = time }, logger);

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<DocumentRecord>(cancellationToken) : Get(key);

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) => GetAsync(key, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        (await GetAsync(key, cancellationToken).ConfigureAwait(false)).Ttl;

    /// <inheritdoc/>
    public ValueTask<ChangeResult> ApplyAsync(RecordKey key, RecordChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<ChangeResult>(cancellationToken)
            : ApplyCoreAsync(key, change, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        RecordWrites.ThrowIfNotOneUser(writes);
        cancellationToken.ThrowIfCancellationRequested();
        if (writes.Count == 0) return new CommitResult(true, []);
        while (true)
        {
            await _engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
            if (!_engine.Writer.TryCommit(writes, out var result, out var batch)) continue;
            if (batch is not null) await _engine.WaitAsync(batch, cancellationToken).ConfigureAwait(false);
            return result;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<IReadOnlyList<DocumentRecord>>(cancellationToken)
            : _engine.Catch(static (engine, keys) => engine.Lists.Many(keys), keys);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        RecordWrites.ThrowIfNotSetsAndDeletes(writes, _maxRecordBytes);
        cancellationToken.ThrowIfCancellationRequested();
        var results = new ChangeResult[writes.Count];
        JournalBatch<RecordItem>? open = null;
        for (var i = 0; i < results.Length;)
        {
            await _engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
            if (!_engine.Writer.TryApply(writes[i].Key, writes[i].Change, out results[i], out var batch)) continue;
            i++;
            if (batch is null || ReferenceEquals(batch, open)) continue;
            if (open is not null) await _engine.WaitAsync(open, cancellationToken).ConfigureAwait(false);
            open = batch;
        }

        if (open is not null) await _engine.WaitAsync(open, cancellationToken).ConfigureAwait(false);
        return results;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _engine.NamesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var pair in set.Kind == RecordKind.Table ? _engine.Lists.Rows(set) : _engine.Lists.OfUser(set))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pair.Value.IsHit) yield return pair;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _engine.NamesAsync(cancellationToken).ConfigureAwait(false);
        var writes = _engine.Lists.Keys(set).ConvertAll(static key => new RecordWrite(key, new RecordChange.Delete()));
        var results = await WriteManyAsync(writes, cancellationToken).ConfigureAwait(false);
        return results.Count(static result => result.Applied);
    }

    /// <summary>Waits until every write acknowledged so far is durable. With <see cref="Durability.Always"/> it is already.</summary>
    /// <exception cref="CacheStoreException">It could not be made so.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
            if (_engine.Journal.RequestSync() is not { } batch) continue;
            await _engine.WaitAsync(batch, cancellationToken).ConfigureAwait(false);
            return;
        }
    }

    /// <summary>Brings the files up to date and leaves the folder. Takes as long as the disk needs for what they lag
    /// behind.</summary>
    public void Dispose() => _engine.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal static JsonDocumentStore Open(
        JsonStoreOptions options, int maxRecordBytes, JsonStoreSeams seams, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecordBytes, 2);
        var engine = new RecordEngine(options, maxRecordBytes, seams, logger ?? NullLogger.Instance);
        try
        {
            engine.Start();
            return new JsonDocumentStore(engine, maxRecordBytes);
        }
        catch (Exception error)
        {
            engine.Abandon();
            if (error is FileSystemException) throw Failures.NotOpened(error);
            throw;
        }
    }

    /// <summary>Writes the files of all records that have changed.</summary>
    internal void Checkpoint() => _engine.Checkpoint();

    /// <summary>Removes the files of records that have expired, wherever they are.</summary>
    internal void Sweep() => _engine.Sweep();

    /// <summary>Tries to take changes again after the disk has failed.</summary>
    internal void Repair() => _engine.Repair();

    /// <summary>Ends without touching the disk, as <c>kill -9</c> would.</summary>
    internal void Abandon() => _engine.Abandon();

    private ValueTask<DocumentRecord> Get(in RecordKey key)
    {
        try
        {
            return new(_engine.Reader.Read(key));
        }
        catch (CacheStoreException error)
        {
            return ValueTask.FromException<DocumentRecord>(error);
        }
    }

    private async ValueTask<ChangeResult> ApplyCoreAsync(RecordKey key, RecordChange change, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_engine.Journal.IsReady) await _engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
            if (!_engine.Writer.TryApply(key, change, out var result, out var batch)) continue;
            if (batch is not null) await _engine.WaitAsync(batch, cancellationToken).ConfigureAwait(false);
            return result;
        }
    }
}
