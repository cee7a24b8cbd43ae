using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Entries;

/// <summary>The store of entries over a folder of its own. At the end it is killed, or closed if lives slide, which a kill
/// shortens; opened again it must hold the same.</summary>
internal sealed class JsonCacheHarness(bool closes = false) : CacheStoreHarness
{
    private readonly List<string> _folders = [];
    private readonly TemporaryFolder _folder = new();

    public override ValueTask<ICacheStore> CreateAsync()
    {
        _folders.Add(_folder.Sub(_folders.Count.ToString()));
        return new(JsonCacheStore.Open(new JsonStoreOptions { Path = _folders[^1] }, Clock));
    }

    public override ValueTask VerifyAsync(ICacheStore store)
    {
        var json = (JsonCacheStore)store;
        json.Status.State.ShouldBe(JsonStoreState.Healthy);
        var before = EntryView.Of(json, Clock);
        if (closes) json.Dispose();
        else json.Abandon();
        using var again = JsonCacheStore.Open(new JsonStoreOptions { Path = _folders[^1] }, Clock);
        again.Status.Problem.ShouldBe("");
        EntryView.Of(again, Clock).Keys.ShouldBe(before.Keys, ignoreOrder: true);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await base.DisposeAsync();
    }
}
