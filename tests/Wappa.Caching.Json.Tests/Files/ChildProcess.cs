using System.Diagnostics;

namespace Wappa.Caching.Json.Tests.Files;

/// <summary>The child program, spoken to line by line. Gone after the test, whatever happened.</summary>
internal sealed class ChildProcess : IDisposable
{
    // A process that hangs is a failure, not the end of the whole run.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    internal int Id => _process.Id;

    /// <summary>Starts the child program itself.</summary>
    internal static ChildProcess Start(params string[] arguments) => Start(new(), ChildProgram.Path, arguments);

    /// <summary>Starts another program, which runs the child program.</summary>
    /// <param name="environment">Variables it gets besides ours.</param>
    /// <param name="program">What to start.</param>
    /// <param name="arguments">What it is told.</param>
    internal static ChildProcess Start(Dictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its pipes are calls to the disk as well
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Its next line; null: it has ended.</summary>
    internal async Task<string?> ReadAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    internal async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends its input and waits for its end.</summary>
    /// <returns>The lines that were not read yet.</returns>
    internal async Task<IReadOnlyList<string>> EndAsync()
    {
        _process.StandardInput.Close();
        var rest = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return rest.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>SIGKILL: this process alone, not what it has started.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
