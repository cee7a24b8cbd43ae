using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Caching.Stores;
using Wappa.Caching.Tests.Statistics;
using Wappa.Caching.Transforms;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Transforms;

public sealed class TransformedCacheStoreTests
{
    private const string Key = "chat:v1:conversation:123";

    private static readonly string Base64 = Convert.ToBase64String(TransformedHarness.KeyBytes);

    [Fact]
    public async Task EncryptEntries_OverTheBackend_StoresNoPlainText()
    {
        await using var services = new ServiceCollection()
            .AddWappaCaching(caching => caching.UseMemory().CompressEntries(o => o.Threshold = 0).EncryptEntries(o => o.Keys.Add("k1", Base64)))
            .BuildServiceProvider();
        var store = services.GetRequiredService<ICacheStore>();
        await store.SetAsync(Key, new CacheEntry("Sarah Johnson"u8.ToArray()));

        (await store.GetAsync(Key)).ShouldNotBeNull().Value.ToArray().ShouldBe("Sarah Johnson"u8.ToArray());
        var below = await services.GetRequiredService<MemoryCacheStore>().GetAsync(Key);
        Encoding.Latin1.GetString(below.ShouldNotBeNull().Value.Span).ShouldNotContain("Sarah");
    }

    [Fact]
    public async Task EncryptEntries_ChosenBeforeTheBackend_IsOverItAllTheSame()
    {
        await using var services = new ServiceCollection()
            .AddWappaCaching(caching => caching.EncryptEntries(o => o.Keys.Add("k1", Base64)).UseMemory())
            .BuildServiceProvider();
        services.GetRequiredService<ICacheStore>().Find<TransformedCacheStore>().ShouldNotBeNull();
    }

    [Fact]
    public async Task GetManyAsync_OneEntryTamperedWith_IsAMissAmongHits()
    {
        using var memory = new MemoryCacheStore();
        var store = TransformedHarness.Over(memory, new EntryTransform(null, TransformedHarness.Encryption("k1")));
        await store.SetManyAsync([new("a:1", new("one"u8.ToArray())), new("a:2", new("two"u8.ToArray()))]);
        await memory.SetAsync("a:1", (await memory.GetAsync("a:2")).ShouldNotBeNull()); // the value of one under the key of the other

        var found = await store.GetManyAsync(["a:1", "a:2"]);
        found[0].ShouldBeNull();
        found[1].ShouldNotBeNull().Value.ToArray().ShouldBe("two"u8.ToArray());
        (await store.GetAsync("a:1")).ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_UnreadableEntries_AreCountedAndLoggedOnceAMinuteWithoutKeys()
    {
        var clock = new ManualTimeProvider();
        var log = new LogLines();
        using var memory = new MemoryCacheStore();
        using var errors = new MeterReadings("wappa.caching.errors");
        var options = TransformedHarness.Encryption("k1");
        var store = new TransformedCacheStore(memory, new EntryTransform(null, options), new UnreadableEntries("transformed", log, clock));
        await store.SetAsync(Key, new CacheEntry("secret"u8.ToArray()));
        options.Keys.Add("k2", TransformedHarness.KeyOf("k2")).Remove("k1");

        for (var i = 0; i < 5; i++) (await store.GetAsync(Key)).ShouldBeNull();
        log.Lines.ShouldHaveSingleItem().ShouldContain("'k1'");
        clock.Advance(TimeSpan.FromMinutes(1));
        (await store.GetAsync(Key)).ShouldBeNull();
        log.Lines.Count.ShouldBe(2);
        log.Lines[1].ShouldStartWith("5 stored value");
        log.Lines.ShouldAllBe(line => !line.Contains("conversation"));
        errors.Sum(("backend", "transformed"), ("error", "unknown_key")).ShouldBe(6);
    }

    [Fact]
    public async Task Options_Dumped_HoldNoKeyMaterial()
    {
        await using var services = new ServiceCollection()
            .AddWappaCaching(caching => caching.EncryptEntries(o => o.Keys.Add("k1", Base64)))
            .BuildServiceProvider();
        var options = services.GetRequiredService<IOptions<EntryEncryptionOptions>>().Value;

        var dump = JsonSerializer.Serialize(options) + options.Keys + options;
        dump.ShouldContain("k1");
        dump.ShouldNotContain(Base64[..8]);
        dump.ShouldNotContain("0,1,2,3");
    }

    [Theory]
    [InlineData("", "id")]
    [InlineData("key with spaces", "id")]
    [InlineData("a-name-of-more-than-thirty-two-characters", "id")]
    public void Add_IdThatCannotBe_Throws(string id, string parameter) =>
        Should.Throw<ArgumentException>(() => new EntryKeyRing().Add(id, TransformedHarness.KeyBytes)).ParamName.ShouldBe(parameter);

    [Fact]
    public void Add_KeyThatCannotBe_ThrowsWithoutRepeatingIt()
    {
        var ring = new EntryKeyRing().Add("k1", Base64);
        const string Secret = "c2VjcmV0LXNlY3JldA==";
        Should.Throw<ArgumentException>(() => ring.Add("k2", Secret)).Message.ShouldNotContain(Secret);
        Should.Throw<ArgumentException>(() => ring.Add("k2", "not base 64!")).Message.ShouldNotContain("not base");
        Should.Throw<ArgumentException>(() => ring.Add("k2", new byte[16])).Message.ShouldContain("32");
        Should.Throw<ArgumentException>(() => ring.Add("k1", new byte[32])).Message.ShouldContain("Another key");
        Should.Throw<InvalidOperationException>(() => ring.Remove("k1"));
        ring.Remove("k2").ShouldBeFalse();
        ring.KeyIds.ShouldBe(["k1"]);
    }

    [Fact]
    public void AddForReading_ThenAdd_MakesItTheNewest()
    {
        var ring = new EntryKeyRing().Add("k1", TransformedHarness.KeyOf("k1")).AddForReading("k2", TransformedHarness.KeyOf("k2"));
        ring.KeyIds.ShouldBe(["k2", "k1"]);
        ring.AddForReading("k1", TransformedHarness.KeyOf("k1")).KeyIds.ShouldBe(["k2", "k1"]);
        ring.Add("k2", TransformedHarness.KeyOf("k2")).KeyIds.ShouldBe(["k1", "k2"]);
    }

    [Fact]
    public void Options_ThatCannotWork_AreNamed()
    {
        ShouldName("EntryEncryptionOptions.Keys", c => c.EncryptEntries(_ => { }));
        ShouldName("EntryEncryptionOptions.Keys", c => c.EncryptEntries(o => o.Keys = null!));
        ShouldName("EntryEncryptionOptions.EncryptWrites", c => c.EncryptEntries(o =>
        {
            o.Keys.Add("k1", Base64);
            (o.EncryptWrites, o.ReadUnencrypted) = (false, false);
        }));
        ShouldName("EntryCompressionOptions.Threshold", c => c.CompressEntries(o => o.Threshold = -1));
        ShouldName("EntryCompressionOptions.Algorithm", c => c.CompressEntries(o => o.Algorithm = (EntryCompression)7));
        ShouldName("EntryCompressionOptions.Level", c => c.CompressEntries(o => o.Level = (System.IO.Compression.CompressionLevel)9));

        static void ShouldName(string option, Action<ICachingBuilder> configure)
        {
            using var services = new ServiceCollection().AddWappaCaching(configure).BuildServiceProvider();
            Should.Throw<OptionsValidationException>(() => services.GetRequiredService<ICacheStore>()).Message.ShouldContain(option);
        }
    }

    private sealed class LogLines : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
