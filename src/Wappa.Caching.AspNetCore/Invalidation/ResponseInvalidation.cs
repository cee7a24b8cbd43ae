using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;
using Wappa.Caching.AspNetCore.Keys;
using Wappa.Caching.AspNetCore.Serving;
using Wappa.Caching.Loading;

namespace Wappa.Caching.AspNetCore.Invalidation;

/// <summary>Removes stored responses, and lets nobody join a load of them that has begun.</summary>
internal sealed class ResponseInvalidation(CacheStrategyContext context, IOptions<ResponseCacheOptions> options) : IResponseCache
{
    private readonly NamespaceFlights _flights = context.Flights.Of(ResponseCache.Name);
    private readonly string _prefix = options.Value.Prefix;

    /// <inheritdoc/>
    public ValueTask InvalidateKeyAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return OutsideKey.IsValid(key) ? RemoveTagAsync(KeyLayout.KeyTag(_prefix, key), cancellationToken) : ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask InvalidateTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        try
        {
            await context.Store.RemoveByTagAsync(tag, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            context.Flights.DetachAll(); // other caches may use the tag
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> InvalidatePrefixAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (!prefix.EndsWith(':'))
            throw new ArgumentException("A prefix ends with ':', so that it cannot cut a part in two.", nameof(prefix));
        return OutsideKey.IsValid(prefix)
            ? RemovePrefixAsync(KeyLayout.KeysOf(_prefix, prefix), cancellationToken)
            : new(0L);
    }

    /// <inheritdoc/>
    public async ValueTask InvalidatePathAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.StartsWith('/')) throw new ArgumentException("A path begins with '/'.", nameof(path));
        var tag = path.Contains('{')
            ? KeyLayout.RouteTag(_prefix, RouteTexts.Shape(RoutePatternFactory.Parse(path)))
            : PathTags.OfAll(_prefix, path);
        await RemoveTagAsync(tag, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<long> ClearAsync(CancellationToken cancellationToken = default) =>
        RemovePrefixAsync(KeyLayout.AllOf(_prefix), cancellationToken);

    private async ValueTask RemoveTagAsync(string tag, CancellationToken cancellationToken)
    {
        try
        {
            await context.Store.RemoveByTagAsync(tag, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _flights.DetachWhere(load => ResponseTags.MayHave(load, [tag], _prefix));
        }
    }

    private async ValueTask<long> RemovePrefixAsync(string prefix, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Store.RemoveByPrefixAsync(prefix, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _flights.DetachAll();
        }
    }
}
