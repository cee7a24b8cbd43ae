using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Histories of mixed operations by several workers are recorded and must be explicable by some order in which
/// each operation took effect at one instant.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordLinearizabilityConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private const int Rounds = 8;
    private const int Legs = 20;
    private const int CallsPerLeg = 5;

    [Theory, MemberData(nameof(Kinds))]
    public async Task History_OfOneRecord_IsLinearizable(RecordKind kind)
    {
        for (var round = 0; round < Rounds; round++)
            await CheckAsync([KeyOf(kind, $"r{round}")], Random.Shared.Next(), commits: false);
    }

    [Fact]
    public async Task History_OfTwoRecordsWithCommits_IsLinearizable()
    {
        for (var round = 0; round < Rounds; round++)
        {
            RecordKey[] pair = [KeyOf(RecordKind.State, $"a{round}"), KeyOf(RecordKind.User, $"b{round}")];
            await CheckAsync(pair, Random.Shared.Next(), commits: true);
        }
    }

    private async Task CheckAsync(RecordKey[] keys, int seed, bool commits)
    {
        var recorder = new HistoryRecorder<RecordOperation, RecordOutcome>();
        await Together.RaceAsync(async (worker, line) =>
        {
            var random = new Random(seed + worker);
            var seen = new long[keys.Length];
            for (var call = 0; call < Legs * CallsPerLeg; call++)
            {
                if (call % CallsPerLeg == 0) line.Cross();
                var count = commits && random.Next(3) == 0 ? random.Next(2, 4) : 1;
                var requests = Enumerable.Range(0, count).Select(_ => Request(random, keys.Length, seen, count > 1))
                    .ToArray();
                await recorder.RecordAsync(worker, new(requests), operation => AskAsync(keys, operation, seen));
            }
        });

        var checker = new LinearizabilityChecker<PairState, RecordOperation, RecordOutcome>(default, RecordModel.Step);
        checker.FindViolation(recorder.Calls).ShouldBeNull($"seed {seed}");
    }

    private static RecordRequest Request(Random random, int records, long[] seen, bool inCommit)
    {
        var record = random.Next(records);
        var number = random.Next(100);
        RecordChange? change = random.Next(inCommit ? 10 : 14) switch
        {
            0 => new RecordChange.Set(Json($$"""{"n":{{number}}}""")),
            1 or 2 => new RecordChange.Increment("n", CacheNumber.From(number)),
            3 => new RecordChange.CreateIfAbsent(Json($$"""{"n":{{number}},"new":true}""")),
            4 => new RecordChange.ReplaceIf(Json($$"""{"n":{{number}},"replaced":true}"""), seen[record]),
            5 => new RecordChange.Delete(),
            6 => new RecordChange.RemoveField("n"),
            7 => new RecordChange.SetField("text", "\"x\""u8.ToArray()),
            8 => new RecordChange.Append("list", "1"u8.ToArray(), 3),
            9 => new RecordChange.Require(seen[record]),
            _ => null,
        };
        return new(record, change);
    }

    private async ValueTask<RecordOutcome> AskAsync(RecordKey[] keys, RecordOperation operation, long[] seen)
    {
        if (operation.Requests.Count > 1)
        {
            var result = await Store.CommitAsync(
                [.. operation.Requests.Select(request => new RecordWrite(keys[request.Record], request.Change!))]);
            return new(result.Committed, result.RefusedAt, [.. result.Results.Select(one => RecordAnswer.Of(one))]);
        }

        var (record, change) = (operation.Requests[0].Record, operation.Requests[0].Change);
        var answer = change is null
            ? RecordAnswer.Of(await Store.GetAsync(keys[record]))
            : RecordAnswer.Of(await Store.ApplyAsync(keys[record], change));
        seen[record] = answer.Revision;
        return new(true, -1, [answer]);
    }
}
