using System.Diagnostics;
using System.Globalization;
using Wappa.Benchmarks.Harness;

namespace Wappa.Benchmarks.Http;

/// <summary>The server in another process, and putting load on it from a third.</summary>
internal sealed class HttpServerProcess : IDisposable
{
    private readonly Process _process;

    private HttpServerProcess(Process process, string port)
    {
        _process = process;
        Port = port;
    }

    public string Port { get; }

    public static async Task<HttpServerProcess> StartAsync()
    {
        var process = ChildProcess.Start(HttpServer.Command);
        var port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
        return new(process, port);
    }

    /// <summary>Sends requests and waits for their answers.</summary>
    public async Task<HttpResult> LoadAsync(int requests, string path, int status = 200, string tag = HttpLoad.NoTag)
    {
        using var generator = ChildProcess.Start(
            HttpLoad.Command, Port, requests.ToString(CultureInfo.InvariantCulture), path,
            status.ToString(CultureInfo.InvariantCulture), tag);
        if (await generator.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException("The load generator did not start.");
        var (cpu, machine, began) = (Cpu(), QuietWatch.MachineSeconds(), Stopwatch.GetTimestamp());
        await generator.StandardInput.WriteLineAsync("go");
        var answer = (await generator.StandardOutput.ReadLineAsync())?.Split(' ') ??
            throw new InvalidOperationException("The load generator failed; its error is above.");
        var used = Cpu() - cpu;
        var others = QuietWatch.MachineSeconds() - machine - used.TotalSeconds - Number(answer[1]);
        return new(Number(answer[0]), used.TotalMicroseconds / requests, others / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>How often the cold endpoint has run.</summary>
    public async Task<int> RunsAsync()
    {
        await _process.StandardInput.WriteLineAsync("runs");
        return (int)Number(await _process.StandardOutput.ReadLineAsync() ?? "-1");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill();
        _process.Dispose();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private TimeSpan Cpu()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }
}

/// <summary>What one load showed.</summary>
/// <param name="RequestsPerSecond">Answered as expected.</param>
/// <param name="CpuMicroseconds">The server's processor time for a request.</param>
/// <param name="Others">How many processors something else used meanwhile.</param>
internal readonly record struct HttpResult(double RequestsPerSecond, double CpuMicroseconds, double Others)
{
    private const double OthersAtMost = 0.15;

    public bool IsDisturbed => Others > OthersAtMost;
}
