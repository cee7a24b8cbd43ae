using Microsoft.AspNetCore.Http.Features;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>The response of a request without a client: it never starts, and it ends, which is when what was registered for that is
/// disposed of.</summary>
internal sealed class BackgroundResponse : HttpResponseFeature
{
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();

    /// <inheritdoc/>
    public override void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    internal async Task CompleteAsync()
    {
        while (_completed.TryPop(out var registered)) await registered.Callback(registered.State).ConfigureAwait(false);
    }
}
