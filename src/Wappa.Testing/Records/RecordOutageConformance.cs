using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>What an app sees while its store fails, in both failure modes, and that nothing is lost when it is
/// back.</summary>
/// <remarks>The failures are injected in front of the store under test, so that every store passes through
/// them.</remarks>
/// <param name="harness">The store under test.</param>
public abstract class RecordOutageConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private static readonly Dictionary<string, Func<Exception>> Failures = new()
    {
        ["unavailable"] = () => new CacheStoreUnavailableException("The backend cannot be reached."),
        ["timeout"] = () => new CacheStoreTimeoutException("The backend did not answer."),
        ["corrupt"] = () => new CacheStoreCorruptException("The backend holds garbage."),
        ["other"] = () => new CacheStoreException("The backend failed."),
    };

    private static readonly Dictionary<string, Func<Exception>> NoFailures = new()
    {
        ["cancellation"] = () => new OperationCanceledException(),
        ["a wrong call"] = () => new ArgumentException("wrong"),
        ["a bug"] = () => new InvalidOperationException("bug"),
        ["a wrong kind"] = () => new CacheTypeException("wrong kind"),
        ["a limit"] = () => new CacheLimitException("too much", 1, 2),
    };

    // What each operation answers when the store fails and the app chose to go on; null: it throws all the same.
    private static readonly Dictionary<string, (Operation Call, string? Otherwise)> Operations = new()
    {
        ["Get"] = (async (me, kind) => await Records(me, kind).GetAsync("r"), ""),
        ["Get<T>"] = (async (me, kind) => await Records(me, kind).GetAsync<Step>("r"), ""),
        ["TryGet"] = (async (me, kind) => (await Records(me, kind).TryGetAsync<Step>("r")).IsHit, "False"),
        ["GetField"] = (async (me, kind) => await Records(me, kind).GetFieldAsync<int>("r", "number"), "0"),
        ["TryGetField"] = (async (me, kind) =>
            (await Records(me, kind).TryGetFieldAsync<int>("r", "number")).IsHit, "False"),
        ["Exists"] = (async (me, kind) => await Records(me, kind).ExistsAsync("r"), "False"),
        ["GetTtl"] = (async (me, kind) => await Records(me, kind).GetTtlAsync("r"), "missing"),
        ["Set"] = (async (me, kind) => await Records(me, kind).SetAsync("r", new Step("x")), "False"),
        ["Merge"] = (async (me, kind) => await Records(me, kind).MergeAsync("r", new { name = "x" }), "0"),
        ["SetField"] = (async (me, kind) => await Records(me, kind).SetFieldAsync("r", "name", "x"), "False"),
        ["SetFields"] = (async (me, kind) =>
            await Records(me, kind).SetFieldsAsync("r", new Dictionary<string, object?> { ["name"] = "x" }), "False"),
        ["RemoveField"] = (async (me, kind) => await Records(me, kind).RemoveFieldAsync("r", "name"), "False"),
        ["Delete"] = (async (me, kind) => await Records(me, kind).DeleteAsync("r"), "False"),
        ["SetTtl"] = (async (me, kind) => await Records(me, kind).SetTtlAsync("r", TimeSpan.FromHours(1)), "False"),
        ["Persist"] = (async (me, kind) => await Records(me, kind).PersistAsync("r"), "False"),
        ["CreateIfAbsent"] = (async (me, kind) =>
            (await Records(me, kind).CreateIfAbsentAsync("r", new Step("x"))).Outcome, "StoreFailed"),
        ["ReplaceIf"] = (async (me, kind) =>
            (await Records(me, kind).ReplaceIfAsync("r", new Step("x"), 1)).Outcome, "StoreFailed"),
        ["GetMany"] = (async (me, kind) =>
            string.Join(",", (await Records(me, kind).GetManyAsync<Step>(["r", "s"])).Select(one => one.IsHit)),
            "False,False"),
        ["SetMany"] = (async (me, kind) =>
            string.Join(",", await Records(me, kind).SetManyAsync<Step>([new("r", new("x")), new("s", new("x"))])),
            "False,False"),
        ["DeleteMany"] = (async (me, kind) =>
            string.Join(",", await Records(me, kind).DeleteManyAsync(["r", "s"])), "False,False"),
        ["List"] = (async (me, kind) => await CountAsync(me, kind), "0"),
        ["DeleteAll"] = (async (me, kind) => kind switch
        {
            RecordKind.State => await me.State.DeleteAllAsync(),
            RecordKind.User => await me.User.DeleteAllAsync(),
            _ => await me.Table.DeleteAllAsync(TableName),
        }, "0"),
        ["TryIncrement"] = (async (me, kind) =>
            (await Records(me, kind).TryIncrementFieldAsync("r", "number")).Error is not null, "True"),
        ["TryAppend"] = (async (me, kind) =>
            (await Records(me, kind).TryAppendToListAsync("r", "list", 1)).Error is not null, "True"),
        ["Increment"] = (async (me, kind) => await Records(me, kind).IncrementFieldAsync("r", "number"), null),
        ["IncrementDecimal"] = (async (me, kind) =>
            await Records(me, kind).IncrementFieldAsync("r", "price", 1m), null),
        ["IncrementDouble"] = (async (me, kind) => await Records(me, kind).IncrementFieldAsync("r", "rate", 1.0), null),
        ["Append"] = (async (me, kind) => await Records(me, kind).AppendToListAsync("r", "list", 1), null),
        ["Update"] = (async (me, kind) =>
            await Records(me, kind).UpdateAsync<Step>("r", step => step ?? new("lost")), null),
        ["Commit"] = (async (me, _) =>
        {
            var batch = me.CreateBatch();
            batch.State.Set("r", new Step("x"));
            return await batch.CommitAsync();
        }, null),
        ["Erase"] = (async (me, _) => await me.EraseAsync(), null),
    };

    private delegate Task<object?> Operation(UserCaches me, RecordKind kind);

    /// <summary>Every operation, for each kind.</summary>
    public static TheoryData<RecordKind, string> EveryOperation =>
        [.. Enum.GetValues<RecordKind>().SelectMany(kind => Operations.Keys.Select(operation => (kind, operation)))];

    [Theory, MemberData(nameof(EveryOperation))]
    public async Task Operation_StoreFails_ThrowsWhatTheStoreThrew(RecordKind kind, string operation)
    {
        var (call, otherwise) = Operations[operation];
        foreach (var (reason, failure) in Failures)
        {
            var error = failure();
            var me = Failing(FailureMode.Throw, error);

            // The two calls that make an answer of a failure do so in either mode.
            if (otherwise == "True") (await call(me, kind)).ShouldBe(true, reason);
            else (await Should.ThrowAsync<CacheStoreException>(() => call(me, kind))).ShouldBeSameAs(error, reason);
        }
    }

    [Theory, MemberData(nameof(EveryOperation))]
    public async Task Operation_StoreFailsAndTheAppGoesOn_AnswersAsIfThereWereNothing(RecordKind kind, string operation)
    {
        var (call, otherwise) = Operations[operation];
        foreach (var (reason, failure) in Failures)
        {
            var error = failure();
            var me = Failing(FailureMode.ReturnDefault, error);

            if (otherwise is null)
                (await Should.ThrowAsync<CacheStoreException>(() => call(me, kind))).ShouldBeSameAs(error, reason);
            else ((await call(me, kind))?.ToString() ?? "").ShouldBe(otherwise, reason);
        }
    }

    [Theory, MemberData(nameof(EveryOperation))]
    public async Task Operation_SomethingElseGoesWrong_IsNeverSwallowed(RecordKind kind, string operation)
    {
        foreach (var (reason, failure) in NoFailures)
        {
            var expected = failure().GetType();
            var me = Failing(FailureMode.ReturnDefault, failure());

            var error = await Should.ThrowAsync<Exception>(() => Operations[operation].Call(me, kind));
            expected.IsInstanceOfType(error).ShouldBeTrue($"{reason}: {error}");
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Outage_IsOver_NothingWasChanged(RecordKind kind)
    {
        await Records(kind).SetAsync("r", new Step("before", 7), TimeSpan.FromMinutes(1));
        var before = await Records(kind).TryGetAsync<Step>("r");
        foreach (var mode in Enum.GetValues<FailureMode>())
        {
            var me = Failing(mode, Failures["unavailable"]());
            foreach (var (call, _) in Operations.Values)
            {
                try
                {
                    await call(me, kind);
                }
                catch (CacheStoreUnavailableException)
                {
                    // as it should
                }
            }
        }

        var after = await Records(kind).TryGetAsync<Step>("r");
        after.Value.ShouldBe(new Step("before", 7));
        after.Revision.ShouldBe(before.Revision);
        ShouldLive(after.Ttl, TimeSpan.FromMinutes(1));
        (await Records(kind).ExistsAsync("s")).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Reply_Lost_SaysThatTheOutcomeIsUnknown(RecordKind kind)
    {
        var lost = new CacheStoreTimeoutException("The reply was lost.");
        var store = new InterceptedDocumentStore(Store) { After = _ => throw lost };
        var cache = Records(CacheFactory.Over(store).ForUser(Tenant, UserId), kind);

        (await Should.ThrowAsync<CacheStoreException>(async () => await cache.CreateIfAbsentAsync("r", new Step("x"))))
            .OutcomeUnknown.ShouldBeTrue();

        // Asked again, the same call finds out.
        (await Records(kind).CreateIfAbsentAsync("r", new Step("x"))).Outcome.ShouldBe(ChangeOutcome.Exists);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task List_StoreFailsHalfway_EndsOrThrowsAfterWhatWasRead(RecordKind kind)
    {
        for (var i = 0; i < 5; i++) await Records(kind).SetAsync($"r{i}", new Step("x"));

        (await CountAsync(FailingAfter(3, FailureMode.ReturnDefault), kind)).ShouldBe(3);
        await Should.ThrowAsync<CacheStoreException>(async () =>
            await CountAsync(FailingAfter(3, FailureMode.Throw), kind));
    }

    private static async Task<int> CountAsync(UserCaches caches, RecordKind kind)
    {
        var items = kind switch
        {
            RecordKind.State => caches.State.ListAsync<Step>(),
            RecordKind.User => caches.User.ListAsync<Step>(),
            _ => caches.Table.ListAsync<Step>(TableName),
        };
        var count = 0;
        await foreach (var _ in items) count++;
        return count;
    }

    private UserCaches Failing(FailureMode mode, Exception error) => Over(
        new InterceptedDocumentStore(Store) { Before = _ => ValueTask.FromException(error) }, mode);

    private UserCaches FailingAfter(int calls, FailureMode mode) => Over(
        new InterceptedDocumentStore(Store)
        {
            Before = _ => --calls >= 0 ? ValueTask.CompletedTask : ValueTask.FromException(Failures["unavailable"]()),
        },
        mode);

    private static UserCaches Over(IDocumentStore store, FailureMode mode) =>
        CacheFactory.Over(store, new CachingOptions { OnFailure = mode }).ForUser(Tenant, UserId);
}
