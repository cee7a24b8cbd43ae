using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>A real PostgreSQL on a free port of loopback, in a folder of its own. Without one the test ends: in CI as a failure, else
/// skipped with the reason.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly string _folder;

    private PostgresServer(ServerProcess process, string folder, int port) => (_process, _folder, Port) = (process, folder, port);

    internal int Port { get; }

    internal string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres;Timeout=5";

    internal static async Task<PostgresServer> StartOrSkipAsync()
    {
        var programs = Programs();
        if (programs is null) Lack("There is no PostgreSQL here: apt-get install postgresql.");
        var isRoot = Environment.UserName == "root";
        if (isRoot && !File.ReadAllText("/etc/passwd").Contains("\npostgres:"))
            Lack("PostgreSQL does not run as root, and there is no user postgres. The package of the system makes one.");

        // The server refuses to be root; its package brings a user for it.
        string[] asItsUser = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        var folder = Directory.CreateTempSubdirectory("wappa-postgres-").FullName;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        var (data, log, port) = (Path.Combine(folder, "data"), Path.Combine(folder, "server.log"), FreePort.Next());
        await RunAsync([.. asItsUser, Path.Combine(programs!, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]);
        string[] server =
        [
            .. asItsUser, Path.Combine(programs!, "postgres"), "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "fsync=off",
        ];
        var started = new PostgresServer(await ServerProcess.StartAsync(log, server[0], server[1..]), folder, port);
        await Eventually.BeTrueAsync("PostgreSQL answers", async () => (await File.ReadAllTextAsync(log)).Contains("ready to accept connections"));
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Lack(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") is "true" or "1") throw new InvalidOperationException(what);
        Assert.Skip(what);
    }

    private static string? Programs() =>
        new[] { "/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt" }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateDirectories(folder))
            .Select(folder => Path.Combine(folder, "bin"))
            .Append("/usr/bin")
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));

    private static async Task RunAsync(string[] command)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Eventually.Patience);
        await process.WaitForExitAsync().WaitAsync(Eventually.Patience);
        process.ExitCode.ShouldBe(0, await output + errors);
    }
}
