using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Wappa.Caching;

/// <summary>How far warming is.</summary>
/// <param name="Total">How many items are known so far.</param>
/// <param name="Warmed">How many are in the caches.</param>
/// <param name="Failed">How many failed; they are loaded when they are asked for.</param>
/// <param name="IsOver">Whether it has ended, by its work or its time limit.</param>
public readonly record struct CacheWarmingProgress(int Total, int Warmed, int Failed, bool IsOver);

/// <summary>Fills caches when the app starts. Registered by <c>services.AddCacheWarming(…)</c>; ask it how far it is.</summary>
/// <remarks>A failing item is logged and left out; it never stops the app.</remarks>
public sealed partial class CacheWarming : IHostedService, IDisposable
{
    private static readonly Counter<long> Items = CachingMeter.Meter.CreateCounter<long>(
        "wappa.caching.warming.items", "{item}", "Items put into the caches at the start, or failed.");

    private readonly CacheWarmingOptions _options;
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _time;
    private readonly ILogger<CacheWarming> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _total;
    private int _warmed;
    private int _failed;

    /// <summary>For the container.</summary>
    /// <param name="options">What to warm.</param>
    /// <param name="scopes">Makes each item's services.</param>
    /// <param name="time">The clock of the time limit.</param>
    /// <param name="logger">Where progress and failures are told.</param>
    public CacheWarming(
        IOptions<CacheWarmingOptions> options, IServiceScopeFactory scopes, TimeProvider time, ILogger<CacheWarming> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _scopes, _time, _logger) = (options.Value, scopes, time, logger);
    }

    /// <summary>How far it is, now.</summary>
    public CacheWarmingProgress Progress => new(
        Volatile.Read(ref _total), Volatile.Read(ref _warmed), Volatile.Read(ref _failed), _over.Task.IsCompleted);

    /// <summary>Completes when warming has ended, one way or the other. Never fails.</summary>
    public Task Completion => _over.Task;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = RunAsync();
        return _options.WaitAtStart ? Completion.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Completion.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var limit = new CancellationTokenSource(_options.TimeLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        var began = _time.GetTimestamp();
        try
        {
            // An item that ignores its token is left behind: the limit is the app's, not the item's.
            await WarmAllAsync(both.Token).WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            if (!_stop.IsCancellationRequested) LogTimeUp(_logger, _options.TimeLimit, _warmed, _total);
        }
        finally
        {
            LogOver(_logger, _warmed, _total, _failed, _time.GetElapsedTime(began).TotalSeconds);
            _over.TrySetResult();
        }
    }

    private async Task WarmAllAsync(CancellationToken cancellationToken)
    {
        var bounded = new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken };
        foreach (var source in _options.Sources)
        {
            IReadOnlyList<Func<IServiceProvider, CancellationToken, Task>> items = [];
            await TryAsync(source.Name, async services => items = await source.List(services, cancellationToken).ConfigureAwait(false))
                .ConfigureAwait(false);
            Interlocked.Add(ref _total, items.Count);
            await Parallel.ForEachAsync(items, bounded, async (item, token) =>
            {
                var isWarm = await TryAsync(source.Name, services => item(services, token)).ConfigureAwait(false);
                if (!isWarm) return;
                Interlocked.Increment(ref _warmed);
                Count(source.Name, "warmed");
            }).ConfigureAwait(false);
            LogProgress(_logger, source.Name, _warmed, _total);
        }
    }

    private async ValueTask<bool> TryAsync(string name, Func<IServiceProvider, Task> work)
    {
        try
        {
            var scope = _scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false)) await work(scope.ServiceProvider).ConfigureAwait(false);
            return true;
        }
        catch (Exception error)
        {
            if (error is OperationCanceledException && _stop.IsCancellationRequested) return false;
            Interlocked.Increment(ref _failed);
            Count(name, "failed");
            LogFailed(_logger, error, name);
            return false;
        }
    }

    private static void Count(string name, string outcome) => Items.Add(1, new("source", name), new("outcome", outcome));

    [LoggerMessage(50, LogLevel.Warning, "Warming of {Name} failed for one item; it is loaded when it is asked for.")]
    private static partial void LogFailed(ILogger logger, Exception error, string name);

    [LoggerMessage(51, LogLevel.Information, "Warmed {Name}: {Warmed} of {Total} items so far.")]
    private static partial void LogProgress(ILogger logger, string name, int warmed, int total);

    [LoggerMessage(52, LogLevel.Warning, "Warming was ended by its time limit of {Limit}, with {Warmed} of {Total} items done.")]
    private static partial void LogTimeUp(ILogger logger, TimeSpan limit, int warmed, int total);

    [LoggerMessage(53, LogLevel.Information, "Warming is over: {Warmed} of {Total} items, {Failed} failed, in {Seconds} s.")]
    private static partial void LogOver(ILogger logger, int warmed, int total, int failed, double seconds);
}
