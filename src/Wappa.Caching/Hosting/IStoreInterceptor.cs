namespace Wappa.Caching.Hosting;

/// <summary>Something an app puts between itself and its backend. Not registered: nothing is, at no cost.</summary>
internal interface IStoreInterceptor
{
    /// <summary>What the app uses instead of the store of records, made once; the store itself for nothing. It disposes of the
    /// store with itself: the container knows only what it was given.</summary>
    IDocumentStore Intercept(IDocumentStore store);

    /// <summary>What the app uses instead of the store of entries, made once; the store itself for nothing.</summary>
    ICacheStore Intercept(ICacheStore store);
}
