using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;

namespace Wappa.Benchmarks.Redis;

/// <summary>The Redis backend beside its peers, over TCP to one server that shares the machine's processors.</summary>
internal static class RedisArea
{
    private const int Usual = 64;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(RunSettings settings)
    {
        await using var server = await RedisProcess.StartAsync();
        await using var client = new RedisClients(server.Port);
        using var peer = new PeerClient(server.Port);
        await client.FillAsync();
        return [.. await ManyAsync(settings, server, client, peer), .. await OneAsync(settings, server, client)];
    }

    private static async Task<IEnumerable<Row>> ManyAsync(
        RunSettings settings, RedisProcess server, RedisClients client, PeerClient other)
    {
        var benchmark = new RedisBenchmarkCase();
        var (get, hash, peer) = (client.Get(Usual), client.RawHash(Usual), other.Get(Usual));
        var (set, rawSet, field) = (client.Set(Usual), client.RawSet(Usual), client.SetField(Usual));
        var (add, rawAdd, counter) = (client.Increment(Usual), client.RawIncrement(Usual), client.RawCounter(Usual));
        var (append, read) = (client.Append(Usual), client.ReadOrder(Usual));
        var (entry, setEntry) = (client.Entry(Usual), client.SetEntry(Usual));
        IRedisCase[] cases = [benchmark, get, entry, setEntry, peer, hash, set, rawSet, field, add, rawAdd, counter, append, read];
        var rounds = await RoundsAsync(settings, server, cases);
        return
        [
            RowOf(get, benchmark, new Target(0.5, AtLeast: true, MaxBytes: 150)),
            RowOf(get, peer, new Target(2, AtLeast: true)),
            RowOf(entry, get, new Target(0.9, AtLeast: true)),
            RowOf(setEntry, get, null),
            RowOf(hash, get, new Target(0.9, AtLeast: true)),
            RowOf(read, hash, new Target(0.8, AtLeast: true)),
            RowOf(set, rawSet, new Target(0.95, AtLeast: true)),
            RowOf(set, get, new Target(0.75, AtLeast: true)),
            RowOf(add, rawAdd, new Target(0.95, AtLeast: true)),
            RowOf(add, counter, null),
            RowOf(add, get, null),
            RowOf(field, get, null),
            RowOf(append, get, null),
            .. new[]
            {
                Times(get, benchmark), Times(entry, get),
                Times(hash, get), Times(read, hash), Times(set, rawSet), Times(set, get), Times(add, rawAdd),
                Times(add, counter), Times(field, get), Times(append, get),
            }.SelectMany(rows => rows).OrderByDescending(row => row.Area, StringComparer.Ordinal),
        ];

        Row RowOf(IRedisCase ours, IRedisCase theirs, Target? target) => Row(rounds, cases, Usual, ours, theirs, target);

        IEnumerable<Row> Times(IRedisCase ours, IRedisCase theirs) => TimeRows(rounds, cases, ours, theirs);
    }

    private static async Task<IEnumerable<Row>> OneAsync(RunSettings settings, RedisProcess server, RedisClients client)
    {
        using var bare = await BareSocket.ConnectAsync(server.Port);
        var socket = new RedisCase<int>("async socket, GET 200 B", 1, bare.GetAsync, static bytes => bytes > 0);
        var (get, read) = (client.Get(1), client.ReadOrder(1));
        IRedisCase[] cases = [socket, get, read];
        var rounds = await RoundsAsync(settings, server, cases);
        return [Row(rounds, cases, 1, get, socket, new Target(1, AtLeast: true)), Row(rounds, cases, 1, read, socket, null)];
    }

    // All of them in turns; a first turn compiles and does not count.
    private static async Task<List<RedisSample[]>> RoundsAsync(RunSettings settings, RedisProcess server, IRedisCase[] cases)
    {
        foreach (var each in cases) await each.TakeAsync(server, settings.WriteTime);
        var rounds = new List<RedisSample[]>();
        while (rounds.Count < settings.WriteRounds)
        {
            var round = new List<RedisSample>();
            foreach (var each in cases) round.Add(await each.TakeAsync(server, settings.WriteTime));
            rounds.Add([.. round]);
        }

        return rounds;
    }

    // Processor time does not depend on who else wants the processors, as calls a second do.
    private static IEnumerable<Row> TimeRows(List<RedisSample[]> rounds, IRedisCase[] cases, IRedisCase ours, IRedisCase theirs)
    {
        var (our, their) = (Array.IndexOf(cases, ours), Array.IndexOf(cases, theirs));
        yield return TimeRow("redis, processor time of the server a call", sample => sample.ServerMicros);
        if (theirs is RedisBenchmarkCase) yield break;
        yield return TimeRow("redis, processor time of the client a call", sample => sample.OurMicros);

        Row TimeRow(string area, Func<RedisSample, double> of) => new(
            area, $"{Usual} callers, TCP", ours.Name, theirs.Name, "us",
            Figure.Of(rounds.Select(round => of(round[our]))), Figure.Of(rounds.Select(round => of(round[their]))),
            Figure.Of(rounds.Select(round => of(round[our]) / of(round[their]))), null);
    }

    private static Row Row(
        List<RedisSample[]> rounds, IRedisCase[] cases, int callers, IRedisCase ours, IRedisCase theirs, Target? target)
    {
        var (our, their) = (Array.IndexOf(cases, ours), Array.IndexOf(cases, theirs));
        return new(
            "redis, calls a second", callers == 1 ? "one caller" : $"{callers} callers, TCP", ours.Name, theirs.Name, "/s",
            Figure.Of(rounds.Select(round => round[our].PerSecond)), Figure.Of(rounds.Select(round => round[their].PerSecond)),
            Figure.Of(rounds.Select(round => round[our].PerSecond / round[their].PerSecond)), target)
        {
            BytesPerOperation = BytesOf(our),
            PeerBytesPerOperation = BytesOf(their),
            Noisy = rounds.Any(round => round[our].IsDisturbed || round[their].IsDisturbed),
        };

        double BytesOf(int position) => Math.Round(Figure.Of(rounds.Select(round => round[position].Bytes)).Median, 1);
    }
}
