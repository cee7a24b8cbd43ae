using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Wappa.Benchmarks.Redis;

/// <summary>A redis-server of the run's own: a free port of loopback, nothing saved, gone with the run however that ends.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    // The shell holds the end of a pipe, which closes with the run.
    private const string Keeper =
        """
        "$@" </dev/null >/dev/null & server=$!
        echo $server
        read -r _
        kill -9 $server
        """;

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(10);
    private readonly Process _keeper;
    private readonly Process _server;

    private RedisProcess(Process keeper, Process server, int port) => (_keeper, _server, Port) = (keeper, server, port);

    public int Port { get; }

    /// <summary>How long processors have been busy for it.</summary>
    public TimeSpan Busy
    {
        get
        {
            _server.Refresh();
            return _server.TotalProcessorTime;
        }
    }

    public static async Task<RedisProcess> StartAsync()
    {
        var port = FreePort();
        string[] server = ["redis-server", "--port", Text(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        var start = new ProcessStartInfo("/bin/sh", ["-c", Keeper, "sh", .. server])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var keeper = Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start.");
        var id = int.Parse(await keeper.StandardOutput.ReadLineAsync() ?? "", CultureInfo.InvariantCulture);
        var began = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(port))
        {
            if (Stopwatch.GetElapsedTime(began) < StartsWithin) continue;
            keeper.StandardInput.Close();
            throw new InvalidOperationException("redis-server did not answer; is it installed?");
        }

        return new(keeper, Process.GetProcessById(id), port);
    }

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
        _server.Dispose();
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            await Task.Delay(20);
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
