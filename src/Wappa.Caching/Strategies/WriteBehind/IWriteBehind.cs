using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Wappa.Caching.WriteBehind;

/// <summary>A write-behind strategy as its host sees it.</summary>
internal interface IWriteBehind
{
    Task StartAsync();

    Task<WriteBehindDrain> StopAsync(TimeSpan? atMost, CancellationToken cancellationToken);
}

/// <summary>Takes up a strategy's journal when the app starts, and empties its queue when the app ends: after everything else has
/// stopped, so that nothing writes to it any more.</summary>
internal sealed class WriteBehindHost<TStrategy>(IServiceProvider services) : IHostedLifecycleService
    where TStrategy : class
{
    private IWriteBehind? _strategy;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not before all stores are open.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _strategy = (IWriteBehind)services.GetRequiredService<TStrategy>();
        return _strategy.StartAsync();
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _strategy?.StopAsync(null, cancellationToken) ?? Task.CompletedTask;
}
