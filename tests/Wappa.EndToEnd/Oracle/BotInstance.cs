using System.Diagnostics;
using System.Globalization;

namespace Wappa.EndToEnd.Oracle;

/// <summary>One slot of a deployment: a process that is killed and started again.</summary>
internal sealed class BotInstance(string[] args, string graph) : IAsyncDisposable
{
    private const string Listening = "Listening at ";
    private static readonly string[] NoLimits = ["--Wappa:WhatsApp:MessagesPerSecond", "0", "--Wappa:WhatsApp:PairInterval", "0"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Process? _process;
    private Task<string> _errors = Task.FromResult("");

    /// <summary>Where it listens; null while it is down.</summary>
    internal Uri? Address { get; private set; }

    internal async Task StartAsync()
    {
        var process = Process.Start(StartInfo())!;
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (!line.StartsWith(Listening, StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync(); // a full pipe would stop it
            Address = new(line[Listening.Length..]);
            return;
        }

        throw new InvalidOperationException("The bot ended: " + await _errors);
    }

    /// <summary><c>kill -9</c>.</summary>
    internal async Task KillAsync()
    {
        Address = null;
        if (_process is not { } process) return;
        process.Kill();
        await EndAsync(process);
    }

    /// <summary>Asks it to end and waits until it has.</summary>
    internal async Task StopAsync()
    {
        Address = null;
        if (_process is not { } process) return;
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync().WaitAsync(Patience);
        process.ExitCode.ShouldBe(0);
        await EndAsync(process);
    }

    /// <summary>Waits until a process that cannot start has ended.</summary>
    /// <returns>Its exit code and what it wrote to the error output.</returns>
    internal async Task<(int ExitCode, string Errors)> FailAsync()
    {
        using var process = Process.Start(StartInfo())!;
        _ = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, errors);
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task EndAsync(Process process)
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        await _errors.WaitAsync(Patience);
        process.Dispose();
        _process = null;
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Wappa.EndToEnd.Child.dll"), "--urls", "http://127.0.0.1:0", .. NoLimits, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var account in start.Environment.Keys.Where(name => name.StartsWith("WHATSAPP_") || name.StartsWith("WP_")).ToList())
            start.Environment.Remove(account);
        start.Environment["ENVIRONMENT"] = "development";
        start.Environment["LOG_LEVEL"] = "ERROR";
        start.Environment["WHATSAPP_API_URL"] = graph;
        start.Environment["WHATSAPP_ACCESS_TOKEN"] = "test-token";
        start.Environment["WHATSAPP_PHONE_NUMBER_ID"] = Conversation.PhoneNumberId;
        return start;
    }
}
