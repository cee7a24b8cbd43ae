namespace Wappa.Caching.Json.Tests.Hosting;

/// <summary>The working directory is the whole process's, so this test runs alone.</summary>
[Collection(nameof(CacheFactoryTests))]
public sealed class CacheFactoryTests
{
    [Fact]
    public async Task Create_Json_KeepsItsFilesInTheWorkingDirectory()
    {
        var before = Environment.CurrentDirectory;
        var folder = new TemporaryFolder();
        Environment.CurrentDirectory = folder.Root;
        try
        {
            var caches = CacheFactory.Create("json", "hotel123", "1234567890");
            await caches.CreateStateCache().SetAsync("pizza_order", new { step = "size" });

            Directory.Exists(folder.Sub("cache/.journal")).ShouldBeTrue();
            (await CacheFactory.Create("JSON", "hotel123", "1234567890").State.ExistsAsync("pizza_order")).ShouldBeTrue();
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        // After the store, which is closed at the end of the process.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
    }
}

[CollectionDefinition(nameof(CacheFactoryTests), DisableParallelization = true)]
public class CacheFactoryCollection;
