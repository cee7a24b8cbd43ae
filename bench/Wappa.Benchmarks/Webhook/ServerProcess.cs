using System.Diagnostics;
using System.Globalization;
using Wappa.Benchmarks.Harness;

namespace Wappa.Benchmarks.Webhook;

/// <summary>A server in another process, and putting load on it from a third.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan DoneWithin = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _port;
    private long _sent;

    private ServerProcess(Process process, string port)
    {
        _process = process;
        _port = port;
    }

    public static async Task<ServerProcess> StartAsync(string kind)
    {
        var process = ChildProcess.Start(WebhookServer.Command, kind);
        var port = await process.StandardOutput.ReadLineAsync() ??
            throw new InvalidOperationException($"The server '{kind}' did not start.");
        return new(process, port);
    }

    /// <summary>Sends requests and waits until the server is done with all of them.</summary>
    public async Task<LoadResult> LoadAsync(int requests)
    {
        using var generator = ChildProcess.Start(
            LoadGenerator.Command, _port, requests.ToString(CultureInfo.InvariantCulture),
            _sent.ToString(CultureInfo.InvariantCulture));
        if (await generator.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException("The load generator did not start.");
        var (cpu, machine, began) = (Cpu(), QuietWatch.MachineSeconds(), Stopwatch.GetTimestamp());
        await generator.StandardInput.WriteLineAsync("go");
        var answer = (await generator.StandardOutput.ReadLineAsync())?.Split(' ') ??
            throw new InvalidOperationException("The load generator failed; its error is above.");
        _sent += requests;
        await DoneAsync();
        var used = Cpu() - cpu;
        var others = QuietWatch.MachineSeconds() - machine - used.TotalSeconds - Number(answer[1]);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new(Number(answer[0]), used.TotalMicroseconds / requests, others / seconds);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill();
        _process.Dispose();
    }

    private async Task DoneAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            await _process.StandardInput.WriteLineAsync("count");
            var done = await _process.StandardOutput.ReadLineAsync();
            if (done == _sent.ToString(CultureInfo.InvariantCulture)) return;
            if (Stopwatch.GetElapsedTime(began) > DoneWithin)
                throw new InvalidOperationException($"The server is done with {done} of {_sent} messages.");
            await Task.Delay(10);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private TimeSpan Cpu()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }
}

/// <summary>What one load showed.</summary>
/// <param name="RequestsPerSecond">Answered with 200.</param>
/// <param name="CpuMicroseconds">The server's processor time for a request, handling included.</param>
/// <param name="Others">How many processors something else used meanwhile.</param>
internal readonly record struct LoadResult(double RequestsPerSecond, double CpuMicroseconds, double Others)
{
    private const double OthersAtMost = 0.15;

    public bool IsDisturbed => Others > OthersAtMost;
}
