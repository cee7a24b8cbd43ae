using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>Where the apps of one test keep what they have: a backend, a folder, a tenant of their own. Apps of one world share it.</summary>
public sealed class World : IDisposable
{
    private readonly string _backend;
    private readonly string _folder = Directory.CreateTempSubdirectory("wappa-feed-").FullName;

    public World(string backend) => _backend = backend;

    /// <summary>Every backend.</summary>
    public static TheoryData<string> Backends => ["memory", "json", "redis"];

    /// <summary>Names the test's keys on a server it shares with others; null: the app is told of none.</summary>
    internal string? Tenant { get; init; } = $"t{Guid.NewGuid():n}";

    /// <summary>In place of the SQLite file.</summary>
    internal string? Postgres { get; init; }

    /// <summary>In place of the shared server.</summary>
    internal string? Redis { get; init; }

    internal string Folder => _folder;

    internal async Task<string[]> ArgumentsAsync()
    {
        List<string> arguments =
        [
            "--cache", _backend, "--cache-path", Path.Combine(_folder, "cache"),
            "--ConnectionStrings:Sqlite", $"Data Source={Path.Combine(_folder, "data.db")};Pooling=False",
            "--ConnectionStrings:Postgres", Postgres ?? "",
        ];
        if (Tenant is not null) arguments.AddRange(["--tenant", Tenant]);
        if (_backend == "redis") arguments.AddRange(["--redis", Redis ?? $"{(await SharedServers.StandaloneAsync()).Url}?commandTimeout=5000"]);
        return [.. arguments];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
