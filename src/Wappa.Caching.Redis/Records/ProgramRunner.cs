using System.Resources;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>Sends programs: announces new rows where that takes a step of its own, and repeats what carries an id when its answer
/// was lost.</summary>
internal sealed class ProgramRunner(RecordServer server)
{
    // One script in several files: what it reads, what it does to values, its steps, and the run over them.
    private static readonly RedisScript Script = new(string.Concat(
        Source("records"), Source("records-sums"), Source("records-lists"),
        Source("records-steps") + Source("names-trim") + Source("records-run")));

    // The second is for one that took too long; if that comes too late as well, the clocks of two nodes are apart.
    private const int MostAnnouncements = 2;

    private static readonly RedisScript Announce = new(Source("announce"));
    private static readonly RedisScript Touch = new(Source("touch"));

    internal TimeProvider Time => server.Options.Time;

    /// <summary>The source of one of the package's scripts.</summary>
    internal static string Source(string name)
    {
        using var stream = typeof(ProgramRunner).Assembly.GetManifestResourceStream($"Wappa.Caching.Redis.Scripts.{name}.lua")
            ?? throw new MissingManifestResourceException(name);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Runs a program.</summary>
    /// <param name="program">What to run.</param>
    /// <param name="began">When the first sending of its operation began.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How it ended; never unannounced, never unknown.</returns>
    /// <exception cref="CacheStoreTimeoutException">The operation's time is over.</exception>
    internal async ValueTask<RecordReply> RunAsync(RecordProgram program, long began, CancellationToken cancellationToken)
    {
        for (var announced = 0; ;)
        {
            RecordReply reply;
            try
            {
                reply = await SendAsync(program, began, cancellationToken).ConfigureAwait(false);
            }
            catch (CacheStoreUnavailableException error)
                when (error.OutcomeUnknown && program.OperationId.Length > 0 && Left(began) > TimeSpan.Zero)
            {
                program.IsRepeated = true;
                continue;
            }

            server.Clock.Heard(reply.Now);

            switch (reply.Status)
            {
                case ProgramStatus.Unannounced:
                    if (announced++ == MostAnnouncements || Left(began) <= TimeSpan.Zero) throw NotAnnounced(program, reply.Now);
                    await AnnounceAsync(program, began, cancellationToken).ConfigureAwait(false);
                    continue;
                case ProgramStatus.Unknown:
                    throw new CacheStoreUnavailableException(
                        "The reply to an operation was lost, and Redis has forgotten whether it was made: too many others followed. Read " +
                        "the record before repeating it.", outcomeUnknown: true);
                case ProgramStatus.Duplicate:
                    await ConfirmAsync(program, cancellationToken).ConfigureAwait(false);
                    return reply;
                default:
                    return reply;
            }
        }
    }

    /// <summary>Runs programs that stand or fall alone, all in one database, in one flush a node.</summary>
    internal async ValueTask<RecordReply[]> RunManyAsync(RecordProgram[] programs, CancellationToken cancellationToken)
    {
        var call = new CallOptions { Database = programs[0].Database, Durability = server.Options.Durability };
        var commands = Array.ConvertAll(programs, program => new ScriptCall<RecordArguments>(Script, new(program)));
        var replies = await server.SendManyAsync<ScriptCall<RecordArguments>, RecordReply>(
            commands, RecordReply.Parser, call, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < replies.Length; i++)
        {
            if (replies[i].Status == ProgramStatus.Unannounced)
                replies[i] = await RunAsync(programs[i], Time.GetTimestamp(), cancellationToken).ConfigureAwait(false);
        }

        return replies;
    }

    private ValueTask<RecordReply> SendAsync(RecordProgram program, long began, CancellationToken cancellationToken)
    {
        var call = new CallOptions
        {
            Database = program.Database, Timeout = TimeoutOf(began), Durability = server.Options.Durability,
        };
        return server.SendAsync(new ScriptCall<RecordArguments>(Script, new(program)), RecordReply.Parser, call, cancellationToken);
    }

    // A name that is announced and whose row then is not created leaves the index when it is listed.
    private async ValueTask AnnounceAsync(RecordProgram program, long began, CancellationToken cancellationToken)
    {
        var call = new CallOptions { Timeout = TimeoutOf(began), Idempotent = true, Durability = server.Options.Durability };
        foreach (var record in program.Records.Where(record => record.HasNamesApart))
        {
            var announce = new ScriptCall<NameArguments>(Announce, new(record.Names, record.Key.Name));
            record.AnnouncedAt = await server.SendAsync(announce, Replies.Integer, call, cancellationToken).ConfigureAwait(false);
        }
    }

    // A WAIT counts for what its own connection has written, and a repeated step has written nothing on this one.
    private async ValueTask ConfirmAsync(RecordProgram program, CancellationToken cancellationToken)
    {
        if (server.Options.Durability.Replicas == 0) return;
        var call = new CallOptions { Database = program.Database, Idempotent = true, Durability = server.Options.Durability };
        var touch = new ScriptCall<KeyArguments>(Touch, new(program.Records[0].KeyText));
        await server.SendAsync(touch, Replies.Any, call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How much of its time an operation has left.</summary>
    internal TimeSpan Left(long began) => server.Options.CommandTimeout - Time.GetElapsedTime(began);

    /// <summary>The failure of a change that others were always ahead of.</summary>
    internal CacheStoreTimeoutException Overtaken(bool outcomeUnknown) => new(
        $"Others changed the record again and again for {server.Options.CommandTimeout.TotalSeconds:0.###} s, the operation's deadline; " +
        (outcomeUnknown ? "the change may or may not have been made." : "nothing changed.") + " A sum of decimals or doubles is read, " +
        "added and written if nobody was faster: let fewer processes add to one record, or add whole numbers.", null, outcomeUnknown);

    // Whole milliseconds, upwards: the client would say "4.99998 s" when it is over, and zero means its own limit.
    private TimeSpan TimeoutOf(long began) => TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling(Left(began).TotalMilliseconds), 1));

    private static CacheStoreUnavailableException NotAnnounced(RecordProgram program, long now)
    {
        var apart = TimeSpan.FromMicroseconds(now - program.Records.Max(record => record.AnnouncedAt));
        return new(
            $"A table row was not created: its name was entered in the table's index, on another node of the cluster, " +
            $"{apart.TotalSeconds:0.#} s before by the clocks of the two nodes, and 30 s are the most. Set the clocks of the " +
            "nodes right (NTP).", outcomeUnknown: program.IsRepeated);
    }

    private readonly struct KeyArguments(string key) : IScriptArguments
    {
        public string? Key => key;

        public int KeyCount => 1;

        public int ArgumentCount => 0;

        public void Write(ref CommandWriter writer) => writer.Write(key);
    }

    private readonly struct NameArguments(string names, string name) : IScriptArguments
    {
        public string? Key => names;

        public int KeyCount => 1;

        public int ArgumentCount => 1;

        public void Write(ref CommandWriter writer)
        {
            writer.Write(names);
            writer.Write(name);
        }
    }
}
