using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>Records in Redis: one hash each, changed by scripts. What stands where, and what a change goes through: the README of the
/// package.</summary>
/// <remarks>Connects with the first call. The client is the caller's, who disposes of it.</remarks>
internal sealed class RedisDocumentStore : IDocumentStore, IContentStore, IStoreSignals
{
    private readonly RecordReader _reader;
    private readonly RecordWriter _writer;
    private readonly RecordCommitter _committer;
    private readonly RecordLister _lister;
    private readonly StoreSignals _signals;

    /// <param name="client">How the server is reached.</param>
    /// <param name="options">Where records stand.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    internal RedisDocumentStore(IRedisClient client, RecordStoreOptions options)
    {
        options.ThrowIfInvalid();
        var server = new RecordServer(client, options);
        var runner = new ProgramRunner(server);
        _reader = new RecordReader(server);
        var removal = new NameRemoval(server);
        _writer = new RecordWriter(server, _reader, runner, removal);
        _committer = new RecordCommitter(server, _reader, runner);
        _lister = new RecordLister(server, _reader, _writer, removal);
        _signals = new StoreSignals(server);
    }

    /// <inheritdoc/>
    public string Backend => "redis";

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        _reader.GetAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetContentAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        _reader.GetContentAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field, CancellationToken cancellationToken = default) =>
        _reader.GetFieldAsync(key, field, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        _reader.GetTtlAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ChangeResult> ApplyAsync(RecordKey key, RecordChange change, CancellationToken cancellationToken = default) =>
        _writer.ApplyAsync(key, change, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        _committer.CommitAsync(writes, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) => _reader.GetManyAsync(keys, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        _writer.WriteManyAsync(writes, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, CancellationToken cancellationToken = default) => _lister.ListAsync(set, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
        _lister.DeleteAllAsync(set, cancellationToken);

    /// <inheritdoc/>
    public int ListedAtOnce => NamePages.PageSize - 1; // one page, and what tells that it was the last

    /// <inheritdoc/>
    public ValueTask PublishAsync(string channel, string message, CancellationToken cancellationToken = default) =>
        _signals.PublishAsync(channel, message, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IAsyncDisposable> SubscribeAsync(
        string channel, Action<string?> received, CancellationToken cancellationToken = default) =>
        _signals.SubscribeAsync(channel, received, cancellationToken);
}
