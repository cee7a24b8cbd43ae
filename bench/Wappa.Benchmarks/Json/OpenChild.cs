using System.Diagnostics;
using System.Globalization;
using Wappa.Caching;

namespace Wappa.Benchmarks.Json;

/// <summary>A process that opens a folder and then has nothing to do.</summary>
internal static class OpenChild
{
    public const string Command = "json-open-child";
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CatchUpAtMost = TimeSpan.FromMinutes(2);

    /// <summary>Prints milliseconds of opening, megabytes after it, milliseconds until the names were known and the files up to
    /// date, and megabytes when it had been idle for a while.</summary>
    public static async Task RunAsync(string folder)
    {
        var began = Stopwatch.GetTimestamp();
        var store = JsonDocumentStore.Open(new JsonStoreOptions { Path = folder });
        var opened = Stopwatch.GetElapsedTime(began);
        var after = ResidentMegabytes();
        await store.Engine.NamesAsync(CancellationToken.None);
        while (store.Status.RecordsBehind > 0)
        {
            if (Stopwatch.GetElapsedTime(began) > CatchUpAtMost) throw new InvalidOperationException("The files never caught up.");
            await Task.Delay(100);
        }

        var caughtUp = Stopwatch.GetElapsedTime(began);
        await Task.Delay(Idle);
        double[] figures = [opened.TotalMilliseconds, after, caughtUp.TotalMilliseconds, ResidentMegabytes()];
        Console.WriteLine(string.Join(' ', figures.Select(figure => figure.ToString("F1", CultureInfo.InvariantCulture))));
        store.Abandon();
    }

    private static double ResidentMegabytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64 / 1e6;
    }
}
