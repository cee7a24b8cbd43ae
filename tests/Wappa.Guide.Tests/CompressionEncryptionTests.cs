using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Guide.Tests;

public class CompressionEncryptionTests
{
    private static readonly IConfiguration Secrets = new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cache:Keys:2026-01"] = Convert.ToBase64String(EntryKeyRing.NewKey()),
            ["Cache:Keys:2026-07"] = Convert.ToBase64String(EntryKeyRing.NewKey()),
        })
        .Build();

    [Fact]
    public async Task CompressEntries_LargeValue_IsSmallerInTheStore()
    {
        var services = new ServiceCollection();

        // snippet: transforms-compress
        services.AddWappaCaching(caching => caching
            .UseMemory()
            .CompressEntries(options => options.Threshold = 4_096)); // default: 2,048 bytes
        // end

        await using var app = services.BuildServiceProvider();
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("pizza ", 2_000)));
        await app.GetRequiredService<ICacheStore>().SetAsync("menu:v1:all", new CacheEntry(text));
        (await app.GetRequiredService<MemoryCacheStore>().GetAsync("menu:v1:all"))!.Value.Length.ShouldBeLessThan(1_000);
        (await app.GetRequiredService<ICacheStore>().GetAsync("menu:v1:all"))!.Value.ToArray().ShouldBe(text);
    }

    [Fact]
    public async Task EncryptEntries_KeysRotated_ReadsBoth()
    {
        var services = new ServiceCollection();
        var secrets = Secrets;

        // snippet: transforms-encrypt
        services.AddWappaCaching(caching => caching
            .UseMemory()
            .EncryptEntries(options => options.Keys
                .Add("2026-01", secrets["Cache:Keys:2026-01"]!)    // still decrypts
                .Add("2026-07", secrets["Cache:Keys:2026-07"]!))); // the newest encrypts
        // end

        await using var app = services.BuildServiceProvider();
        var store = app.GetRequiredService<ICacheStore>();
        await store.SetAsync("profile:v1:7", new CacheEntry("Sarah"u8.ToArray()));
        (await store.GetAsync("profile:v1:7"))!.Value.ToArray().ShouldBe("Sarah"u8.ToArray());
        var stored = (await app.GetRequiredService<MemoryCacheStore>().GetAsync("profile:v1:7"))!.Value;
        Encoding.Latin1.GetString(stored.Span).ShouldContain("2026-07");
    }

    [Fact]
    public void KeyRing_RotatedOverManyNodes_NeverMissesAKey()
    {
        var ring = new EntryKeyRing().Add("2026-01", EntryKeyRing.NewKey());
        var next = EntryKeyRing.NewKey();

        // snippet: transforms-rotate
        ring.AddForReading("2026-07", next); // 1. on every node: it can be read
        ring.Add("2026-07", next);           // 2. then on every node: it encrypts
        ring.Remove("2026-01");              // 3. when the longest time to live has passed
        // end

        ring.KeyIds.ShouldBe(["2026-07"]);
    }
}
