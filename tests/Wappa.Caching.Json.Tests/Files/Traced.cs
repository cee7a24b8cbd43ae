using System.Text.RegularExpressions;

namespace Wappa.Caching.Json.Tests.Files;

/// <summary>The child's calls to the disk under strace, which sees the system's calls and makes some of them fail.</summary>
internal sealed class Traced
{
    private const string Watched = "fsync,fdatasync,syncfs,pwrite64,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,flock";

    private static readonly Lazy<Task<string?>> Problem = new(TryTracerAsync);

    private readonly string[] _calls;
    private readonly Dictionary<string, string> _steps;

    private Traced(string[] calls, IEnumerable<string> output)
    {
        _calls = calls;
        _steps = output.Select(line => line.Split(' ', 2)).ToDictionary(line => line[0], line => line[1]);
    }

    /// <summary>What came of a step of the child's command <c>disk</c>.</summary>
    internal string this[string step] => _steps[step];

    /// <summary>Runs the command <c>disk</c>.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="faults">Arguments of strace's <c>inject</c>: <c>fsync:error=EIO:when=1</c>.</param>
    internal static async Task<Traced> RunAsync(string folder, params string[] faults)
    {
        await FailOrSkipWithoutTracerAsync();
        var log = Path.Combine(folder, "..", $"{Path.GetFileName(folder)}.trace");
        string[] arguments =
        [
            "-f", "--seccomp-bpf", "-qq", "-y", "-s", "16", "-o", log, "-e", $"trace={Watched}",
            .. faults.SelectMany(fault => new[] { "-e", $"inject={fault}" }), ChildProgram.Path, "disk", folder,
        ];
        try
        {
            using var child = ChildProcess.Start([], "strace", arguments);
            var output = await child.EndAsync();
            output.ShouldNotBeEmpty("the traced process said nothing");
            return new Traced(await File.ReadAllLinesAsync(log), output);
        }
        finally
        {
            File.Delete(log);
        }
    }

    /// <summary>The calls whose name and arguments match, in order, without the process's id before them.</summary>
    internal IReadOnlyList<string> Calls(string pattern) =>
        [.. _calls.Select(line => Regex.Replace(line, @"^\d+ +", "")).Where(line => Regex.IsMatch(line, pattern))];

    private static async Task FailOrSkipWithoutTracerAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "strace is Linux's");
        if (await Problem.Value is not { } problem) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(problem);
        Assert.Skip(problem);
    }

    private static async Task<string?> TryTracerAsync()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, "strace")));
        if (!found) return "strace is not installed: apt-get install strace";
        using var shell = ChildProcess.Start(
            [], "strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "echo", "traced");
        return (await shell.EndAsync()).Contains("traced") ? null : "strace may not trace here: allow ptrace";
    }
}
