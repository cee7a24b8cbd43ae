using System.Runtime;

namespace Wappa.Benchmarks.Harness;

/// <summary>Runs a case until nothing of it is compiled any more.</summary>
/// <remarks>
/// A method is compiled at once, then with counters after 30 calls and a pause of 100 ms, then for good after 30 calls
/// more, when calls through interfaces are inlined along the ways the counters saw. The order matters: a loop that is
/// compiled for good before what it calls has been counted stays twice as slow. So it is called often and briefly here,
/// as a program's own methods are, not seldom and for long, which would have it replaced while it runs.
/// </remarks>
internal static class Compilation
{
    private const int CallsPerPhase = 300;
    private const int OperationsPerCall = 10;
    private const int PhasesAtMost = 10;
    private const int PausesAtMost = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);

    public static void Finish(Case @case)
    {
        // Twice in a row: on a busy machine the compiler's thread may sleep through one phase.
        for (int phase = 0, quiet = 0; phase < PhasesAtMost && quiet < 2; phase++)
        {
            var before = JitInfo.GetCompiledMethodCount();
            for (var call = 0; call < CallsPerPhase; call++)
                @case.Loop(call * OperationsPerCall, OperationsPerCall).AtOnce();
            WaitForCompiler();
            quiet = JitInfo.GetCompiledMethodCount() == before ? quiet + 1 : 0;
        }
    }

    private static void WaitForCompiler()
    {
        for (var pause = 0; pause < PausesAtMost; pause++)
        {
            var before = JitInfo.GetCompiledMethodCount();
            Thread.Sleep(Pause);
            if (JitInfo.GetCompiledMethodCount() == before) return;
        }
    }
}
