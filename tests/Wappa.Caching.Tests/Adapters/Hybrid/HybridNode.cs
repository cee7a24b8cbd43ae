using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Adapters.Hybrid;

/// <summary>An app with a HybridCache; several over one store are several nodes.</summary>
internal sealed class HybridNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    internal HybridNode(
        ICacheStore? shared = null, ManualTimeProvider? clock = null, Action<IServiceCollection>? register = null,
        CacheEntryPolicy? policy = null)
    {
        Clock = clock ?? new ManualTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Clock);
        services.AddWappaCaching(caching =>
        {
            if (shared is not null) caching.UseStores("shared", p => p.GetRequiredService<MemoryDocumentStore>(), _ => shared);
        });
        services.AddWappaHybridCache(options => options.Policy = policy ?? options.Policy);
        register?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    internal ManualTimeProvider Clock { get; }

    internal HybridCache Cache => _services.GetRequiredService<HybridCache>();

    internal ICacheStore Store => _services.GetRequiredService<ICacheStore>();

    internal IServiceProvider Services => _services;

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>A factory that waits until it is let go.</summary>
internal sealed class GatedFactory<T>(T value)
{
    private readonly TaskCompletionSource<T> _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal int Calls { get; private set; }

    internal CancellationToken Token { get; private set; }

    internal async ValueTask<T> RunAsync(CancellationToken token)
    {
        Calls++;
        Token = token;
        Started.TrySetResult();
        return await _gate.Task;
    }

    internal void LetGo() => _gate.SetResult(value);
}
