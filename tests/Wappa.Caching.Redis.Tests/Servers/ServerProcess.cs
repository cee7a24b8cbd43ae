using System.Diagnostics;
using System.Globalization;

namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>A server's process. It is gone with the process of the tests, however that one ends.</summary>
/// <remarks>A shell stands between the two. It holds the reading end of a pipe; when the tests die, the pipe closes and the shell
/// kills the server. (A death signal asked for with prctl would come too early: it is sent when the <em>thread</em> that started
/// the process ends, and a thread pool's threads come and go.)</remarks>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Keeper =
        """
        log=$1; shift
        exec 3<&0 2>/dev/null
        "$@" </dev/null >>"$log" 2>&1 3<&- & server=$!
        (exec >/dev/null; while read -r _; do :; done; kill -9 $server) <&3 & watch=$!
        exec 3<&-
        echo $server
        exec >/dev/null
        wait $server
        kill -9 $watch
        """;

    private readonly Process _keeper;

    private ServerProcess(Process keeper, int id)
    {
        _keeper = keeper;
        Id = id;
    }

    /// <summary>The server's own process id.</summary>
    internal int Id { get; }

    internal bool HasExited => _keeper.HasExited;

    internal static async Task<ServerProcess> StartAsync(string log, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Keeper, "sh", log, program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(log),
        };
        var keeper = Process.Start(start)!;
        var id = await keeper.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience);
        return new(keeper, int.Parse(id!, CultureInfo.InvariantCulture));
    }

    /// <summary>Sends a signal: <c>STOP</c>, <c>CONT</c>, <c>TERM</c>, <c>KILL</c>.</summary>
    internal async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    internal Task WaitForEndAsync() => _keeper.WaitForExitAsync().WaitAsync(Eventually.Patience);

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await WaitForEndAsync();
        _keeper.Dispose();
    }
}
