using System.Diagnostics;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>Changes of single records.</summary>
internal sealed class RecordWriter(RecordServer server, RecordReader reader, ProgramRunner runner, NameRemoval removal)
{
    private const int GateCount = 64;

    // Sums by decimals and doubles are read, added and written if nobody was faster. In one process nobody is: they queue here, and
    // only other processes make anyone try again.
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, GateCount).Select(_ => new SemaphoreSlim(1))];
    private readonly OperationIds _ids = new();

    internal ValueTask<ChangeResult> ApplyAsync(RecordKey key, RecordChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ChangeResult>(cancellationToken);
        return change switch
        {
            RecordChange.Set set when HasScript(set) => SetAsync(key, set, cancellationToken),
            RecordChange.Increment { By.IsWhole: false } sum => AddAsync(key, sum, cancellationToken),
            _ when DirectScripts.Of(change) is { } script => ChangeAsync(key, change, script, cancellationToken),
            _ => RunAsync(key, change, new Attempt(runner.Time.GetTimestamp(), 0, ""), cancellationToken),
        };
    }

    internal async ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken)
    {
        RecordWrites.ThrowIfNotSetsAndDeletes(writes, server.Options.MaxRecordBytes);
        cancellationToken.ThrowIfCancellationRequested();
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var results = new ChangeResult[writes.Count];
        await RecordBatches.RunAsync(layout, writes.Count, i => writes[i].Key.Kind, WriteAsync).ConfigureAwait(false);
        return results;

        async Task WriteAsync(RecordKind kind, int[] positions)
        {
            var programs = Array.ConvertAll(
                positions, i => Program(layout, writes[i].Key, false, "", 0, ProgramStep.Of(0, writes[i].Change)));
            var replies = await runner.RunManyAsync(programs, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < positions.Length; i++)
                results[positions[i]] = RecordReplay.One(replies[i], writes[positions[i]].Change, server.Options.MaxRecordBytes);
            await removal.AfterDeleteAsync(
                positions.Where(i => writes[i].Change is RecordChange.Delete).Select(i => writes[i].Key), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    // The most frequent changes have one state machine each, which holds no more than is needed when the answer is there.
    private async ValueTask<ChangeResult> SetAsync(RecordKey key, RecordChange.Set set, CancellationToken cancellationToken)
    {
        var began = runner.Time.GetTimestamp();
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await SendAsync(layout, key, set, cancellationToken).ConfigureAwait(false) is { } revision)
                return new(ChangeOutcome.Applied, DocumentRecord.Hit(set.Document, revision, set.Ttl));
        }
        catch (Exception error) when (RedisFailures.IsForeign(error))
        {
            throw RedisFailures.Translate(error, isWrite: true);
        }

        // a new row, whose index stands apart
        return await RunAsync(key, set, new Attempt(began, 0, ""), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ChangeResult> ChangeAsync(
        RecordKey key, RecordChange change, RedisScript script, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var attempt = new Attempt(runner.Time.GetTimestamp(), 0, "");
        if (IsCounted(change))
            attempt = attempt with { Since = await server.TimeAtLeastAsync(cancellationToken).ConfigureAwait(false), Id = _ids.Next() };
        try
        {
            var reply = await SendAsync(layout, key, change, script, attempt.Id, cancellationToken).ConfigureAwait(false);
            if (reply.IsMade)
            {
                server.Clock.Heard(reply.Now);
                return new(ChangeOutcome.Applied, reply.Record, CacheNumber.From(reply.Number));
            }
        }
        catch (CacheStoreUnavailableException error)
            when (error.OutcomeUnknown && attempt.Id.Length > 0 && runner.Left(attempt.Began) > TimeSpan.Zero)
        {
            attempt.IsRepeated = true; // records.lua looks for the id first
        }
        catch (Exception error) when (RedisFailures.IsForeign(error))
        {
            throw RedisFailures.Translate(error, isWrite: true);
        }

        return await RunAsync(key, change, attempt, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ChangeResult> RunAsync(
        RecordKey key, RecordChange change, Attempt attempt, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var program = Program(layout, key, IsFull(change), attempt.Id, attempt.Since, ProgramStep.Of(0, change));
        program.IsRepeated = attempt.IsRepeated;
        var reply = await runner.RunAsync(program, attempt.Began, cancellationToken).ConfigureAwait(false);
        if (change is RecordChange.Delete && layout.HasNamesApart(key.Kind))
            await removal.AfterDeleteAsync([key], cancellationToken).ConfigureAwait(false);
        return reply.Status == ProgramStatus.Duplicate
            ? Repeated(change, reply)
            : RecordReplay.One(reply, change, server.Options.MaxRecordBytes);
    }

    private bool HasScript(RecordChange.Set set) =>
        set.Document.Count <= DirectScripts.MostFields && set.Document.ByteCount <= server.Options.MaxRecordBytes;

    private ValueTask<long?> SendAsync(RecordLayout layout, in RecordKey key, RecordChange.Set set, CancellationToken cancellationToken)
    {
        var arguments = new SetArguments(layout.KeyOf(key), NamesBeside(layout, key), key.Name, set, set.Document.Count);
        return server.Client.SendAsync(
            new ScriptCall<SetArguments>(DirectScripts.Set, arguments), Replies.IntegerOrNull, Call(layout, key), cancellationToken);
    }

    private ValueTask<DirectReply> SendAsync(
        RecordLayout layout, in RecordKey key, RecordChange change, RedisScript script, string id,
        CancellationToken cancellationToken)
    {
        var arguments = new DirectArguments(
            layout.KeyOf(key), NamesBeside(layout, key), key.Name, server.Options.MaxRecordBytes, id, !change.IsBrief,
            ProgramStep.Of(0, change));
        return server.Client.SendAsync(
            new ScriptCall<DirectArguments>(script, arguments), DirectReply.Parser, Call(layout, key), cancellationToken);
    }

    private async ValueTask<ChangeResult> AddAsync(RecordKey key, RecordChange.Increment change, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var began = runner.Time.GetTimestamp();
        var gate = _gates[(uint)key.GetHashCode() % GateCount];
        if (!await gate.WaitAsync(server.Options.CommandTimeout, cancellationToken).ConfigureAwait(false))
            throw runner.Overtaken(outcomeUnknown: false);
        try
        {
            var since = await server.TimeAtLeastAsync(cancellationToken).ConfigureAwait(false);
            var (isRepeated, id) = (false, _ids.Next());
            while (true)
            {
                var before = await reader.GetAsync(key, cancellationToken).ConfigureAwait(false);
                var sum = Sum(change, before, server.Options.MaxRecordBytes);
                var program = Program(
                    layout, key, true, id, since, ProgramStep.OfPin(0, before.Revision), ProgramStep.OfSum(0, change, sum));
                program.IsRepeated = isRepeated;
                var reply = await runner.RunAsync(program, began, cancellationToken).ConfigureAwait(false);
                if (reply.Status == ProgramStatus.Duplicate) return Repeated(change, reply);
                if (reply.Status != ProgramStatus.Stale) return RecordReplay.One(reply, change, server.Options.MaxRecordBytes);
                isRepeated = program.IsRepeated; // once sent twice, it stays suspected
                if (runner.Left(began) <= TimeSpan.Zero) throw runner.Overtaken(isRepeated);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The field's next value, worked out in .NET.</summary>
    internal static byte[] Sum(RecordChange.Increment change, in DocumentRecord before, int maxBytes)
    {
        var step = RecordTransition.Apply(change, before, maxBytes);
        return step.Document is { } document && document.TryGetField(change.Field, out var sum)
            ? sum.ToArray()
            : throw new UnreachableException();
    }

    private RecordProgram Program(
        RecordLayout layout, RecordKey key, bool isFull, string id, long since, params ProgramStep[] steps)
    {
        var record = new ProgramRecord(
            key, layout.KeyOf(key), layout.NamesOf(key.Kind, key.Tenant, key.Owner), "", isFull, layout.HasNamesApart(key.Kind));
        return new([record], steps, layout.DatabaseOf(key.Kind), server.Options.MaxRecordBytes) { OperationId = id, Since = since };
    }

    private static string? NamesBeside(RecordLayout layout, in RecordKey key) =>
        layout.HasNamesApart(key.Kind) ? null : layout.NamesOf(key.Kind, key.Tenant, key.Owner);

    private CallOptions Call(RecordLayout layout, in RecordKey key) =>
        new() { Database = layout.DatabaseOf(key.Kind), Durability = server.Options.Durability };

    // The answer of the first sending is lost: its number is known, and the record is told as it is now.
    private static ChangeResult Repeated(RecordChange change, RecordReply reply)
    {
        var kind = change is RecordChange.Increment add ? add.By.Zero : CacheNumber.From(0);
        return new(ChangeOutcome.Applied, reply.Before[0], kind.AddTo(System.Text.Encoding.ASCII.GetBytes(reply.Number ?? "0")));
    }

    private static bool IsFull(RecordChange change) => change is not (RecordChange.Set or RecordChange.Delete);

    private static bool IsCounted(RecordChange change) => change is RecordChange.Increment or RecordChange.Append;

    /// <summary>One operation from its first sending on.</summary>
    private record struct Attempt(long Began, long Since, string Id)
    {
        internal bool IsRepeated { get; set; }
    }
}
