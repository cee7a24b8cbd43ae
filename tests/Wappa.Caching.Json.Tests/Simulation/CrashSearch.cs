using System.Diagnostics;
using System.Text;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>Explores many workloads on a few threads, and says how to come back to what it finds.</summary>
internal static class CrashSearch
{
    internal const string ReplayVariable = "WAPPA_REPLAY";

    /// <summary>More than the machines that run the tests have to spare would only make other tests slow.</summary>
    internal const int Threads = 2;

    internal static bool IsLong => Environment.GetEnvironmentVariable("WAPPA_LONG") is "1";

    /// <summary>Explores all of them, or up to the first broken promise.</summary>
    /// <returns>How many crashes were recovered from.</returns>
    internal static long Run(IEnumerable<Workload> workloads, Action<string> report)
    {
        var states = 0L;
        var count = 0L;
        var began = Stopwatch.StartNew();
        string? failure = null;
        Parallel.ForEach(workloads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, (workload, loop) =>
        {
            if (Volatile.Read(ref failure) is not null) return;
            var explorer = new Explorer(workload);
            try
            {
                explorer.Explore();
            }
            catch (Violation violation)
            {
                Interlocked.CompareExchange(ref failure, Describe(workload, explorer.Path, violation), null);
                loop.Stop();
            }

            Interlocked.Increment(ref count);
            Interlocked.Add(ref states, explorer.States);
        });
        report($"{states:N0} crashes of {count:N0} workloads in {began.Elapsed.TotalSeconds:N1} s");
        failure.ShouldBeNull();
        return states;
    }

    /// <summary>Goes one path again and tells everything that happens.</summary>
    internal static string Replay(string line)
    {
        var at = line.IndexOf('/', StringComparison.Ordinal);
        var workload = Workloads.Named(at < 0 ? line : line[..at]);
        return Tell(workload, trace => new Explorer(workload, at < 0 ? null : line[(at + 1)..], trace));
    }

    /// <summary>Lets an explorer go its path again, and keeps what it tells in a file.</summary>
    internal static string Retell(Workload workload, Func<Action<string>, Explorer> make)
    {
        var log = Path.Combine(AppContext.BaseDirectory, "replay.log");
        File.WriteAllText(log, Tell(workload, make));
        return $"{workload}\nWhat happened is in {log}.";
    }

    private static string Tell(Workload workload, Func<Action<string>, Explorer> make)
    {
        var text = new StringBuilder().AppendLine(workload.ToString());
        try
        {
            make(line => text.AppendLine(line)).Explore();
            return text.AppendLine("No promise was broken on this path.").ToString();
        }
        catch (Violation violation)
        {
            return text.AppendLine(violation.ToString()).ToString();
        }
    }

    private static string Describe(Workload workload, string path, Violation violation)
    {
        var line = path.Length == 0 ? workload.Name : $"{workload.Name}/{path}";
        var retold = Retell(workload, trace => new Explorer(workload, path.Length == 0 ? "none" : path, trace));
        return $"{violation}\nAgain, with a trace: {ReplayVariable}={line}\n{retold}";
    }
}
