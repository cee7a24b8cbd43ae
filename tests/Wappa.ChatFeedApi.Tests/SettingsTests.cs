using System.Diagnostics;
using System.Text.RegularExpressions;
using ChatFeedApi;
using ChatFeedApi.Data;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>What the app is told from outside.</summary>
public partial class SettingsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("--cache", "floppy", "memory, json or redis")]
    [InlineData("--tenant", "../elsewhere", "--tenant")]
    [InlineData("--LOG_LEVEL", "loud", "LOG_LEVEL is not a level")]
    [InlineData("--PORT", "high", "PORT is not a port")]
    public void Build_WithWhatCannotBe_SaysWhatCan(string option, string value, string words)
    {
        string[] urls = option == "--PORT" ? [] : ["--urls", "http://127.0.0.1:0"];

        Should.Throw<InvalidOperationException>(() => ChatFeedApp.Build([option, value, .. urls])).Message.ShouldContain(words);
    }

    [Fact]
    public void Schema_OfBothDatabases_IsOneText_ButForTheIdentity()
    {
        for (var number = 1; number <= Schema.Scripts.Length; number++)
        {
            var sqlite = Schema.Script(number, SqlDialect.Sqlite, DateTimeOffset.UnixEpoch);
            var postgres = Schema.Script(number, SqlDialect.Postgres, DateTimeOffset.UnixEpoch);
            sqlite.ShouldNotContain("{");
            postgres.Replace(SqlDialect.Postgres.Identity, SqlDialect.Sqlite.Identity).ShouldBe(sqlite);
        }
    }

    [Fact]
    public async Task Sample_StartedAsANewcomerDoes_SaysWhereItsDataIsAndAnswers()
    {
        using var world = new World("memory");
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "ChatFeedApi.dll"), "--cache", "json"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = world.Folder,
            Environment = { ["ENVIRONMENT"] = "development", ["LOG_LEVEL"] = "INFO", ["PORT"] = "0" },
        };
        using var process = Process.Start(start)!;
        try
        {
            List<string> output = [];
            Uri? address = null;
            while (address is null && await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
            {
                output.Add(line);
                if (Listening().Match(line) is { Success: true } match) address = new(match.Groups[1].Value);
            }

            using var http = new HttpClient { BaseAddress = address.ShouldNotBeNull(string.Join('\n', output)) };
            (await http.GetStringAsync("/users")).ShouldContain("Ada Lovelace");
            output.ShouldContain(line => line.Contains($"The data is in SQLite, {Path.Combine(world.Folder, "data", "demo.db")}"));
            output.ShouldContain(line => line.Contains(Path.Combine(world.Folder, "cache", "demo")));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [GeneratedRegex(@"Now listening on: (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
