using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Tests.Scopes;

/// <summary>What the conformance suite of outages cannot see: a store that throws before it makes a task, the log and
/// the counter.</summary>
public sealed class FailureModeTests
{
    private const string Tenant = "secret-hotel";
    private const string User = "+4915112345678";
    private const string Record = "secret-record";

    private static readonly Dictionary<string, (Func<UserCaches, Task<object?>> Call,
        string? Otherwise)> Operations = new()
    {
        ["Get"] = (async me => await me.State.GetAsync(Record), ""),
        ["Get<T>"] = (async me => await me.State.GetAsync<Dictionary<string, int>>(Record), ""),
        ["TryGet"] = (async me => (await me.State.TryGetAsync<Dictionary<string, int>>(Record)).IsHit, "False"),
        ["GetField"] = (async me => await me.State.GetFieldAsync<int>(Record, "n"), "0"),
        ["Exists"] = (async me => await me.State.ExistsAsync(Record), "False"),
        ["GetTtl"] = (async me => await me.State.GetTtlAsync(Record), "missing"),
        ["Set"] = (async me => await me.State.SetAsync(Record, new { n = 1 }), "False"),
        ["Delete"] = (async me => await me.State.DeleteAsync(Record), "False"),
        ["CreateIfAbsent"] = (async me =>
            (await me.State.CreateIfAbsentAsync(Record, CacheDocument.Empty)).Outcome, "StoreFailed"),
        ["GetMany"] = (async me => (await me.State.GetManyAsync<CacheDocument>([Record])).Count, "1"),
        ["DeleteMany"] = (async me => (await me.State.DeleteManyAsync([Record]))[0], "False"),
        ["DeleteAll"] = (async me => await me.State.DeleteAllAsync(), "0"),
        ["List"] = (async me => await CountAsync(me.State.ListAsync<CacheDocument>()), "0"),
        ["List of a table"] = (async me => await CountAsync(me.Table.ListAsync<CacheDocument>("t")), "0"),
        ["TryIncrement"] = (async me => (await me.State.TryIncrementFieldAsync(Record, "n")).Error is not null, "True"),
        ["TryAppend"] = (async me => (await me.State.TryAppendToListAsync(Record, "l", 1)).Error is not null, "True"),
        ["Increment"] = (async me => await me.State.IncrementFieldAsync(Record, "n"), null),
        ["Append"] = (async me => await me.State.AppendToListAsync(Record, "l", 1), null),
        ["Update"] = (async me => await me.State.UpdateAsync<CacheDocument>(Record, _ => CacheDocument.Empty), null),
        ["Commit"] = (async me => await me.CreateBatch().CommitAsync(), null),
        ["Erase"] = (async me => await me.EraseAsync(), null),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task Operation_StoreThrowsAtOnce_IsAsIfTheTaskHadFailed(string operation)
    {
        var (call, otherwise) = Operations[operation];
        var forgiving = Over(FailureMode.ReturnDefault, () => new CacheStoreUnavailableException("down"));
        var strict = Over(FailureMode.Throw, () => new CacheStoreUnavailableException("down"));
        var broken = Over(FailureMode.ReturnDefault, () => new InvalidOperationException("bug"));

        if (otherwise is null) await Should.ThrowAsync<CacheStoreUnavailableException>(() => call(forgiving));
        else ((await call(forgiving))?.ToString() ?? "").ShouldBe(otherwise);

        if (otherwise == "True") (await call(strict)).ShouldBe(true);
        else await Should.ThrowAsync<CacheStoreUnavailableException>(() => call(strict));
        await Should.ThrowAsync<InvalidOperationException>(() => call(broken));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Operation_StoreFails_IsLoggedAndCountedWithoutNamingAnybody(string operation)
    {
        var (call, otherwise) = Operations[operation];
        var log = new ListLogger();
        var counted = new List<string>();
        using var listener = Listen(counted);
        var me = CacheFactory.Over(
            new ThrowingDocumentStore(() => new CacheStoreTimeoutException("late")),
            new CachingOptions { OnFailure = FailureMode.ReturnDefault }, log).ForUser(Tenant, User);

        try
        {
            await call(me);
        }
        catch (CacheStoreException)
        {
            // the caller was told, so there is nothing to log
        }

        if (otherwise is null or "True")
        {
            log.Entries.ShouldBeEmpty();
            return;
        }

        var (level, message) = log.Entries.ShouldHaveSingleItem();
        level.ShouldBe(LogLevel.Error);
        message.ShouldContain("throwing");
        counted.ShouldBe(["throwing timeout"]);
        foreach (var secret in (string[])[Tenant, User, "4915112345678", Record]) message.ShouldNotContain(secret);
    }

    [Fact]
    public async Task TryGet_StoreFailsAndTheAppGoesOn_IsAMissThatSaysWhy()
    {
        var me = Over(FailureMode.ReturnDefault, () => new CacheStoreUnavailableException("down"));

        var whole = await me.State.TryGetAsync<CacheDocument>(Record);
        var field = await me.State.TryGetFieldAsync<int>(Record, "n");

        whole.IsHit.ShouldBeFalse();
        field.IsHit.ShouldBeFalse();
        whole.Error.ShouldBeOfType<CacheStoreUnavailableException>();
        field.Error.ShouldBeOfType<CacheStoreUnavailableException>();
    }

    private static UserCaches Over(FailureMode mode, Func<Exception> error) =>
        CacheFactory.Over(new ThrowingDocumentStore(error), new CachingOptions { OnFailure = mode })
            .ForUser(Tenant, User);

    private static async Task<int> CountAsync(IAsyncEnumerable<CacheItem<CacheDocument>> items)
    {
        var count = 0;
        await foreach (var _ in items) count++;
        return count;
    }

    private static MeterListener Listen(List<string> counted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Wappa.Caching") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            var values = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value?.ToString());
            if (instrument.Name != "wappa.caching.errors" || values["backend"] != "throwing") return;
            lock (counted) counted.Add($"{values["backend"]} {values["error"]}");
        });
        listener.Start();
        return listener;
    }

    private sealed class ListLogger : ILogger
    {
        internal List<(LogLevel Level, string Message)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
                Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, formatter(state, exception)));
    }
}
