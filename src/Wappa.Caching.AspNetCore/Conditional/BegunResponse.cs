using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>The response as the handler sees it while its body is held: started, once it has written.</summary>
/// <remarks>Without it an error page would begin where the broken one ended: it clears a response that has not started, and has no way to
/// take back what is held.</remarks>
internal sealed class BegunResponse(IHttpResponseFeature inner, HeldResponse held) : IHttpResponseFeature
{
    public int StatusCode
    {
        get => inner.StatusCode;
        set => inner.StatusCode = value;
    }

    public string? ReasonPhrase
    {
        get => inner.ReasonPhrase;
        set => inner.ReasonPhrase = value;
    }

    public IHeaderDictionary Headers
    {
        get => inner.Headers;
        set => inner.Headers = value;
    }

    [Obsolete("Use IHttpResponseBodyFeature.Stream.")]
    public Stream Body
    {
        get => held.Stream;
        set => inner.Body = value;
    }

    public bool HasStarted => held.HasBegun || inner.HasStarted;

    public void OnStarting(Func<object, Task> callback, object state) => inner.OnStarting(callback, state);

    public void OnCompleted(Func<object, Task> callback, object state) => inner.OnCompleted(callback, state);
}
