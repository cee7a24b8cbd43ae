namespace Wappa.Testing;

/// <summary>What handlers threw.</summary>
internal sealed class HandlerFailures
{
    private readonly Lock _gate = new();
    private readonly List<Exception> _all = [];
    private readonly Queue<(string Kind, int Attempt, Exception Error)> _unseen = new();

    internal IReadOnlyList<Exception> All
    {
        get
        {
            lock (_gate) return [.. _all];
        }
    }

    internal void Add(string kind, int attempt, Exception error)
    {
        lock (_gate)
        {
            _all.Add(error);
            _unseen.Enqueue((kind, attempt, error));
        }
    }

    /// <summary>Tells the test of the first failure it has not been told of.</summary>
    /// <param name="expected">The test has said that there will be some.</param>
    internal void ThrowIfUnseen(bool expected)
    {
        (string Kind, int Attempt, Exception Error)[] unseen;
        lock (_gate)
        {
            unseen = [.. _unseen];
            _unseen.Clear();
        }

        if (expected || unseen is not [var (kind, attempt, error), ..]) return;
        throw new BotTestException(
            $"The handler threw on a {kind} (attempt {attempt}): {error.GetType().Name}: {error.Message} Nothing of the turn took " +
            $"effect; it runs again when the clock moves on. If the test means it, set {nameof(BotTest.ExpectsFailures)}.",
            error);
    }
}
