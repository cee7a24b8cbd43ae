namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>A server's executable, found or known to be missing.</summary>
internal sealed class ServerProgram
{
    private readonly string? _path;
    private readonly string _missing;
    private readonly bool _isRequired;

    private ServerProgram(string name, string variable, string hint, bool isRequired)
    {
        _path = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : OnPath(name);
        _missing = $"{name} is not installed: {hint}, or name its executable in {variable}.";
        _isRequired = isRequired;
    }

    /// <summary>Redis, or the server that stands in for it: see the README. Without one nothing here is proven: missing in CI is a failure.</summary>
    internal static ServerProgram Redis { get; } =
        new("redis-server", "WAPPA_REDIS_SERVER", "apt-get install redis-server", isRequired: true);

    /// <summary>It is Garnet, which takes arguments of its own and has no cluster or sentinels of Redis' kind.</summary>
    internal bool IsGarnet => Path.GetFileName(_path)?.Contains("garnet", StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>Whether there is one.</summary>
    internal bool IsInstalled => _path is not null;

    /// <summary>The executable. Without one the test ends here: as a failure in CI if it is required, else skipped with the reason.</summary>
    internal string PathOrSkip()
    {
        if (_path is not null) return _path;
        if (_isRequired && Environment.GetEnvironmentVariable("CI") is "true" or "1") throw new InvalidOperationException(_missing);
        Assert.Skip(_missing);
        return ""; // not reached
    }

    private static string? OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Concat(["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"])
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
