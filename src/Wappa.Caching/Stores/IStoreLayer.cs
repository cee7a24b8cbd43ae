namespace Wappa.Caching.Stores;

/// <summary>A store of entries that adds something to another one.</summary>
internal interface IStoreLayer
{
    /// <summary>The one below.</summary>
    ICacheStore Inner { get; }
}

/// <summary>Finding what a store can do beyond its contract, through the layers over it.</summary>
internal static class StoreLayers
{
    /// <summary>The topmost of a store and its inner ones that is a <typeparamref name="TFeature"/>.</summary>
    /// <returns>Null: none is.</returns>
    internal static TFeature? Find<TFeature>(this ICacheStore store)
        where TFeature : class
    {
        for (var layer = store; layer is not null; layer = (layer as IStoreLayer)?.Inner)
        {
            if (layer is TFeature feature) return feature;
        }

        return null;
    }
}
