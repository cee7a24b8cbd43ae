using System.Diagnostics;

namespace Wappa.Benchmarks.Harness;

/// <summary>Another process of this program.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(3);

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"'{arguments[0]}' did not start.");
    }

    /// <summary>Runs to the end and gives the last line that was printed.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        using var limit = new CancellationTokenSource(AtMost);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? output.Trim().Split('\n')[^1]
                : throw new InvalidOperationException($"'{arguments[0]}' ended with {process.ExitCode}.");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
