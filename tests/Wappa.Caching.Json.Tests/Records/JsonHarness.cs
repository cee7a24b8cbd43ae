using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>The store of records over a folder of its own; disposed and checked at rest.</summary>
internal sealed class JsonHarness(Action<JsonStoreOptions>? configure = null) : DocumentStoreHarness
{
    private readonly List<JsonDocumentStore> _stores = [];
    private readonly TemporaryFolder _folder = new();

    public override ValueTask<IDocumentStore> CreateAsync(CachingOptions options)
    {
        var json = new JsonStoreOptions { Path = _folder.Sub(_stores.Count.ToString()) };
        configure?.Invoke(json);
        var store = JsonDocumentStore.Open(json, options.MaxRecordBytes, Clock);
        _stores.Add(store);
        return new(store);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            store.Status.State.ShouldBe(JsonStoreState.Healthy);
            await store.DisposeAsync();
        }

        _folder.Dispose();
        await base.DisposeAsync();
    }
}
