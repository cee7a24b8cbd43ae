using Wappa.Caching;

namespace ChatFeedApi.Hosting;

/// <summary>What follows a write that stands in the database: the caches forget what it changed.</summary>
/// <remarks>Without the request's token: a client that leaves takes nothing back. A cache that fails does not make the write fail either;
/// that is logged, and what was cached may be served until its time ends. After a write that failed nothing is forgotten: a database that
/// is down would else take what is served in its place.</remarks>
public sealed partial class AfterWrite(ILogger<AfterWrite> logger)
{
    /// <summary>Does all of it, side by side.</summary>
    public Task ForgetAsync(params IEnumerable<Func<ValueTask>> changes) => Task.WhenAll(changes.Select(TryAsync));

    private async Task TryAsync(Func<ValueTask> change)
    {
        try
        {
            await change();
        }
        catch (CacheStoreException error)
        {
            LogStale(logger, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A write stands, but the cache may show for a while what was there before.")]
    private static partial void LogStale(ILogger logger, Exception error);
}
