namespace Wappa.Emulator;

/// <summary>The turn the running code belongs to. Set where the pipeline tells of it, inside its asynchronous methods, so it ends
/// with them.</summary>
internal static class TurnScope
{
    private static readonly AsyncLocal<TurnRecord?> Running = new();

    internal static TurnRecord? Current => Running.Value;

    internal static void Enter(TurnRecord turn) => Running.Value = turn;
}
