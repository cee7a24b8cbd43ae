using Microsoft.Extensions.DependencyInjection;
using Wappa.Guide.Tests.Snippets;
using Wappa.Testing;

namespace Wappa.Guide.Tests;

public sealed class JsonBackendTests : IDisposable
{
    private const string OrderFile = "states/hotel123_pizza_order_+1234567890.json";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task UseJson_WithOptions_KeepsRecordsInFiles()
    {
        var services = new ServiceCollection();
        var folder = _folder.Path;

        // snippet: backends-json
        services.AddWappaCaching(caching => caching.UseJson(json =>
        {
            json.Path = folder;                    // default: cache, in the working directory
            json.Durability = Durability.Interval; // default: Always
            json.MaxCachedBytes = 256L << 20;      // default: 32 MiB
        }));
        // end

        await using (var app = services.BuildServiceProvider())
        {
            var caches = app.GetRequiredService<ICacheFactory>();
            caches.Backend.ShouldBe("json");
            await caches.ForUser("hotel123", "+1234567890").State.SetAsync("pizza_order", new { step = "size" });
        }

        File.Exists(Path.Combine(folder, OrderFile)).ShouldBeTrue();
    }

    [Fact]
    public async Task Open_ByHand_ThenToLookAt()
    {
        var folder = _folder.Path;

        // snippet: backends-json-store
        await using var store = JsonDocumentStore.Open(new JsonStoreOptions { Path = folder, Durability = Durability.Interval });
        var user = CacheFactory.Over(store).ForUser("hotel123", "+1234567890");
        await user.State.SetAsync("pizza_order", new { step = "size" });

        await store.FlushAsync();    // a barrier: what was acknowledged is durable now
        var status = store.Status;   // state, what lags, what was damaged
        // end

        status.State.ShouldBe(JsonStoreState.Healthy);

        // snippet: backends-json-read-only
        await using var look = JsonDocumentStore.Open(new JsonStoreOptions { Path = folder, ReadOnly = true });
        var seen = await CacheFactory.Over(look).ForUser("hotel123", "+1234567890").State.GetAsync("pizza_order");
        // end

        seen!.ToString().ShouldBe("""{"step":"size"}""");
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () =>
            await CacheFactory.Over(look).ForUser("hotel123", "+1234567890").State.DeleteAsync("pizza_order"));
    }

    [Fact]
    public async Task BackendsPage_RecordFile_IsTheOneThatIsWritten()
    {
        var clock = new ManualTimeProvider();
        await using (var store = JsonDocumentStore.Open(new JsonStoreOptions { Path = _folder.Path }, time: clock))
        {
            await CacheFactory.Over(store).ForUser("hotel123", "+1234567890").State.SetAsync(
                "pizza_order", new { step = "confirm", size = "large", toppings = new[] { "pepperoni" }, total = 15.99m },
                TimeSpan.FromMinutes(30));
        }

        var shown = await File.ReadAllTextAsync(
            Path.Combine(_folder.Path, OrderFile), TestContext.Current.CancellationToken);
        var page = MarkdownPage.Read(Path.Combine(Repository.Root, "docs/guide/backends.md"));
        page.Blocks.Single(block => block.Language == "json").Code.ShouldBe(shown.TrimEnd('\n'));
    }

    [Fact]
    public async Task Edit_WithoutTheCheckLine_IsAccepted()
    {
        var file = Path.Combine(_folder.Path, OrderFile);
        await using (var store = JsonDocumentStore.Open(new JsonStoreOptions { Path = _folder.Path }))
            await CacheFactory.Over(store).ForUser("hotel123", "+1234567890").State.SetAsync("pizza_order", new { step = "size" });
        var edited = File.ReadAllLines(file).Where(line => !line.Contains("\"check\"")).Select(line => line.Replace("size", "confirm"));
        File.WriteAllLines(file, edited);

        await using var again = JsonDocumentStore.Open(new JsonStoreOptions { Path = _folder.Path });
        (await CacheFactory.Over(again).ForUser("hotel123", "+1234567890").State.GetFieldAsync<string>("pizza_order", "step"))
            .ShouldBe("confirm");
    }
}
