using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching.Json.Tests.Entries;

/// <summary>Caches on disk, as strategies use them: a restart finds what was stored, in the type it had, and damage costs a load.</summary>
public sealed class StrategyRestartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DiskAndConfigurationCache_AfterARestart_AreReadAndNotLoaded()
    {
        await using (var app = Start())
        {
            await Disk(app).SetAsync("greeting", new Greeting("hello", 1.0m, [1, 2]));
            await Settings(app).GetOrSetAsync("limit", _ => Task.FromResult(7));
        }

        await using var again = Start();
        var found = await Disk(again).GetOrSetAsync("greeting", _ => throw new InvalidOperationException("It was stored."));
        (found.Text, found.Price, found.Numbers).ShouldBe(("hello", 1.0m, found.Numbers));
        found.Numbers.ShouldBe([1, 2]);
        (await Settings(again).GetOrSetAsync("limit", _ => Task.FromResult(8))).ShouldBe(7);
    }

    [Fact]
    public async Task DiskCache_KilledAfterAWrite_HasIt()
    {
        var first = JsonCacheStore.Open(new JsonStoreOptions { Path = _folder.Root });
        await new DiskCache<int>(new CacheStrategyContext(first), "disk").SetAsync("n", 5);
        first.Abandon();
        using var again = JsonCacheStore.Open(new JsonStoreOptions { Path = _folder.Root });
        (await new DiskCache<int>(new CacheStrategyContext(again), "disk").GetAsync("n")).ShouldBe(5);
    }

    [Fact]
    public async Task DiskCache_FileIsDamaged_IsSetAsideAndWhatWasInItIsLoadedAgain()
    {
        await using (var app = Start())
            foreach (var key in (string[])["one", "two", "three"]) await Disk(app).SetAsync(key, new Greeting(key, 1, []));
        var damaged = 0;
        foreach (var file in Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            var at = bytes.AsSpan().IndexOf("\"text\":\"two"u8);
            if (at < 0) at = bytes.AsSpan().IndexOf("\\\"text\\\":\\\"two"u8);
            if (at < 0) continue;
            bytes[at + 9] ^= 1;
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
            damaged++;
        }

        damaged.ShouldBeGreaterThan(0, "the test must have found the value, or it tests nothing");
        await using var again = Start();
        foreach (var key in (string[])["one", "two", "three"])
        {
            var loaded = (await Disk(again).GetOrSetAsync(key, _ => Task.FromResult(new Greeting("loaded", 1, [])))).Text;
            if (loaded != key) loaded.ShouldBe("loaded");
            if (key == "two") loaded.ShouldBe("loaded", "a damaged value is never served");
            (await Disk(again).GetAsync(key)).ShouldNotBeNull();
        }

        Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories)
            .ShouldContain(file => file.Contains("quarantine", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DiskCache_FormOfTheValueHasChangedSince_IsLoadedAgain()
    {
        await using (var app = Start()) await app.GetRequiredService<ICacheStore>().SetAsync(
            "greetings:v1:greeting", new CacheEntry(Encoding.UTF8.GetBytes("""{"text":{"en":"hello"}}""")));
        await using var again = Start();
        (await Disk(again).GetOrSetAsync("greeting", _ => Task.FromResult(new Greeting("loaded", 1, [])))).Text.ShouldBe("loaded");
    }

    private ServiceProvider Start() => new ServiceCollection()
        .AddWappaCaching(caching => caching.UseJson(_folder.Root)).BuildServiceProvider();

    private static DiskCache<Greeting> Disk(IServiceProvider app) => new(app.GetRequiredService<CacheStrategyContext>(), "greetings");

    private static ConfigurationCache<int> Settings(IServiceProvider app) => new(app.GetRequiredService<CacheStrategyContext>());

    private sealed record Greeting(string Text, decimal Price, int[] Numbers);
}
