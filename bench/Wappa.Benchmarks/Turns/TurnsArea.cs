using System.Diagnostics;
using System.Globalization;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;
using Wappa.Benchmarks.Webhook;

namespace Wappa.Benchmarks.Turns;

/// <summary>From a webhook of 700 bytes to its turn committed - one field incremented - and its answer sent to a local stub: 256
/// users over 256 connections, with bot, stub and load on the same machine.</summary>
internal static class TurnsArea
{
    private const int Users = 256;
    private const int Rounds = 5;
    private const int WarmUpTurns = 60_000;
    private static readonly TimeSpan DoneWithin = TimeSpan.FromMinutes(1);

    public static async Task<IReadOnlyList<Row>> MeasureAsync(RunSettings settings)
    {
        var requests = settings.WebhookRequests / 4;
        var memory = await LoadAsync(TurnServer.Memory, requests);
        var json = await LoadAsync(TurnServer.Json, requests);
        return
        [
            Row("turns a second", "1/s", memory, memory, turn => turn.PerSecond, new Target(15_000, AtLeast: true, OfValue: true)),
            Row("turns a second, JSON", "1/s", json, memory, turn => turn.PerSecond, new Target(0.4, AtLeast: true)),
            Row("bot's CPU a turn", "us", memory, memory, turn => turn.CpuMicroseconds, null),
            Row("bot's CPU a turn, JSON", "us", json, memory, turn => turn.CpuMicroseconds, null),
        ];
    }

    private static Row Row(
        string name, string unit, List<Load> ours, List<Load> memory, Func<Load, double> of, Target? target) => new(
        "webhook to committed turn", $"{Users} users", name, "memory", unit, Figure.Of(ours.Select(of)), Figure.Of(memory.Select(of)),
        Figure.Of(ours.Zip(memory, (mine, peer) => of(mine) / of(peer))), target);

    private static async Task<List<Load>> LoadAsync(string backend, int requests)
    {
        using var stub = new GraphStub();
        using var server = ChildProcess.Start(TurnServer.Command, backend, stub.Url);
        var port = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The bot did not start.");
        var loads = new List<Load>();
        // A turn passes through a thousand methods, each of which is compiled three times: before that is over, a third of what is
        // measured is the compiler's counting.
        var sent = (long)WarmUpTurns;
        await RoundAsync(server, stub, port, WarmUpTurns, first: 0);
        for (var round = 0; round < Rounds; round++, sent += requests)
            loads.Add(await RoundAsync(server, stub, port, requests, sent));

        server.StandardInput.Close();
        if (!server.WaitForExit(TimeSpan.FromSeconds(20))) server.Kill();
        return loads;
    }

    private static async Task<Load> RoundAsync(Process server, GraphStub stub, string port, int requests, long first)
    {
        using var generator = ChildProcess.Start(
            LoadGenerator.Command, port, requests.ToString(CultureInfo.InvariantCulture), first.ToString(CultureInfo.InvariantCulture),
            Users.ToString(CultureInfo.InvariantCulture), Users.ToString(CultureInfo.InvariantCulture));
        if (await generator.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException("The load generator did not start.");
        var (cpu, began) = (Cpu(server), Stopwatch.GetTimestamp());
        await generator.StandardInput.WriteLineAsync("go");
        while (stub.Count < first + requests)
        {
            await Task.Delay(5);
            if (Stopwatch.GetElapsedTime(began) > DoneWithin)
                throw new InvalidOperationException($"{stub.Count - first} of {requests} answers were sent.");
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        return new(requests / elapsed.TotalSeconds, (Cpu(server) - cpu).TotalMicroseconds / requests);
    }

    private static TimeSpan Cpu(Process server)
    {
        server.Refresh();
        return server.TotalProcessorTime;
    }

    private readonly record struct Load(double PerSecond, double CpuMicroseconds);
}
