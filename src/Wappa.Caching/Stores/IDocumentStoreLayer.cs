namespace Wappa.Caching;

/// <summary>A store of records that adds something to another one: memory in front, a fault in a test.</summary>
public interface IDocumentStoreLayer
{
    /// <summary>The one below.</summary>
    IDocumentStore Inner { get; }
}

/// <summary>Finding what a store of records can do beyond its contract, through the layers over it.</summary>
public static class DocumentStoreLayers
{
    /// <summary>The topmost of a store and those below it that is a <typeparamref name="TFeature"/>.</summary>
    /// <typeparam name="TFeature">An optional contract, as <see cref="IStoreSignals"/>.</typeparam>
    /// <returns>Null: none is.</returns>
    public static TFeature? Find<TFeature>(this IDocumentStore store)
        where TFeature : class
    {
        ArgumentNullException.ThrowIfNull(store);
        for (var layer = store; layer is not null; layer = (layer as IDocumentStoreLayer)?.Inner)
        {
            if (layer is TFeature feature) return feature;
        }

        return null;
    }
}
