using Wappa.Caching.AspNetCore.Recording;
using Wappa.Caching.AspNetCore.Responses;
using Wappa.Caching.Loading;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>A request that waits for a response to be made, by itself or by another.</summary>
internal sealed class EndpointCall(Exchange exchange, string key) : IDetachable, IDisposable
{
    internal Exchange Exchange { get; } = exchange;

    /// <summary>The key without variant.</summary>
    internal string Key { get; } = key;

    /// <summary>What stands under <see cref="Key"/>, if variants do; then the call is for one of them.</summary>
    internal StoredResponse? Rule { get; set; }

    /// <summary>The run, if it is this request's own.</summary>
    internal EndpointRun? Run { get; set; }

    /// <summary>What the run made, if it is to be stored.</summary>
    internal StoredResponse? Made { get; set; }

    /// <summary>Whether the client has its answer, or has left.</summary>
    internal bool IsAnswered { get; set; }

    /// <summary>A copy of the request for a run in the background; null: not taken.</summary>
    internal RequestCopy? Copy { get; private set; }

    /// <inheritdoc/>
    public void Detach() => Copy = new RequestCopy(Exchange);

    /// <inheritdoc/>
    public void Dispose() => Run?.Dispose();
}
