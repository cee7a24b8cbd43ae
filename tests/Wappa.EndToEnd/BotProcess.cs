using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Wappa.EndToEnd;

/// <summary>A sample as a newcomer starts it: a process, its output, its exit code.</summary>
internal sealed partial class BotProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private EmulatorChat? _chat;
    private Task _rest = Task.CompletedTask;

    private BotProcess(Process process) => _process = process;

    /// <summary>What it has printed up to the line that was waited for.</summary>
    internal List<string> Output { get; } = [];

    /// <summary>A user's chat with it, once it has said where.</summary>
    internal EmulatorChat Chat => _chat ?? throw new InvalidOperationException("It has not said yet where to talk to it.");

    /// <summary>Starts a sample in Development without an account.</summary>
    internal static BotProcess Start(string sample, params string[] args)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, sample + ".dll"), "--urls", "http://127.0.0.1:0", .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ENVIRONMENT"] = "development", ["LOG_LEVEL"] = "INFO" },
        };
        foreach (var account in start.Environment.Keys.Where(name => name.StartsWith("WHATSAPP_") || name.StartsWith("WP_")).ToList())
            start.Environment.Remove(account);
        return new(Process.Start(start)!);
    }

    /// <summary>Starts one and waits until it can be talked to.</summary>
    internal static async Task<BotProcess> StartAsync(string sample, params string[] args)
    {
        var bot = Start(sample, args);
        try
        {
            bot._chat = new(await bot.ReadUntilAsync(Page()));
            return bot;
        }
        catch
        {
            await bot.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it without warning: <c>kill -9</c>.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Asks it to end, as a service manager does, and waits until it has.</summary>
    internal async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.ExitCode.ShouldBe(0);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code and what it wrote to the error output.</returns>
    internal async Task<(int ExitCode, string Errors)> WaitForEndAsync()
    {
        var errors = await _process.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (_chat is not null) await _chat.DisposeAsync();
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _rest;
        _process.Dispose();
    }

    private async Task<string> ReadUntilAsync(Regex wanted)
    {
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            Output.Add(line);
            if (wanted.Match(line) is { Success: true } match)
            {
                _rest = _process.StandardOutput.ReadToEndAsync(); // a full pipe would stop the bot
                return match.Groups[1].Value;
            }
        }

        throw new InvalidOperationException("The sample ended: " + await _process.StandardError.ReadToEndAsync());
    }

    [GeneratedRegex(@"Talk to your bot at (\S+)/emulator")]
    private static partial Regex Page();
}
