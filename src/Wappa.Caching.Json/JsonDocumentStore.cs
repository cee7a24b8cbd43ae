using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Json;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Json.Records;
using Wappa.Caching.Json.Statistics;

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

    private readonly RecordEngine? _owned; // null: the folder is only looked at
    private RecordReader? _reader; // null: the folder is only looked at, or the store is disposed
    private readonly FolderView? _view;
    private readonly long _maxRecordBytes;
    private JsonStoreMeter? _meter; // null: opened by a test

    private JsonDocumentStore(RecordEngine engine, long maxRecordBytes)
    {
        _owned = engine;
        _reader = engine.Reader;
        _maxRecordBytes = maxRecordBytes;
    }

    private JsonDocumentStore(FolderView view) => _view = view;

    /// <inheritdoc/>
    public string Backend => BackendName;

    /// <summary>How the store is, for health checks and dashboards.</summary>
    public JsonStoreStatus Status => _owned?.Status ?? new JsonStoreStatus();

    /// <exception cref="CacheStoreException">The folder was opened to be looked at.</exception>
    /// <exception cref="ObjectDisposedException">The store was disposed.</exception>
    internal RecordEngine Engine => _owned?.Open() ?? throw Failures.OpenedReadOnly();

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
        JsonStoreOptions? options = null, int maxRecordBytes = 1 << 20, TimeProvider? time = null, ILogger? logger = null)
    {
        var store = Open(options ?? new JsonStoreOptions(), maxRecordBytes, new JsonStoreSeams { Time = time }, logger);
        store._meter = JsonStoreMeter.Shared;
        store._meter.Add(store, () => store.Status);
        return store;
    }

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<DocumentRecord>(cancellationToken)
        : _reader is { } reader && reader.TryReadResident(key, out var found) ? new(found)
        : Get(key);

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
        var engine = Engine;
        while (true)
        {
            await engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
            if (!engine.Writer.TryCommit(writes, out var result, out var batch)) continue;
            if (batch is not null) await engine.WaitAsync(batch, cancellationToken).ConfigureAwait(false);
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
            : Catch(() => Source.Many(keys));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        RecordWrites.ThrowIfNotSetsAndDeletes(writes, _maxRecordBytes);
        cancellationToken.ThrowIfCancellationRequested();
        var engine = Engine;
        var results = new ChangeResult[writes.Count];
        JournalBatch<RecordItem>? open = null;
        try
        {
            for (var i = 0; i < results.Length;)
            {
                await engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
                if (!engine.Writer.TryApply(writes[i].Key, writes[i].Change, out results[i], out var batch)) continue;
                i++;
                if (batch is null || ReferenceEquals(batch, open)) continue;
                if (open is not null) await engine.WaitAsync(open, cancellationToken).ConfigureAwait(false);
                open = batch;
            }
        }
        catch (CacheStoreException error) when (open is not null && !error.OutcomeUnknown)
        {
            // The writes before the one that failed are in the journal's hands, and will not be taken back.
            await engine.WaitAsync(open, cancellationToken).ConfigureAwait(false);
            throw Failures.PartlyWritten(error);
        }

        if (open is not null) await engine.WaitAsync(open, cancellationToken).ConfigureAwait(false);
        return results;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_owned is not null) await Engine.NamesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var pair in Source.List(set))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pair.Value.IsHit) yield return pair;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Engine.NamesAsync(cancellationToken).ConfigureAwait(false);
        var writes = Engine.Lists.Keys(set).ConvertAll(static key => new RecordWrite(key, new RecordChange.Delete()));
        var results = await WriteManyAsync(writes, cancellationToken).ConfigureAwait(false);
        return results.Count(static result => result.Applied);
    }

    /// <summary>Waits until every write acknowledged so far is durable. With <see cref="Durability.Always"/> it is already.</summary>
    /// <exception cref="CacheStoreException">It could not be made so.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        var engine = Engine;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
            if (engine.Journal.IsDurable) return;
            if (engine.Journal.RequestSync() is not { } batch) continue;
            await engine.WaitAsync(batch, cancellationToken).ConfigureAwait(false);
            return;
        }
    }

    /// <summary>Brings the files up to date and leaves the folder. Takes as long as the disk needs for what they lag
    /// behind.</summary>
    public void Dispose()
    {
        _reader = null;
        _meter?.Remove(this);
        _owned?.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    /// <remarks>The disk is waited for on another thread.</remarks>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));

    internal static JsonDocumentStore Open(
        JsonStoreOptions options, int maxRecordBytes, JsonStoreSeams seams, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecordBytes, 2);
        if (options.ReadOnly) return new JsonDocumentStore(FolderView.Open(options, seams));
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
    internal void Checkpoint() => Engine.Checkpoint();

    /// <summary>Removes the files of records that have expired, wherever they are.</summary>
    internal void Sweep() => Engine.Sweep();

    /// <summary>Tries to take changes again after the disk has failed.</summary>
    internal void Repair() => Engine.Repair();

    /// <summary>Ends without touching the disk, as <c>kill -9</c> would.</summary>
    internal void Abandon()
    {
        _meter?.Remove(this);
        _owned?.Abandon();
    }

    private IRecordSource Source => _owned?.Open().Lists ?? (IRecordSource)_view!;

    private static ValueTask<T> Catch<T>(Func<T> call)
    {
        try
        {
            return new(call());
        }
        catch (Exception error) when (error is CacheStoreException or ObjectDisposedException)
        {
            return ValueTask.FromException<T>(error);
        }
    }

    private ValueTask<DocumentRecord> Get(in RecordKey key)
    {
        try
        {
            return new(_owned is { } engine ? engine.Open().Reader.Read(key) : _view!.Read(key));
        }
        catch (Exception error) when (error is CacheStoreException or ObjectDisposedException)
        {
            return ValueTask.FromException<DocumentRecord>(error);
        }
    }

    private async ValueTask<ChangeResult> ApplyCoreAsync(RecordKey key, RecordChange change, CancellationToken cancellationToken)
    {
        var engine = Engine;
        while (true)
        {
            if (!engine.Journal.IsReady) await engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
            if (!engine.Writer.TryApply(key, change, out var result, out var batch)) continue;
            if (batch is not null) await engine.WaitAsync(batch, cancellationToken).ConfigureAwait(false);
            return result;
        }
    }
}
