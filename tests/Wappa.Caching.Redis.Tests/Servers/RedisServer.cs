using System.Security.Cryptography.X509Certificates;

namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>How a server is started.</summary>
internal sealed record RedisServerOptions
{
    /// <summary>Default: Redis.</summary>
    public ServerProgram Program { get; init; } = ServerProgram.Redis;

    /// <summary>Further lines of its configuration.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>Keeps its data over a restart: an append-only file, synced before each reply.</summary>
    public bool Durable { get; init; }

    /// <summary>Takes TLS only.</summary>
    public ServerCertificates? Tls { get; init; }

    /// <summary>Runs as a sentinel.</summary>
    public bool IsSentinel { get; init; }

    /// <summary>What it takes to be let in, for the harness' own connections; null: nothing.</summary>
    public (string User, string Password)? Account { get; init; }
}

/// <summary>A real server on a free port of loopback, in a folder of its own.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    // A port can be taken between looking and listening.
    private const int Attempts = 3;

    private readonly ServerFolder _folder = new();
    private readonly RedisServerOptions _options;
    private readonly string _program;
    private ServerProcess? _process;

    private RedisServer(RedisServerOptions options)
    {
        _options = options;
        _program = options.Program.PathOrSkip();
        Port = FreePort.Next();
    }

    /// <summary>On loopback.</summary>
    internal int Port { get; }

    internal int ProcessId => Process.Id;

    /// <summary>How a client of the product is told to connect. Without the account, which is part of the test.</summary>
    internal string Url => $"{(_options.Tls is null ? "redis" : "rediss")}://{(_options.Tls is null ? "127.0.0.1" : "localhost")}:{Port}";

    private ServerProcess Process => _process ?? throw new InvalidOperationException("The server is stopped.");

    private string Log => _folder.Sub("server.log");

    /// <summary>Starts one and waits until it answers.</summary>
    internal static async Task<RedisServer> StartAsync(RedisServerOptions? options = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = new RedisServer(options ?? new());
            try
            {
                await server.StartAgainAsync();
                return server;
            }
            catch (InvalidOperationException error) when (attempt < Attempts && error.Message.Contains("Address already in use"))
            {
                await server.DisposeAsync();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Connects past the product's client; as the account if there is one.</summary>
    internal async Task<RawRedis> ConnectAsync()
    {
        var raw = await RawRedis.ConnectAsync(Port, _options.Tls?.Authority, _options.Tls?.Client);
        if (_options.Account is not { } account) return raw;
        await raw.CallAsync("AUTH", account.User, account.Password);
        return raw;
    }

    /// <summary>One command on a connection of its own.</summary>
    internal async Task<object?> CallAsync(params string[] words)
    {
        await using var raw = await ConnectAsync();
        return await raw.CallAsync(words);
    }

    /// <summary>Starts the stopped server again: the same port, and the data if it is durable.</summary>
    internal async Task StartAgainAsync()
    {
        _process.ShouldBeNull("the server runs");
        var configuration = _folder.Sub("server.conf");

        // A sentinel rewrites its file; what it has written stands.
        if (!_options.IsSentinel || !File.Exists(configuration)) await File.WriteAllLinesAsync(configuration, Configuration());
        string[] mode = _options.IsSentinel ? ["--sentinel"] : [];
        string[] arguments = _options.Program.IsGarnet ? GarnetArguments() : [configuration, .. mode];
        _process = await ServerProcess.StartAsync(Log, _program, arguments);
        await Eventually.BeTrueAsync("a server that answers", IsReadyAsync);
    }

    /// <summary>Asks it to end and waits until it has.</summary>
    internal async Task StopAsync()
    {
        await Process.SignalAsync("TERM");
        await EndAsync();
    }

    /// <summary>Ends it without warning.</summary>
    internal async Task KillAsync()
    {
        await Process.SignalAsync("KILL");
        await EndAsync();
    }

    /// <summary>Freezes it: connections stay, nothing is answered.</summary>
    internal Task FreezeAsync() => Process.SignalAsync("STOP");

    /// <summary>Ends the freeze.</summary>
    internal Task ThawAsync() => Process.SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task EndAsync()
    {
        await Process.WaitForEndAsync();
        await Process.DisposeAsync();
        _process = null;
    }

    private async Task<bool> IsReadyAsync()
    {
        if (Process.HasExited)
        {
            await EndAsync();
            throw new NotSupportedException($"The server ended at once:\n{await File.ReadAllTextAsync(Log)}");
        }

        await using var raw = await ConnectAsync();
        return await raw.TextAsync("PING") == "PONG";
    }

    // Garnet has no configuration file of Redis' kind.
    private string[] GarnetArguments() =>
        ["--port", $"{Port}", "--bind", "127.0.0.1", "--lua", "--lua-transaction-mode", "--memory", "64m", "--index", "16m"];

    private List<string> Configuration()
    {
        List<string> lines = ["bind 127.0.0.1", $"dir {_folder.Root}", "loglevel notice"];
        if (_options.Tls is { } tls) lines.AddRange([$"tls-port {Port}", "port 0", .. tls.ServerLines]);
        else lines.Add($"port {Port}");
        if (!_options.IsSentinel)
        {
            // 32,000 databases: each test that keeps to the three of the product gets three of its own.
            lines.AddRange(["save \"\"", "databases 32000", "repl-diskless-sync-delay 0"]);
            lines.AddRange(_options.Durable ? ["appendonly yes", "appendfsync always"] : ["appendonly no"]);
        }

        lines.AddRange(_options.Lines);
        return lines;
    }
}
