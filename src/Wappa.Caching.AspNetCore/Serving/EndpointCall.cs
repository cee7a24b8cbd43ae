using Wappa.Caching.AspNetCore.Invalidation;
using Wappa.Caching.AspNetCore.Recording;
using Wappa.Caching.AspNetCore.Responses;
using Wappa.Caching.Loading;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>A request that waits for a response to be made, by itself or by another.</summary>
/// <remarks>The load it started may begin when its client has left: the store was slow, and others wait. Then it must not touch
/// the request.
/// So either the load takes the request first, and the request is not let go of before the load has ended; or the request leaves first,
/// and leaves a copy of itself.</remarks>
internal sealed class EndpointCall(Exchange exchange, string key, StoredResponse? rule = null, string? variant = null)
    : IDetachable, IDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RequestCopy? _copy;
    private bool _isClosed;

    internal Exchange Exchange { get; } = exchange;

    /// <summary>The path it was asked for by. Not read from the request later: that may be gone before the load is.</summary>
    internal string Path { get; } = WrittenPaths.FullPath(exchange.Context.Request);

    /// <summary>The key without variant.</summary>
    internal string Key { get; } = key;

    /// <summary>The key of what is loaded: <see cref="Key"/>, or that of the variant.</summary>
    internal string LoadKey { get; } = variant ?? key;

    /// <summary>What stands under <see cref="Key"/>, if variants do; then the call is for one of them.</summary>
    internal StoredResponse? Rule { get; } = rule;

    /// <summary>The run, if it is on this request.</summary>
    internal EndpointRun? Run { get; private set; }

    /// <summary>What the run made, if it is to be stored.</summary>
    internal StoredResponse? Made { get; set; }

    /// <summary>Why the run's response is not to be stored.</summary>
    internal NotStored Obstacle { get; set; }

    /// <summary>Ends when the load that took the request is through with it.</summary>
    internal Task Ended => _ended.Task;

    /// <inheritdoc/>
    public void Detach() => Leave();

    /// <summary>The request will not wait for the load, which others may wait for.</summary>
    /// <returns>False: the load has it, and it must wait for <see cref="Ended"/>.</returns>
    internal bool Leave()
    {
        lock (_gate)
        {
            if (Run is null) _copy ??= new RequestCopy(Exchange.Context);
            return Run is null;
        }
    }

    /// <summary>The request has what it wanted, so that nobody wants anything of a load of its that has not begun.</summary>
    /// <returns>False: the load has it, and it must wait for <see cref="Ended"/>.</returns>
    internal bool Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            return Run is null;
        }
    }

    /// <summary>The load begins.</summary>
    /// <param name="copy">A copy of the request, if that has left; null: it has left without, and nobody wants the load.</param>
    /// <returns>The run on the request; null: the request has left.</returns>
    internal EndpointRun? TryTake(out RequestCopy? copy)
    {
        lock (_gate)
        {
            copy = _copy;
            if (copy is not null || _isClosed) return null;
            return Run = new EndpointRun(Exchange.Context, Exchange.Plan.Policy.MaxBodyBytes, hasClient: true);
        }
    }

    /// <summary>The load is through with the request.</summary>
    internal void End() => _ended.TrySetResult();

    /// <inheritdoc/>
    public void Dispose() => Run?.Dispose();
}
