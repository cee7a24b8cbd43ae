using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Writes that may be refused: create if absent, replace if unchanged, and the read–modify–write built on
/// them.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordConditionConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    [Theory, MemberData(nameof(Kinds))]
    public async Task CreateIfAbsent_MissingRecord_IsWritten(RecordKind kind)
    {
        var created = await Records(kind).CreateIfAbsentAsync("step", new Step("mine", 1), TimeSpan.FromMinutes(1));

        created.Outcome.ShouldBe(ChangeOutcome.Applied);
        created.Written.ShouldBeTrue();
        created.Value.ShouldBe(new Step("mine", 1));
        created.Revision.ShouldBe((await Records(kind).TryGetAsync<Step>("step")).Revision);
        ShouldLive(created.Ttl, TimeSpan.FromMinutes(1));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task CreateIfAbsent_PresentRecord_IsRefusedWithTheWinner(RecordKind kind)
    {
        await Records(kind).CreateIfAbsentAsync("step", new Step("winner"));
        var winner = await Records(kind).TryGetAsync<Step>("step");

        var refused = await Records(kind).CreateIfAbsentAsync("step", new Step("late"));

        refused.Outcome.ShouldBe(ChangeOutcome.Exists);
        refused.Written.ShouldBeFalse();
        refused.Value.ShouldBe(new Step("winner"));
        refused.Revision.ShouldBe(winner.Revision);
        refused.Ttl.ShouldBe(CacheTtl.NoExpiry);
        (await Records(kind).GetAsync<Step>("step")).ShouldBe(new Step("winner"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task CreateIfAbsent_AfterADelete_IsWritten(RecordKind kind)
    {
        await Records(kind).CreateIfAbsentAsync("step", new Step("first"));
        await Records(kind).DeleteAsync("step");

        (await Records(kind).CreateIfAbsentAsync("step", new Step("second"))).Written.ShouldBeTrue();

        (await Records(kind).GetAsync<Step>("step")).ShouldBe(new Step("second"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task ReplaceIf_RevisionEqual_ReplacesTheWhole(RecordKind kind)
    {
        await Records(kind).SetAsync("step", Json("""{"name":"menu","extra":1}"""));
        var revision = (await Records(kind).TryGetAsync<Step>("step")).Revision;

        var replaced = await Records(kind).ReplaceIfAsync("step", new Step("pay", 2), revision);

        replaced.Outcome.ShouldBe(ChangeOutcome.Applied);
        replaced.Value.ShouldBe(new Step("pay", 2));
        replaced.Revision.ShouldBeGreaterThan(revision);
        (await Records(kind).GetAsync("step")).ShouldBeJson("""{"name":"pay","number":2}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task ReplaceIf_RevisionDiffers_IsRefusedWithTheRecordAsItIs(RecordKind kind)
    {
        await Records(kind).SetAsync("step", new Step("menu"));
        var old = (await Records(kind).TryGetAsync<Step>("step")).Revision;
        await Records(kind).SetAsync("step", new Step("changed"), TimeSpan.FromMinutes(1));
        var current = (await Records(kind).TryGetAsync<Step>("step")).Revision;

        foreach (var wrong in (long[])[old, current + 1, 0, -1])
        {
            var refused = await Records(kind).ReplaceIfAsync("step", new Step("lost"), wrong, TimeSpan.FromHours(1));

            refused.Outcome.ShouldBe(ChangeOutcome.RevisionMismatch);
            refused.Written.ShouldBeFalse();
            refused.Value.ShouldBe(new Step("changed"));
            refused.Revision.ShouldBe(current);
            ShouldLive(refused.Ttl, TimeSpan.FromMinutes(1));
        }

        (await Records(kind).GetAsync<Step>("step")).ShouldBe(new Step("changed"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task ReplaceIf_MissingRecord_IsRefused(RecordKind kind)
    {
        await Records(kind).SetAsync("deleted", new Step("menu"));
        var revision = (await Records(kind).TryGetAsync<Step>("deleted")).Revision;
        await Records(kind).DeleteAsync("deleted");

        foreach (var wrong in (long[])[revision, 0])
        {
            var refused = await Records(kind).ReplaceIfAsync("deleted", new Step("lost"), wrong);

            refused.Outcome.ShouldBe(ChangeOutcome.Missing);
            refused.Value.ShouldBeNull();
            refused.Revision.ShouldBe(0);
            refused.Ttl.ShouldBe(CacheTtl.Missing);
        }

        (await Records(kind).ExistsAsync("deleted")).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task ReplaceIf_TwiceWithOneRevision_WinsOnce(RecordKind kind)
    {
        await Records(kind).SetAsync("step", new Step("same"));
        var revision = (await Records(kind).TryGetAsync<Step>("step")).Revision;

        (await Records(kind).ReplaceIfAsync("step", new Step("same"), revision)).Written.ShouldBeTrue();
        (await Records(kind).ReplaceIfAsync("step", new Step("same"), revision)).Written.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Update_MissingRecord_BeginsFromDefault(RecordKind kind)
    {
        var written = await Records(kind).UpdateAsync<Step>("step", step => step is null ? new("new", 1) : new("seen"));

        written.ShouldBe(new Step("new", 1));
        (await Records(kind).GetAsync<Step>("step")).ShouldBe(new Step("new", 1));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Update_PresentRecord_ReplacesItByWhatTheFunctionMakes(RecordKind kind)
    {
        await Records(kind).SetAsync("step", Json("""{"name":"menu","number":4,"extra":true}"""));

        var written = await Records(kind).UpdateAsync<Step>("step", step => step! with { Number = step.Number + 1 });

        written.ShouldBe(new Step("menu", 5));
        (await Records(kind).GetAsync("step")).ShouldBeJson("""{"name":"menu","number":5}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Update_SomebodyWasFaster_BeginsAgainFromTheirValue(RecordKind kind)
    {
        await Records(kind).SetAsync("step", new Step("menu", 1));
        var (seen, caches) = (new List<long>(), Interfering(kind, (cache, attempt) => attempt switch
        {
            1 => cache.SetAsync("step", new Step("menu", 10)).AsTask(),
            2 => cache.IncrementFieldAsync("step", "number", 10).AsTask(),
            _ => Task.CompletedTask,
        }));

        var written = await caches.UpdateAsync<Step>("step", step =>
        {
            seen.Add(step!.Number);
            return step with { Number = step.Number + 1 };
        });

        seen.ShouldBe([1, 10, 20]);
        written.Number.ShouldBe(21);
        (await Records(kind).GetAsync<Step>("step")).ShouldBe(new Step("menu", 21));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Update_RecordCreatedOrDeletedMeanwhile_BeginsAgain(RecordKind kind)
    {
        var seen = new List<string?>();
        var cache = Interfering(kind, (direct, attempt) => attempt switch
        {
            1 => direct.SetAsync("step", new Step("theirs")).AsTask(),
            2 => direct.DeleteAsync("step").AsTask(),
            _ => Task.CompletedTask,
        });

        await cache.UpdateAsync<Step>("step", step =>
        {
            seen.Add(step?.Name);
            return new Step("ours");
        });

        seen.ShouldBe([null, "theirs", null]);
        (await Records(kind).GetAsync<Step>("step")).ShouldBe(new Step("ours"));
    }

    [Fact]
    public async Task Update_FunctionThrows_ChangesNothing()
    {
        await Me.State.SetAsync("step", new Step("menu"));

        await Should.ThrowAsync<TimeoutException>(
            async () => await Me.State.UpdateAsync<Step>("step", _ =>
                throw new TimeoutException("the function's own")));

        (await Me.State.GetAsync<Step>("step")).ShouldBe(new Step("menu"));
    }

    [Fact]
    public async Task Update_CancelledBetweenAttempts_Stops()
    {
        using var cancelling = new CancellationTokenSource();
        await Me.State.SetAsync("step", new Step("menu"));
        var cache = Interfering(RecordKind.State, async (direct, attempt) =>
        {
            await direct.SetFieldAsync("step", "number", attempt);
            if (attempt == 3) await cancelling.CancelAsync();
        });

        await Should.ThrowAsync<OperationCanceledException>(
            async () => await cache.UpdateAsync<Step>("step", step => step!, null, cancelling.Token));

        (await Me.State.GetAsync<Step>("step")).ShouldBe(new Step("menu", 3));
    }

    // Somebody else's change arrives just before each attempt to write.
    private IRecordCache<string> Interfering(RecordKind kind, Func<IRecordCache<string>, int, Task> interfere)
    {
        var attempts = 0;
        var store = new InterceptedDocumentStore(Store)
        {
            Before = call => call.IsWrite ? new(interfere(Records(kind), ++attempts)) : ValueTask.CompletedTask,
        };
        return Records(CacheFactory.Over(store).ForUser(Tenant, UserId), kind);
    }
}
