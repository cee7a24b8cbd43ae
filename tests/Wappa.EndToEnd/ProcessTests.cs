using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Wappa.EndToEnd;

/// <summary>The sample as a newcomer starts it: a process, its output, its exit code.</summary>
public class ProcessTests
{
    [Fact]
    public async Task Sample_StartedWithoutAnything_SaysWhereToTalkToIt()
    {
        using var sample = Start("--urls", "http://127.0.0.1:0");
        try
        {
            var page = await ReadUntilAsync(sample, new Regex(@"Talk to your bot at (\S+)/emulator"));
            using var http = new HttpClient();
            using var answer = await http.PostAsJsonAsync(
                $"{page}/emulator/messages", new { text = "hi", phone = "15550100001", name = "Sarah" });
            answer.IsSuccessStatusCode.ShouldBeTrue();
        }
        finally
        {
            sample.Kill(entireProcessTree: true);
        }
    }

    [Theory]
    [InlineData("json", "Wappa.Caching.Json")]
    [InlineData("redis", "Wappa.Caching.Redis")]
    [InlineData("floppy", "memory, json or redis")]
    public async Task Sample_WithACacheThatIsNotThere_EndsAndSaysWhatIsMissing(string backend, string words)
    {
        using var sample = Start("--cache", backend, "--urls", "http://127.0.0.1:0");
        try
        {
            var errors = await sample.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));

            await sample.WaitForExitAsync();
            sample.ExitCode.ShouldNotBe(0);
            errors.ShouldContain(words);
        }
        finally
        {
            if (!sample.HasExited) sample.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "PizzaBot.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ENVIRONMENT"] = "development" },
        };
        foreach (var account in start.Environment.Keys.Where(name => name.StartsWith("WHATSAPP_") || name.StartsWith("WP_")).ToList())
            start.Environment.Remove(account);
        return Process.Start(start)!;
    }

    private static async Task<string> ReadUntilAsync(Process process, Regex wanted)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
        {
            if (wanted.Match(line) is { Success: true } match) return match.Groups[1].Value;
        }

        throw new InvalidOperationException("The sample ended: " + await process.StandardError.ReadToEndAsync());
    }
}
