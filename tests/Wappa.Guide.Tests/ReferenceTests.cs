using System.Globalization;
using Wappa.Guide.Tests.Snippets;

namespace Wappa.Guide.Tests;

/// <summary>The reference's tables against the code: nothing is missing and no default is another one.</summary>
public class ReferenceTests
{
    private static readonly string Options = Page("options.md");

    public static TheoryData<string> OptionNames() =>
    [
        .. new[]
            {
                typeof(CachingOptions), typeof(JsonStoreOptions), typeof(MemoryStoreOptions), typeof(WhatsAppOptions),
                typeof(WappaOptions), typeof(InboxOptions), typeof(EntryCompressionOptions), typeof(EntryEncryptionOptions),
                typeof(WappaDistributedCacheOptions), typeof(WappaHybridCacheOptions), typeof(WappaOutputCacheOptions),
                typeof(ResponseCacheOptions), typeof(ETagOptions), typeof(CacheStatsOptions),
            }
            .SelectMany(type => type.GetProperties().Select(property => $"{type.Name}.{property.Name}")),
    ];

    [Theory]
    [MemberData(nameof(OptionNames))]
    public void OptionsPage_EveryOption_HasARowUnderItsType(string option)
    {
        var (type, name) = option.Split('.') is [var before, var after] ? (before, after) : default;
        Section(type).ShouldContain($"| `{name}` |");
    }

    [Fact]
    public void OptionsPage_Defaults_AreTheCodes()
    {
        var caching = new CachingOptions();
        Row("MaxRecordBytes").ShouldEndWith($"| {Number(caching.MaxRecordBytes)} |");
        Row("OnFailure").ShouldEndWith($"| `{caching.OnFailure}` |");
        (caching.StateTtl, caching.UserTtl, caching.TableTtl).ShouldBe((null, null, null));

        var memory = new MemoryStoreOptions();
        Row("MaxEntryBytes", nameof(MemoryStoreOptions)).ShouldEndWith($"| {Number(memory.MaxEntryBytes!.Value)} |");
        (memory.MaxRecords, memory.MaxEntries).ShouldBe((null, null));

        var whatsApp = new WhatsAppOptions();
        Row("ApiUrl").ShouldEndWith($"| `{whatsApp.ApiUrl}` |");
        Row("RequestTimeout").ShouldEndWith($"| {whatsApp.RequestTimeout.TotalSeconds:0} seconds |");

        var inbox = new WappaOptions().Inbox;
        Row("Capacity").ShouldEndWith($"| {Number(inbox.Capacity)} |");
        Row("DuplicateWindow").ShouldEndWith($"| {inbox.DuplicateWindow.TotalDays:0} days |");
        Row("DuplicateCapacity").ShouldEndWith($"| {Number(inbox.DuplicateCapacity)} |");
        Row("DrainTimeout").ShouldEndWith($"| {inbox.DrainTimeout.TotalSeconds:0} seconds |");
    }

    [Fact]
    public void JsonOptions_Defaults_AreTheCodesOnBothPages()
    {
        var json = new JsonStoreOptions();
        var expected = new Dictionary<string, string>
        {
            [nameof(json.Durability)] = $"`{json.Durability}`",
            [nameof(json.SyncInterval)] = $"{json.SyncInterval.TotalSeconds:0} second",
            [nameof(json.CheckpointDelay)] = $"{json.CheckpointDelay.TotalMilliseconds:0} ms",
            [nameof(json.MaxJournalBytes)] = Number(json.MaxJournalBytes),
            [nameof(json.MaxCachedBytes)] = Number(json.MaxCachedBytes),
            [nameof(json.MaxEntryBytes)] = Number(json.MaxEntryBytes),
            [nameof(json.Layout)] = $"`{json.Layout}`",
            [nameof(json.ReadOnly)] = json.ReadOnly ? "true" : "false",
        };
        (json.Path, json.OwnTenant).ShouldBe((null, null));
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs/guide/backends.md"));
        foreach (var (option, value) in expected)
        {
            Row(option, nameof(JsonStoreOptions)).ShouldEndWith($"| {value} |");
            guide.ShouldContain($"| `JsonStoreOptions.{option}` | {value} |");
        }
    }

    [Fact]
    public void EntryOptions_Defaults_AreTheCodes()
    {
        var compression = new EntryCompressionOptions();
        Row("Algorithm", nameof(EntryCompressionOptions)).ShouldEndWith($"| `{compression.Algorithm}` |");
        Row("Threshold", nameof(EntryCompressionOptions)).ShouldEndWith($"| {Number(compression.Threshold)} |");
        Row("Level", nameof(EntryCompressionOptions)).ShouldEndWith($"| `{compression.Level}` |");
        var encryption = new EntryEncryptionOptions();
        (encryption.EncryptWrites, encryption.ReadUnencrypted, encryption.Keys.KeyIds.Count).ShouldBe((true, true, 0));
        var distributed = new WappaDistributedCacheOptions();
        Row("Namespace", nameof(WappaDistributedCacheOptions)).ShouldEndWith($"| `{distributed.Namespace}` |");
        Row("StoreTimeout", nameof(WappaDistributedCacheOptions)).ShouldEndWith($"| {distributed.StoreTimeout!.Value.TotalSeconds:0} seconds |");
        var hybrid = new WappaHybridCacheOptions();
        Row("Namespace", nameof(WappaHybridCacheOptions)).ShouldEndWith($"| `{hybrid.Namespace}` |");
        Row("Policy", nameof(WappaHybridCacheOptions)).ShouldContain($"of {hybrid.Policy.Ttl!.Value.TotalMinutes:0} minutes");
    }

    [Fact]
    public void ErrorsPage_EveryException_IsListed()
    {
        var page = Page("errors.md");
        var exceptions = new[] { typeof(ICacheFactory).Assembly, typeof(JsonDocumentStore).Assembly, typeof(WappaEventHandler).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes()).Where(typeof(Exception).IsAssignableFrom);
        foreach (var exception in exceptions) page.ShouldContain($"| `{exception.Name}` |");
    }

    [Fact]
    public void OperationsTable_EveryMethodOfARecordCache_IsListed()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/guide/fields-counters-lists.md"));
        foreach (var method in typeof(IRecordCache<string>).GetMethods().Where(method => method.IsPublic))
            page.ShouldContain($"`{method.Name}", customMessage: "the table of operations");
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Row(string option, string? type = null) =>
        (type is null ? Options : Section(type)).Split('\n')
            .Single(line => line.StartsWith($"| `{option}` |", StringComparison.Ordinal));

    private static string Section(string type) =>
        Options.Split("\n## ").Single(one => one.StartsWith(type + "\n", StringComparison.Ordinal));

    private static string Page(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs/reference", name));
}
