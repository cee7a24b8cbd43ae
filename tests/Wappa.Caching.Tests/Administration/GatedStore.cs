namespace Wappa.Caching.Tests.Administration;

/// <summary>A store of one's own that can be made to fail, hang, lose and lie.</summary>
internal sealed class GatedStore : ICacheStore, IDisposable
{
    private readonly MemoryCacheStore _memory = new();

    internal string? FailOn { get; set; }

    internal string? HangOn { get; init; }

    internal bool Loses { get; init; }

    internal bool Lies { get; init; }

    internal TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Backend => "gated";

    public void Dispose() => _memory.Dispose();

    public async ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        await EnterAsync("get");
        if (Loses) return null;
        return Lies ? new CacheEntry("another"u8.ToArray()) : await _memory.GetAsync(key, cancellationToken);
    }

    public ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken = default) =>
        _memory.GetManyAsync(keys, cancellationToken);

    public async ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        await EnterAsync("set");
        await _memory.SetAsync(key, entry, cancellationToken);
    }

    public ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default) =>
        _memory.SetManyAsync(entries, cancellationToken);

    public ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        _memory.AddAsync(key, entry, cancellationToken);

    public ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default) =>
        _memory.BeginLoadAsync(key, cancellationToken);

    public ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default) =>
        _memory.CompleteLoadAsync(key, entry, fence, cancellationToken);

    public async ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        await EnterAsync("remove");
        return await _memory.RemoveAsync(key, cancellationToken);
    }

    public ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) =>
        _memory.RemoveByTagAsync(tag, cancellationToken);

    public ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default) =>
        _memory.RemoveByPrefixAsync(prefix, cancellationToken);

    public ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default) =>
        _memory.GetTtlAsync(key, cancellationToken);

    public ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        _memory.RenewAsync(key, ttl, cancellationToken);

    // Ignores every token, as a client may.
    private async ValueTask EnterAsync(string operation)
    {
        if (FailOn == operation) throw new CacheStoreUnavailableException("It is gone.");
        if (HangOn != operation) return;
        Hanging.TrySetResult();
        await new TaskCompletionSource().Task;
    }
}
