using JsonCacheBot.Models;
using Wappa.Caching;

namespace JsonCacheBot.Scores;

/// <summary><c>/WAPPA</c> and <c>/EXIT</c>, and what lies between them.</summary>
public sealed class StateCommandsScore(TimeProvider time) : IScore
{
    internal const string State = "wappa_state";
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);

    public bool CanHandle(IncomingMessage message) => message.Text.Length > 0;

    public async Task<string?> ProcessAsync(IncomingMessage message, CancellationToken ct) => message.Command switch
    {
        "/WAPPA" => await EnterAsync(message, ct),
        "/EXIT" => await LeaveAsync(message, ct),
        _ => await StayAsync(message, ct),
    };

    private async Task<string> EnterAsync(IncomingMessage message, CancellationToken ct)
    {
        await message.State.SetAsync(State, new WappaState(true, time.GetUtcNow(), 0), Ttl, ct);
        return """
            🎉 You are in wappa state, to exit wappa state write /EXIT

            • I will answer 'Hola Wapp@ ;)' to whatever you write
            • Your state is cached in JSON files
            • /EXIT leaves it
            """;
    }

    private async Task<string> LeaveAsync(IncomingMessage message, CancellationToken ct)
    {
        if (await message.State.GetAsync<WappaState>(State, ct) is not { } state)
            return "❓ You are not currently in WAPPA state. Send /WAPPA to activate it.";
        await message.State.DeleteAsync(State, ct);
        var seconds = (long)(time.GetUtcNow() - state.ActivatedAt).TotalSeconds;
        return $"""
            👋 You are no longer in wappa state!

            • Duration: {seconds} seconds
            • Commands processed: {state.CommandCount}
            • State cleared from JSON cache
            """;
    }

    private static async Task<string?> StayAsync(IncomingMessage message, CancellationToken ct)
    {
        var current = await message.State.TryGetAsync<WappaState>(State, ct);
        if (!current.TryGet(out var state)) return null;

        // Only if it is still the one that was read: it may expire between the two calls.
        var next = state with { CommandCount = state.CommandCount + 1 };
        var kept = await message.State.ReplaceIfAsync(State, next, current.Revision, Ttl, ct);
        if (!kept.Written) return null;
        return message.Command.Length > 0 ? null : "Hola Wapp@ ;)";
    }
}
