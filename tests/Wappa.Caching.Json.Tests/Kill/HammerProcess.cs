using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Wappa.Caching.Json.Tests.Kill;

/// <summary>One process that will be killed.</summary>
internal sealed class HammerProcess : IDisposable
{
    // A process that hangs is a failure, not the end of the whole run; far beyond what a round takes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly BinaryReader _output;
    private readonly Timer _limit;

    private HammerProcess(Process process, int round)
    {
        _process = process;
        Round = round;
        _output = new BinaryReader(new BufferedStream(process.StandardOutput.BaseStream, 1 << 16), Encoding.UTF8);
        _limit = new Timer(_ => Kill(), null, Patience, Timeout.InfiniteTimeSpan);
    }

    internal int Round { get; }

    /// <summary>The code it ended with before it was killed: by itself, or by somebody else; null: it lived until then.</summary>
    internal int? EndedWith { get; private set; }

    /// <summary>When it was killed, by the machine's clock that all processes share; 0: not yet.</summary>
    internal long KilledAt { get; private set; }

    internal static HammerProcess Start(string folder, int seed, int round)
    {
        var start = new ProcessStartInfo(ChildProgram.Path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        string[] arguments = ["hammer", folder, Text(seed), Text(round)];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new(Process.Start(start)!, round);
    }

    /// <summary>The next thing it said.</summary>
    /// <returns>False: it is dead and everything it said has been read.</returns>
    internal bool TryRead(out HammerSays kind, out BinaryReader content)
    {
        (kind, content) = (default, _output);
        try
        {
            var bytes = _output.ReadBytes(_output.ReadInt32());
            content = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            kind = (HammerSays)content.ReadByte();
            return true;
        }
        catch (EndOfStreamException)
        {
            return false; // also in the middle of a frame, which only a kill can leave
        }
    }

    internal void Go(IEnumerable<long> numbers)
    {
        try
        {
            _process.StandardInput.WriteLine(string.Join(' ', numbers));
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It died; its output ends, and that is where it is noticed.
        }
    }

    /// <summary>SIGKILL, or what is nearest to it.</summary>
    internal void Kill()
    {
        if (KilledAt == 0)
        {
            if (_process.HasExited) EndedWith = _process.ExitCode;
            KilledAt = Stopwatch.GetTimestamp();
        }

        if (!_process.HasExited) _process.Kill();
    }

    public void Dispose()
    {
        _limit.Dispose();
        Kill();
        _process.WaitForExit();
        _output.Dispose();
        _process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
