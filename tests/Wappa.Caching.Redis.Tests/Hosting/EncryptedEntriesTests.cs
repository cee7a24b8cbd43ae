using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Redis.Tests.Hosting;

/// <summary>Entries that are compressed and encrypted on their way to a real server, as an app registers it; nodes come and go, and keys with
/// them.</summary>
public sealed class EncryptedEntriesTests : HostingFixture
{
    private const string Secret = "Sarah Johnson";
    private static readonly string Text = string.Concat(Enumerable.Repeat(Secret + ", ", 100));

    private readonly (string Id, byte[] Key) _first = ("2026-01", EntryKeyRing.NewKey());
    private readonly (string Id, byte[] Key) _second = ("2026-02", EntryKeyRing.NewKey());

    [Fact]
    public async Task Entries_CompressedAndEncrypted_ComeBackAndNothingOfThemIsReadableBelow()
    {
        await using (var app = Start(_first))
        {
            (await app.FetchAsync("k", Text)).ShouldBe(Text);
            await app.Cache.SetManyAsync([new(["m"], Text), new(["n"], "short " + Secret)]);
        }

        (await BelowAsync()).ShouldNotBeEmpty();
        (await BelowAsync()).ShouldAllBe(text => !text.Contains(Secret, StringComparison.Ordinal));
        await using var again = Start(_first);
        (await again.FetchAsync("k", "loaded")).ShouldBe(Text);
        (await again.Cache.GetManyAsync([["m"], ["n"], ["none"]])).Select(found => found.GetValueOrDefault())
            .ShouldBe([Text, "short " + Secret, null]);
    }

    [Fact]
    public async Task Keys_AreRotated_OldEntriesAreReadUntilTheirKeyGoes()
    {
        await using (var app = Start(_first))
        {
            await app.FetchAsync("old", Text);
            await app.FetchAsync("rewritten", Text);
        }

        await using (var app = Start(_first, _second))
        {
            (await app.FetchAsync("old", "loaded")).ShouldBe(Text);
            await app.Cache.SetAsync(["rewritten"], Text);
            await app.FetchAsync("new", Text);
        }

        await using var last = Start(_second);
        (await last.FetchAsync("new", "loaded")).ShouldBe(Text);
        (await last.FetchAsync("rewritten", "loaded")).ShouldBe(Text);
        last.Log.All.ShouldNotContain(line => line.Contains("keys this node does not have", StringComparison.Ordinal));
        (await last.FetchAsync("old", "loaded")).ShouldBe("loaded");
        last.Log.All.ShouldContain(line => line.Contains("keys this node does not have", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Entries_OfAnotherKeyOfTheSameName_AreMissesThatAreLoggedAndReplaced()
    {
        await using (var app = Start(_first)) await app.FetchAsync("k", Text);
        await using (var app = Start((_first.Id, EntryKeyRing.NewKey())))
        {
            (await app.Cache.TryGetAsync(["k"])).IsHit.ShouldBeFalse();
            (await app.Cache.GetManyAsync([["k"]])).Single().IsHit.ShouldBeFalse();
            (await app.FetchAsync("k", "loaded")).ShouldBe("loaded");
            (await app.FetchAsync("k", "loaded again")).ShouldBe("loaded");
            app.Log.All.ShouldContain(line => line.Contains("Warning", StringComparison.Ordinal) &&
                line.Contains("belong to another key", StringComparison.Ordinal));
            app.Log.All.ShouldAllBe(line => !line.Contains("secrets:v1", StringComparison.Ordinal));
        }
    }

    private Node Start(params (string Id, byte[] Key)[] keys)
    {
        var log = new LogLines();
        var services = Build(
            caching => caching.UseRedis(Url).CompressEntries(options => options.Threshold = 100)
                .EncryptEntries(options => Array.ForEach(keys, key => options.Keys.Add(key.Id, key.Key))),
            services => services.AddSingleton<ILoggerProvider>(log).AddCacheStrategy<SecretCache>());
        return new Node(services, log);
    }

    private async Task<string[]> BelowAsync()
    {
        await using var raw = await Server.ConnectAsync();
        await raw.CallAsync("SELECT", "3");
        List<string> values = [];
        foreach (var key in await raw.ListAsync("KEYS", "cache::secrets:*"))
            values.Add(await raw.CallAsync("GET", key) switch { byte[] bytes => Encoding.Latin1.GetString(bytes), var other => $"{other}" });
        return [.. values];
    }

    private sealed class SecretCache(CacheStrategyContext context) : CacheAsideStrategy<string>(context, "secrets", TimeSpan.FromHours(1));

    private sealed class Node(ServiceProvider services, LogLines log) : IAsyncDisposable
    {
        internal LogLines Log => log;

        internal SecretCache Cache { get; } = services.GetRequiredService<SecretCache>();

        internal async Task<string> FetchAsync(string key, string source) => await Cache.FetchAsync([key], _ => Task.FromResult(source));

        public ValueTask DisposeAsync() => services.DisposeAsync();
    }
}
